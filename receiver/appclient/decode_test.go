package appclient

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// encoded is a text in an encoding.
func encoded(t testing.TB, encoding, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	var w io.WriteCloser
	switch encoding {
	case "gzip", "x-gzip":
		w = gzip.NewWriter(&b)
	case "deflate":
		w = zlib.NewWriter(&b)
	case "raw deflate":
		w, _ = flate.NewWriter(&b, flate.BestSpeed)
	case "br":
		w = brotli.NewWriter(&b)
	case "zstd":
		w, _ = zstd.NewWriter(&b)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const complaint = "Unique constraint failed on the fields: (email)"

func TestACompressedAnswerCanBeRead(t *testing.T) {
	for _, c := range []struct {
		name    string
		headers []string
		body    []byte
	}{
		{"gzip", []string{"gzip"}, encoded(t, "gzip", complaint)},
		{"gzip in capitals, by its old name", []string{"X-GZip"}, encoded(t, "gzip", complaint)},
		{"deflate", []string{"deflate"}, encoded(t, "deflate", complaint)},
		{"deflate without a zlib header", []string{"deflate"}, encoded(t, "raw deflate", complaint)},
		{"br", []string{"br"}, encoded(t, "br", complaint)},
		{"zstd", []string{"zstd"}, encoded(t, "zstd", complaint)},
		{"two, in a list", []string{"gzip, br"}, encoded(t, "br", string(encoded(t, "gzip", complaint)))},
		{"two, in lines", []string{"deflate", "identity", "gzip"}, encoded(t, "gzip", string(encoded(t, "deflate", complaint)))},
		{"none", nil, []byte(complaint)},
		{"identity", []string{"identity"}, []byte(complaint)},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Encoding"] = c.headers
				w.WriteHeader(500)
				_, _ = w.Write(c.body)
			}))
			defer app.Close()
			got := post(t, New(false, nil), app.URL, nil)
			if string(got.Body) != complaint || got.Status != 500 || got.Failure != "" || got.Truncated {
				t.Errorf("%d %s: %q", got.Status, got.Failure, got.Body)
			}
			if left := got.Header.Get("Content-Encoding"); left != "" && left != "identity" {
				t.Errorf("its header still says %s", left)
			}
		})
	}
}

func TestAnAnswerThatCannotBeDecodedStaysAsItIs(t *testing.T) {
	for name, encodings := range map[string][]string{
		"an unknown encoding": {"compress"}, "not what it says": {"gzip"}, "not brotli": {"br"}, "not zstd": {"zstd"},
		"too many": {"gzip", "gzip", "gzip", "gzip", "gzip"},
	} {
		h := http.Header{"Content-Encoding": encodings}
		if got := decoded(h, []byte("\xffplain text\x00")); string(got) != "\xffplain text\x00" || !slices.Equal(h["Content-Encoding"], encodings) {
			t.Errorf("%s: %q, %v", name, got, h)
		}
	}
}

func TestADecodedAnswerIsBounded(t *testing.T) {
	for _, encoding := range []string{"gzip", "deflate", "br", "zstd"} {
		body := encoded(t, encoding, strings.Repeat("x", 64<<20))
		if got := decoded(http.Header{"Content-Encoding": {encoding}}, body); len(got) != maxAnswer+1 {
			t.Errorf("%s: %d bytes of %d", encoding, len(got), len(body))
		}
	}
	cut := encoded(t, "gzip", strings.Repeat(complaint, 1000))
	if got := decoded(http.Header{"Content-Encoding": {"gzip"}}, cut[:len(cut)-9]); !strings.HasPrefix(string(got), complaint) {
		t.Errorf("one that was cut off: %q", got[:min(len(got), 50)])
	}
}

func FuzzDecoded(f *testing.F) {
	for _, e := range []string{"gzip", "deflate", "br", "zstd"} {
		f.Add(e, encoded(f, e, complaint))
	}
	f.Fuzz(func(t *testing.T, encoding string, body []byte) {
		if got := decoded(http.Header{"Content-Encoding": {encoding}}, body); len(got) > max(maxAnswer+1, len(body)) {
			t.Errorf("%d bytes", len(got))
		}
	})
}
