package readyfile

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

var object = map[string]string{"kind": "ready", "local_url": "http://127.0.0.1:4747"}

// left returns the names in a folder.
func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestTheFileIsThereFromWriteToRemove(t *testing.T) {
	dir := t.TempDir()
	f, err := New(filepath.Join(dir, "ready.json"))
	if err != nil || len(left(t, dir)) > 0 {
		t.Fatalf("after New: %v, %v", left(t, dir), err)
	}
	if err := f.Write(object, false); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "ready.json"))
	if err != nil || !strings.Contains(string(text), `"kind":"ready"`) || len(left(t, dir)) != 1 {
		t.Errorf("got %s, %v, %v", text, left(t, dir), err)
	}
	if f.Remove(); len(left(t, dir)) > 0 {
		t.Errorf("after Remove: %v", left(t, dir))
	}
	if none, err := New(""); none != nil || err != nil || none.Write(object, false) != nil {
		t.Errorf("without a path: %v, %v", none, err)
	} else {
		none.Remove()
	}
}

func TestOnlyAnOldReadyFileIsReplaced(t *testing.T) {
	for name, c := range map[string]struct {
		text     string
		replaced bool
	}{
		"of an earlier run":  {`{"kind":"ready","local_url":"http://127.0.0.1:1"}` + "\n", true},
		"empty, from mktemp": {"", true},
		"other JSON":         {`{"name":"app"}`, false},
		"other text":         {"NGROK_AUTHTOKEN=x\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ready.json")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := New(path)
			_, there := os.Stat(path)
			if c.replaced != (err == nil) || c.replaced == (there == nil) {
				t.Errorf("New says %v; the file: %v", err, there)
			}
			if !c.replaced && (exit.CodeOf(err) != exit.CodeUsage || exit.FixOf(err) == "") {
				t.Errorf("got %d %q", exit.CodeOf(err), exit.FixOf(err))
			}
		})
	}
}

func TestAPathThatCannotBeWrittenIsWrongUsage(t *testing.T) {
	dir := t.TempDir()
	for _, path := range []string{dir, filepath.Join(dir, "missing", "ready.json"), os.DevNull} {
		f, err := New(path)
		if f != nil || exit.CodeOf(err) != exit.CodeUsage || !strings.Contains(err.Error(), "--ready-file") || exit.FixOf(err) == "" {
			t.Errorf("%s: %v, fix %q", path, err, exit.FixOf(err))
		}
	}
}

// The URL of a relay is as good as its token.
func TestAPrivateFileIsReadableByItsUserAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	for private, want := range map[bool]os.FileMode{true: 0o600, false: 0o644} {
		path := filepath.Join(t.TempDir(), "ready.json")
		f, err := New(path)
		if err == nil {
			err = f.Write(object, private)
		}
		if err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode()|0o044 != want|0o044 || private && info.Mode() != want {
			t.Errorf("private %t: %v, %v", private, info.Mode(), err)
		}
	}
}

func TestAnotherHooktopsFileStays(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ready.json")
	first, err := New(path)
	if err == nil {
		err = first.Write(object, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	second, err := New(path)
	if err == nil {
		err = second.Write(map[string]string{"kind": "ready", "local_url": "http://127.0.0.1:4748"}, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	first.Remove()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the first removed the second's: %v", err)
	}
}
