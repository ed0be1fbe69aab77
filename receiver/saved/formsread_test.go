package saved

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
	"time"

	svix "github.com/svix/svix-webhooks/go"
	"golang.org/x/text/encoding/unicode"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const formSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// formBody has what forms lose: characters beyond ASCII, escapes, a number's zeros.
const formBody = `{"data":{"id":"user_1","first_name":"Zoë & <Ada>","bio":"a \"quote\", a \/ and 😀","score":1.50},"object":"event","type":"user.created"}`

// signedRequest is what the templates in testdata/forms put into files.
type signedRequest struct{ ID, Time, Signature, Body string }

// Date is when it was received.
func (s signedRequest) Date() string { return s.at().Format(time.RFC3339Nano) }

// Plain is the same without a zone.
func (s signedRequest) Plain() string { return s.at().Format(time.DateTime) }

// Fiddler is the same as Fiddler writes it.
func (s signedRequest) Fiddler() string {
	return s.at().In(time.FixedZone("", 3600)).Format("2006-01-02T15:04:05.0000000-07:00")
}

// Spaced is the same with a space.
func (s signedRequest) Spaced() string { return s.at().Format("2006-01-02 15:04:05Z") }

// Millis is the same in milliseconds.
func (s signedRequest) Millis() int64 { return s.at().UnixMilli() }

func (s signedRequest) at() time.Time {
	var seconds int64
	_, _ = fmt.Sscan(s.Time, &seconds) // the test wrote it
	return time.Unix(seconds+1, 0).UTC()
}

// Headers are the headers by their names.
func (s signedRequest) Headers() map[string]string { return s.headers() }

func (s signedRequest) headers() map[string]string {
	return map[string]string{"content-type": "application/json", "svix-id": s.ID, "svix-timestamp": s.Time, "svix-signature": s.Signature}
}

func (s signedRequest) lines() string {
	return fmt.Sprintf("content-type: application/json\r\nsvix-id: %s\r\nsvix-timestamp: %s\r\nsvix-signature: %s\r\n", s.ID, s.Time, s.Signature)
}

