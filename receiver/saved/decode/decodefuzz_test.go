package decode

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever a file holds, its text ends, is not much longer than it, and is the same
// packed and not.
func FuzzText(f *testing.F) {
	for _, text := range []string{"a", "\xff\xfea\x00\n\x00", "\xfe\xff\x00a", "a\x00b\x00c\x00d\x00e\x00", "\xef\xbb\xbfa", "PK\x03\x04", "\x1f\x8b", "\x1f\x8b\x08\x00", "\xff\xfe\x00\xd8\x00\xd8", ""} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		read := func(file []byte) (text []byte, err error) {
			r, err := Text(bytes.NewReader(file))
			if err != nil {
				return nil, err
			}
			return io.ReadAll(r)
		}
		text, err := read(file)
		isGzip := bytes.HasPrefix(file, []byte("\x1f\x8b"))
		if err != nil {
			if err.Error() == "" || len(err.Error()) > 300 {
				t.Errorf("it says %q", err)
			}
			return
		}
		if !isGzip && len(text) > 3*len(file)+8 {
			t.Errorf("%d bytes became %d", len(file), len(text))
		}
		if bytes.HasPrefix(file, []byte("\xff\xfe")) && !utf8.Valid(text) {
			t.Errorf("%q became %q", file, text)
		}
		if isGzip {
			return
		}
		var packed bytes.Buffer
		z := gzip.NewWriter(&packed)
		_, _ = z.Write(file)
		_ = z.Close() // into memory
		if again, err := read(packed.Bytes()); err != nil || !bytes.Equal(again, text) {
			t.Errorf("packed: %q, %v; not packed: %q", again, err, text)
		}
	})
}

// A bomb ends; what merely packs well is read whole.
func TestABombIsNotUnpacked(t *testing.T) {
	line := strings.Repeat(" ", 1<<10)
	bomb := &bounded{r: strings.NewReader(line), packed: &counter{n: MaxUnpacked / 1000}, unpacked: MaxUnpacked + 1}
	if n, err := io.Copy(io.Discard, bomb); err == nil {
		t.Errorf("%d more bytes were unpacked", n)
	}
	export := &bounded{r: strings.NewReader(line), packed: &counter{n: MaxUnpacked / 20}, unpacked: MaxUnpacked + 1}
	if n, err := io.Copy(io.Discard, export); err != nil || n != 1<<10 {
		t.Errorf("%d bytes of a large export, %v", n, err)
	}
}
