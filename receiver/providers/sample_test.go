package providers_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/sample"
)

func TestSampleSets(t *testing.T) {
	for _, c := range []struct {
		name string
		set  []string
		in   string // in the body
	}{
		{"a value that is there", []string{"data.first_name=Zoë"}, `"first_name":"Zoë"`},
		{"a value that is not there", []string{"data.a.b.c=1"}, `"a":{"b":{"c":1}}`},
		{"a value in an array", []string{"data.email_addresses[0].reserved=true"}, `"reserved":true`},
		{"a value one past an array's end", []string{"data.email_addresses[1].id=idn_2"}, `{"id":"idn_2"}]`},
		{"a new array", []string{"data.a[0]=1", "data.a[1]=2"}, `"a":[1,2]`},
		{"what was null", []string{"data.external_id.x=1"}, `"external_id":{"x":1}`},
		{"one thing after the other", []string{`data.a={"b":1}`, "data.a.b=2"}, `"a":{"b":2}`},
		{"a long number to its last digit", []string{"data.a=12345678901234567891"}, `"a":12345678901234567891`},
		{"a number that no float holds", []string{"data.a=1e400"}, `"a":1e400`},
		{"& < > escaped as Go does", []string{"data.first_name=<b>&</b>"}, `"first_name":"\u003cb\u003e\u0026\u003c/b\u003e"`},
		{"an address, so that it is the event's", []string{"data.email_addresses[0].email_address=x@y.z"}, `"email_address":"x@y.z"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			body, err := sampleWith(t, c.set...)
			if err != nil || !strings.Contains(string(body), c.in) {
				t.Errorf("%v: %s is not in %s", err, c.in, body)
			}
		})
	}
	for _, c := range []struct{ name, set, what string }{
		{"an index beyond the end", "data.email_addresses[2].id=x", "index 2 is beyond the array's 1 values"},
		{"an index that no array has", "data.email_addresses[999999999999].id=x", "beyond the array's 1"},
		{"a name in a text", "data.first_name.x=1", "is not an object"},
		{"a name in an array", "data.email_addresses.id=x", "is not an object"},
		{"an index in an object", "data[0]=1", "is not an array"},
	} {
		t.Run("refused: "+c.name, func(t *testing.T) {
			_, err := sampleWith(t, c.set)
			if err == nil || !strings.Contains(err.Error(), c.what) || fixOf(err) == "" {
				t.Errorf("error %v, fix %q", err, fixOf(err))
			}
		})
	}
}

func sampleWith(t *testing.T, set ...string) ([]byte, error) {
	t.Helper()
	s := webhook.Sample{Type: "user.created", At: now, UserID: "user_1"} // one with one address
	for _, text := range set {
		a, err := sample.ParseAssignment(text)
		must(t, err)
		s.Set = append(s.Set, a)
	}
	return providers.Clerk{}.Sample(s)
}

// Whatever is set, at whatever place of whatever sample: it is there, and what
// is around it is JSON.
func TestAnyValueAtAnyPath(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(providers.Clerk{}.Samples()).Draw(t, "kind")
		s := webhook.Sample{Type: kind, At: now, UserID: fmt.Sprint("user_", rapid.IntRange(0, 30).Draw(t, "user"))}
		body, err := providers.Clerk{}.Sample(s)
		must(t, err)
		var event any
		must(t, json.Unmarshal(body, &event))
		path, steps := drawPath(t, event)
		value := rapid.OneOf(
			rapid.Map(rapid.String(), func(s string) any { return strings.ToValidUTF8(s, "?") }),
			rapid.Map(rapid.IntRange(-1e9, 1e9), func(n int) any { return float64(n) }),
			rapid.SampledFrom([]any{nil, true, "a=b", "<&>", []any{}, map[string]any{"a": []any{"b"}}}),
		).Draw(t, "value")
		text, err := json.Marshal(value)
		must(t, err)
		a, err := sample.ParseAssignment(path + "=" + string(text))
		must(t, err)
		s.Set = []webhook.Assignment{a}
		body, err = providers.Clerk{}.Sample(s)
		must(t, err)
		var got any
		if err := json.Unmarshal(body, &got); err != nil {
			t.Fatalf("%s: %v: %s", path, err, body)
		}
		if at := pathOf(got, steps...); !reflect.DeepEqual(at, value) {
			t.Fatalf("at %s is %v, not %v", path, at, value)
		}
	})
}

// drawPath goes some steps into a value, and at its end perhaps to a place that
// is not there yet.
func drawPath(t *rapid.T, v any) (path string, steps []any) {
	for {
		switch inner := v.(type) {
		case map[string]any:
			name := rapid.SampledFrom(append(slices.Sorted(maps.Keys(inner)), "a new one")).Draw(t, "name")
			path, steps, v = strings.TrimPrefix(path+"."+name, "."), append(steps, name), inner[name]
		case []any:
			n := rapid.IntRange(0, len(inner)).Draw(t, "index") // len: one past the end
			path, steps = fmt.Sprintf("%s[%d]", path, n), append(steps, n)
			if v = nil; n < len(inner) {
				v = inner[n]
			}
		default:
			return path, steps
		}
		if rapid.IntRange(0, 3).Draw(t, "on") == 0 {
			return path, steps
		}
	}
}