// newSigned signs a body, as of three days ago.
func newSigned(t testing.TB, id, body string) signedRequest {
	t.Helper()
	wh, err := svix.NewWebhook(formSecret)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(-72 * time.Hour)
	signature, err := wh.Sign(id, at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return signedRequest{id, fmt.Sprint(at.Unix()), signature, body}
}

// inJSON returns a value as JSON, as JavaScript writes it.
func inJSON(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSpace(b.String()), err
}

var formFuncs = template.FuncMap{
	"json":   inJSON,
	"base64": func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"csv":    func(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` },
	"bytes": func(s string) (string, error) {
		var numbers []int
		for _, b := range []byte(s) {
			numbers = append(numbers, int(b))
		}
		return inJSON(numbers)
	},
	"pretty": func(s string) (string, error) {
		var b bytes.Buffer
		err := json.Indent(&b, []byte(s), "", "  ")
		return b.String(), err
	},
	"chunks": func(s string) string {
		half := len(s) / 2
		return fmt.Sprintf("%x;ext=1\n%s\n%X\n%s\n0\nX-Trailer: a\n\n", half, s[:half], len(s)-half, s[half:])
	},
	"headers":     func(s signedRequest) (string, error) { return inJSON(s.headers()) },
	"headerlines": signedRequest.lines,
	"wire": func(s signedRequest) string {
		return fmt.Sprintf("POST /api/webhooks/clerk HTTP/1.1\r\nHost: x.example\r\n%sContent-Length: %d\r\n\r\n%s", s.lines(), len(s.Body), s.Body)
	},
	"vercel": func(s signedRequest) (string, error) {
		return inJSON(map[string]any{"method": "POST", "host": "x.example", "path": "/api/webhooks/clerk", "headers": s.headers(), "encoding": "base64", "body": base64.StdEncoding.EncodeToString([]byte(s.Body))})
	},
	"request": func(s signedRequest) map[string]any { return map[string]any{"headers": s.headers(), "body": s.Body} },
	"repeat":  strings.Repeat,
	"prefixed": func(prefix, text string) string {
		return prefix + strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\n"+prefix)
	},
	"coloured": func(text string) string {
		return "\x1b[1;39m" + strings.ReplaceAll(text, `:`, "\x1b[0m:\x1b[0;32m") + "\x1b[0m"
	},
	"line": func(s signedRequest) (string, error) {
		text, err := inJSON(map[string]any{"headers": s.headers(), "body": s.Body})
		return "got " + text + "\n", err
	},
}

// formFiles are the files in testdata/forms, filled with a signed request.
func formFiles(t testing.TB) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("testdata/forms/*.tmpl")
	if err != nil || len(paths) < 40 {
		t.Fatalf("%d files, %v", len(paths), err)
	}
	files := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := template.New(path).Funcs(formFuncs).Parse(string(text))
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".tmpl")
		var b strings.Builder
		if err := parsed.Execute(&b, newSigned(t, "msg_"+strings.NewReplacer(".", "", "-", "").Replace(name), formBody)); err != nil {
			t.Fatal(err)
		}
		files[name] = b.String()
	}
	return files
}

func formKeys() webhook.Keyring {
	return webhook.Keyring{Secrets: []webhook.Secret{webhook.NewSecret(formSecret, webhook.Source{Variable: "CLERK_WEBHOOK_SECRET"})}}
}

// verified reports whether a saved request verifies, however old it is.
func verified(r webhook.Request) bool {
	return receiver.SignatureHolds(providers.Verify(providers.Clerk{}, r, time.Now(), formKeys().Secrets))
}

// importForm imports a file as hooktop import does.
func importForm(t testing.TB, text string) (kept []webhook.Delivery, sum ImportSummary, said []string, err error) {
	t.Helper()
	var store memory
	i := Importer{
		Store: &store, MaxBody: 1 << 20, Now: time.Now,
		Verify:   receiver.Importer{Endpoints: receiver.Endpoints{{Provider: providers.Clerk{}, Path: "/api/webhooks/clerk"}}, Keys: func(string) webhook.Keyring { return formKeys() }},
		Imported: func(webhook.Delivery) error { return nil },
		Refused:  func(place string, err error) { said = append(said, "refused "+place+": "+err.Error()) },
		Noted:    func(place, text string) { said = append(said, "noted "+place+": "+text) },
	}
	sum, err = i.Run(t.Context(), strings.NewReader(text))
	return store.kept, sum, said, err
}

// verify and import read the same forms, to the byte.
func TestEveryFormIsRead(t *testing.T) {
	for name, text := range formFiles(t) {
		for variant, text := range map[string]string{
			"as it is": text, "with CR LF": strings.ReplaceAll(text, "\n", "\r\n"), "after empty lines": "\n \r\n" + text,
			"UTF-16 LE": inUTF16(t, unicode.LittleEndian, unicode.UseBOM, text), "UTF-16 BE without a mark": inUTF16(t, unicode.BigEndian, unicode.IgnoreBOM, text),
			"with a mark": "\ufeff" + strings.TrimPrefix(text, "\ufeff"), "gzip": zipped(t, text),
		} {
			if strings.HasPrefix(variant, "UTF-16") {
				text = strings.TrimPrefix(text, "\ufeff")
			}
			t.Run(name+"/"+variant, func(t *testing.T) {
				r, err := Choice{}.Read(strings.NewReader(text))
				if err != nil {
					t.Fatalf("verify: %v\n%.2000s", err, text)
				}
				if !r.Settle(verified) && len(r.Others) > 0 || !verified(r.Request) || string(r.Body) != formBody {
					t.Errorf("verify read %q with %v, doubt %q", r.Body, r.Header, r.Doubt)
				}
				kept, sum, said, err := importForm(t, text)
				if err != nil || sum.Verified != 1 {
					t.Fatalf("import: %+v, %q, %v", sum, said, err)
				}
				for _, d := range kept {
					if d.Verdict.Verified && (string(d.Body) != formBody || d.Bytes != int64(len(formBody))) {
						t.Errorf("import kept %q, %d bytes", d.Body, d.Bytes)
					}
				}
			})
		}
	}
}

func inUTF16(t *testing.T, order unicode.Endianness, mark unicode.BOMPolicy, text string) string {
	t.Helper()
	encoded, err := unicode.UTF16(order, mark).NewEncoder().String(strings.TrimPrefix(text, "\ufeff"))
	if err != nil {
		t.Fatal(err)
	}
	return encoded
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b strings.Builder
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
