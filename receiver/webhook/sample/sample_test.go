package sample_test

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook/sample"
)

func TestParseAssignment(t *testing.T) {
	for _, c := range []struct{ name, in, path, value string }{
		{"a word is a string", "data.first_name=Ada", "data.first_name", `"Ada"`},
		{"true is a boolean", "data.banned=true", "data.banned", "true"},
		{"null is null", "data.x=null", "data.x", "null"},
		{"a number is a number, to its last digit", "timestamp=17168832001234567890", "timestamp", "17168832001234567890"},
		{"quotes make a string of a number", `data.x="12"`, "data.x", `"12"`},
		{"an object is an object", `data.public_metadata={"a":[1]}`, "data.public_metadata", `{"a":[1]}`},
		{"nothing is the empty string", "data.x=", "data.x", `""`},
		{"the first = parts them", "data.x=a=b", "data.x", `"a=b"`},
		{"indexes are allowed", "data.email_addresses[0].email_address=a@b.c", "data.email_addresses[0].email_address", `"a@b.c"`},
		{"indexes of indexes too", "a[0][1].b=1", "a[0][1].b", "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, err := sample.ParseAssignment(c.in)
			if err != nil || a.Path != c.path || string(a.Value) != c.value {
				t.Errorf("%q %s %v", a.Path, a.Value, err)
			}
		})
	}
	for _, bad := range []string{
		"", "=", "=1", "data", "data..x=1", ".data=1", "data.=1", "[0]=1", "a[=1", "a[]=1", "a[x]=1", "a[-1]=1",
		"a[0=1", "a]0[=1", "a[0]b=1", "a[0][=1", "\x1b[2J.=1", strings.Repeat(".", 1000) + "=1",
	} {
		t.Run("not "+bad[:min(len(bad), 20)], func(t *testing.T) {
			_, err := sample.ParseAssignment(bad)
			fixer, ok := err.(interface{ Fix() string }) //nolint:errorlint // it is returned bare
			if !ok || fixer.Fix() == "" {
				t.Fatalf("error %v", err)
			}
			if len(err.Error()) > 300 || strings.ContainsRune(err.Error(), 0x1b) {
				t.Errorf("error %q", err)
			}
		})
	}
}

// What is made up follows from the user's id: the same for one user, and mostly
// another for the next; whoever is invited is always another person.
func TestPeopleFollowFromIDs(t *testing.T) {
	mails, names := map[string]bool{}, map[string]bool{}
	for range 50 {
		id := sample.RandomID("user_")
		p := sample.PersonOf(id, 0)
		if p != sample.PersonOf(id, 0) || p == sample.PersonOf(id, 1) {
			t.Fatalf("%s is %+v", id, p)
		}
		mails[p.Mail(id)], names[p.First] = true, true
	}
	if len(mails) != 50 || len(names) < 3 {
		t.Errorf("%d addresses, %d names", len(mails), len(names))
	}
	if a, b := sample.Tagged("ada+x@example.com", []byte{1, 2}), sample.Tagged("none", []byte{1}); a != "ada+0102@example.com" || b != "none" {
		t.Errorf("%s, %s", a, b)
	}
}
