package trust

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestAYesHoldsForOneValueInOneFolder(t *testing.T) {
	state, here, elsewhere := t.TempDir(), t.TempDir(), t.TempDir()
	value := Value{Name: "HOOKTOP_FORWARD_TO", Text: "http://app:3000"}
	if left := Open(state, here).Unanswered([]Value{value}); len(left) != 1 {
		t.Errorf("before it was asked: %v", left)
	}
	if err := Open(state, here).Remember(value); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(here, link); err != nil {
		link = here
	}
	other, renamed := value, value
	other.Text, renamed.Name = "http://app:3001", "HOOKTOP_USERS_DB"
	for _, c := range []struct {
		name, state, folder string
		value               Value
		left                int
	}{
		{"the same", state, here, value, 0},
		{"through a link", state, link, value, 0},
		{"another value", state, here, other, 1},
		{"another variable", state, here, renamed, 1},
		{"another folder", state, elsewhere, value, 1},
		{"another user", t.TempDir(), here, value, 1},
		{"no folder for state", "", here, value, 1},
	} {
		if left := Open(c.state, c.folder).Unanswered([]Value{c.value}); len(left) != c.left {
			t.Errorf("%s: %v", c.name, left)
		}
	}
}

func TestAnswersAreKeptForTheUserAloneAndWithoutTheValue(t *testing.T) {
	state := t.TempDir()
	b := Open(state, ".")
	if err := b.Remember(Value{Name: "HOOKTOP_USERS_DB", Text: "postgres://u:hunter2@db/app"}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(b.file)
	if err != nil || strings.Contains(string(text), "hunter2") || strings.Contains(string(text), "postgres") {
		t.Errorf("%s %v", text, err)
	}
	info, err := os.Stat(b.file)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info, err)
	}
	left, err := os.ReadDir(filepath.Dir(b.file))
	if err != nil || len(left) != 1 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// A file that cannot be read is no yes.
func TestADamagedFileIsNoYes(t *testing.T) {
	value := Value{Name: "N", Text: "T"}
	for name, text := range map[string]string{"not JSON": "{", "empty": "", "another shape": `{"yes":[{"folder":1}]}`, "too long": strings.Repeat(" ", maxFile+1)} {
		b := Open(t.TempDir(), ".")
		if err := os.MkdirAll(filepath.Dir(b.file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(b.file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if left := b.Unanswered([]Value{value}); len(left) != 1 {
			t.Errorf("%s: %v", name, left)
		}
	}
}

func TestOldAnswersGo(t *testing.T) {
	b := Open(t.TempDir(), ".")
	var values []Value
	for i := range maxAnswers + 5 {
		values = append(values, Value{Name: "N", Text: strings.Repeat("x", i)})
	}
	if err := b.Remember(values...); err != nil {
		t.Fatal(err)
	}
	if left := b.Unanswered(values); len(left) != 5 || left[0].Text != "" {
		t.Errorf("%d are left", len(left))
	}
}

func TestARelativeStateFolderIsTheFoldersOwn(t *testing.T) {
	if got := StateFolder(func(string) string { return "state" }); got == "state" {
		t.Error("a folder of the working folder keeps the answers")
	}
	absolute := t.TempDir()
	if got := StateFolder(func(string) string { return absolute }); got != absolute {
		t.Errorf("got %q", got)
	}
}
