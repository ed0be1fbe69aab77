package relay

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/tunnel"
	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

// answerTo returns the status that the relay was told for an event.
func answerTo(frames []standin.Frame, id string) int {
	for _, f := range frames {
		var a struct {
			Type string
			Data struct {
				ID     json.RawMessage
				Status int
			}
		}
		if json.Unmarshal(f.Text, &a) == nil && a.Type == "event" && string(a.Data.ID) == id {
			return a.Data.Status
		}
	}
	return 0
}

// Every frame that makes no sense is said once; the connection lives on.
func TestFramesThatMakeNoSense(t *testing.T) {
	event := func(fields string) string { return `{"type":"event","version":1,"data":{` + fields + `}}` }
	var names []string
	for i := range 501 {
		names = append(names, fmt.Sprintf(`"X-%d":"v"`, i))
	}
	many := strings.Join(names, ",")
	for _, c := range []struct {
		name, frame string
		status      int    // of the answer, 0 for none
		noted       string // "" for nothing
		handled     bool
	}{
		{"nothing", ``, 0, notJSON, false},
		{"not JSON", `event`, 0, notJSON, false},
		{"half a frame", `{"type":"event","version":1,"data":{"id":"e1"`, 0, notJSON, false},
		{"not UTF-8", "\xff\xfe", 0, notJSON, false},
		{"a list", `[1]`, 0, noKind, false},
		{"null", `null`, 0, noKind, false},
		{"an unknown type", `{"type":"notice","version":1,"data":"x"}`, 0, noKind, false},
		{"a type that is not a string", `{"type":7}`, 0, noKind, false},
		{"no type", `{}`, 0, noKind, false},
		{"another start", `{"type":"start","version":1,"data":{"token":"c_0000000000"}}`, 0, "", false},
		{"no data", `{"type":"event","version":1}`, 0, noID, false},
		{"no id", event(`"method":"POST","headers":{},"body":""`), 0, noID, false},
		{"an empty id", event(`"id":"","body":""`), 0, noID, false},
		{"an id that is null", event(`"id":null,"body":""`), 0, noID, false},
		{"an id that is an object", event(`"id":{"a":1},"body":""`), 0, noID, false},
		{"not base64", event(`"id":"e1","body":"?"`), 502, badBody, false},
		{"a body that is an object", event(`"id":"e1","body":{"a":1}`), 502, badEvent, false},
		{"headers that are a text", event(`"id":"e1","headers":"a: b"`), 502, badEvent, false},
		{"a header that is an object", event(`"id":"e1","headers":{"a":{}}`), 502, badEvent, false},
		{"a method that is not one", event(`"id":"e1","method":"POST / HTTP/1.1\r\nX: y"`), 400, "method", false},
		{"too many headers", event(`"id":"e1","headers":{` + many + `}`), 431, "headers", false},
		{"headers that are too long", event(`"id":"e1","headers":{"a":"` + strings.Repeat("x", maxHeader) + `"}`), 431, "headers", false},
		{"another version", strings.Replace(event(`"id":"e1"`), `1`, `2`, 1), 200, newVersion, true},
		{"no version", `{"type":"event","data":{"id":"e1"}}`, 200, "", true},
		{"only an id", event(`"id":"e1"`), 200, "", true},
		{"nulls", event(`"id":"e1","method":null,"headers":null,"body":null`), 200, "", true},
		{"more fields", event(`"id":"e1","path":"/x","query":{}`), 200, "", true},
		{"URL-safe base64 without padding", event(`"id":"e1","body":"_-8"`), 200, "", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, noted, a := serve(t, standin.Options{}), &notes{}, &app{}
			r := open(t, s, a, func(c *Config) { c.Note = noted.add })
			live(t, r)
			for range 2 {
				if err := s.Send(soon(t), string(token), false, []byte(c.frame)); err != nil {
					t.Fatal(err)
				}
			}
			if status, _, _ := send(t, http.MethodPost, r.URL(), nil, []byte("after")); status != http.StatusOK || s.Starts() != 1 {
				t.Fatalf("after it, a request was answered %d, %d starts", status, s.Starts())
			}
			if c.status != 0 {
				if err := s.Until(soon(t), func() bool { return answerTo(s.Frames(), `"e1"`) != 0 }); err != nil {
					t.Fatal(err)
				}
			}
			if got := answerTo(s.Frames(), `"e1"`); got != c.status {
				t.Errorf("answered %d", got)
			}
			if n := len(a.seen()) - 1; (n > 0) != c.handled {
				t.Errorf("the handler saw %d", n)
			}
			said := noted.seen()
			if len(said) > 1 || len(said) == 1 != (c.noted != "") || len(said) == 1 && !strings.Contains(said[0], c.noted) {
				t.Errorf("noted %q", said)
			}
		})
	}
}

func TestHeadersThatHTTPCannotCarryAreLeftOut(t *testing.T) {
	s, a := serve(t, standin.Options{}), &app{}
	r := open(t, s, a, nil)
	live(t, r)
	frame := `{"type":"event","version":1,"data":{"id":7,"method":"POST","body":"eA==","headers":{
		"svix-id":" msg_1 ","X-List":["a","b"],"x-number":3,"x-null":null,"a b":"x","":"x","x-break":"a\r\nSvix-Id: msg_2","x-nul":"\u0000","x-é":"x",
		"host":"inbox.test","connection":"x-hop","x-hop":"1","transfer-encoding":"chunked","content-length":"99","content-encoding":"br"}}}`
	if err := s.Send(soon(t), string(token), true, []byte(frame)); err != nil {
		t.Fatal(err)
	}
	if err := s.Until(soon(t), func() bool { return answerTo(s.Frames(), `7`) == 200 }); err != nil {
		t.Fatal(err)
	}
	got := a.seen()[0]
	want := http.Header{"Svix-Id": {"msg_1"}, "X-List": {"a", "b"}, "X-Number": {"3"}, "Content-Encoding": {"br"}}
	if fmt.Sprint(got.header) != fmt.Sprint(want) || got.host != "inbox.test" || string(got.body) != "x" {
		t.Errorf("got %s %q %v", got.host, got.body, got.header)
	}
}

// A frame that is far too large costs neither the connection nor its memory.
func TestAFrameThatIsTooLargeIsRefused(t *testing.T) {
	body := base64.StdEncoding.EncodeToString(make([]byte, 12<<20))
	for name, frame := range map[string]string{
		"the id first": `{"type":"event","version":1,"data":{"id":"e1","method":"POST","headers":{},"body":"` + body + `"}}`,
		"the id last":  `{"type":"event","version":1,"data":{"body":"` + body + `","headers":{},"method":"POST","id":"e1"}}`,
	} {
		t.Run(name, func(t *testing.T) {
			s, a, noted := serve(t, standin.Options{}), &app{}, &notes{}
			r := open(t, s, a, func(c *Config) { c.MaxBody, c.Note = 1<<20, noted.add })
			live(t, r)
			if err := s.Send(soon(t), string(token), false, []byte(frame)); err != nil {
				t.Fatal(err)
			}
			if status, _, _ := send(t, http.MethodPost, r.URL(), nil, make([]byte, 5<<20)); status != http.StatusOK || s.Starts() != 1 {
				t.Errorf("after it, one that fits was answered %d, %d starts", status, s.Starts())
			}
			if err := s.Until(soon(t), func() bool { return answerTo(s.Frames(), `"e1"`) == http.StatusRequestEntityTooLarge }); err != nil {
				t.Error(err)
			}
			if len(a.seen()) != 1 || len(noted.seen()) != 1 {
				t.Errorf("the handler saw %d, noted %q", len(a.seen()), noted.seen())
			}
		})
	}
}

// A body that is too long for the handler, but not absurd, is the handler's to record.
func TestTheHandlerSeesABodyThatIsTooLongForIt(t *testing.T) {
	s, a := serve(t, standin.Options{}), &app{}
	r := open(t, s, a, func(c *Config) { c.MaxBody = 1 << 20 })
	live(t, r)
	send(t, http.MethodPost, r.URL(), nil, make([]byte, 3<<19))
	if got := a.seen(); len(got) != 1 || len(got[0].body) != 3<<19 {
		t.Errorf("the handler saw %d", len(got))
	}
}

func TestAnAnswerThatIsTooLongIsCut(t *testing.T) {
	a := newAnswer()
	if _, err := a.Write(make([]byte, maxAnswer)); err != nil {
		t.Error(err)
	}
	if n, err := a.Write([]byte{1}); err == nil || n != 0 || a.body.Len() != maxAnswer {
		t.Errorf("wrote %d, %v", n, err)
	}
}

func TestStatusesThatHaveNoBody(t *testing.T) {
	a := newAnswer()
	a.WriteHeader(http.StatusEarlyHints)
	a.WriteHeader(http.StatusNoContent)
	a.WriteHeader(http.StatusOK)
	if _, err := a.Write([]byte("x")); err == nil {
		t.Error("a body was written")
	}
	if got := string(a.frame([]byte(`"e"`))); got != `{"type":"event","version":1,"data":{"id":"e","status":204,"headers":{},"body":""}}` {
		t.Error(got)
	}
}

// Whatever arrives, reading it does not panic, and what is passed on is a request that
// HTTP could have carried.
func FuzzFrame(f *testing.F) {
	for _, seed := range []string{
		`{"type":"start","version":1,"data":{"token":"c_AbCd123456"}}`,
		`{"type":"event","version":1,"data":{"id":"e","method":"POST","headers":{"a":"b","c":["d"]},"body":"eA=="}}`,
		`{"type":"event","data":{"id":-1e400,"headers":{"\u0000":1},"body":"_-"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		in := read(text)
		if set := in.start != nil || in.event != nil; set == (in.problem != "") {
			t.Fatalf("read %+v", in)
		}
		if in.event == nil {
			return
		}
		req, status, _ := in.event.request(t.Context(), "inbox.test")
		if req == nil {
			if status < 400 {
				t.Errorf("refused with %d", status)
			}
			return
		}
		var b bytes.Buffer
		if err := req.Header.Write(&b); err != nil {
			t.Error(err)
		}
		if !json.Valid(newAnswer().frame(in.event.ID)) {
			t.Errorf("the answer to %s is not JSON", in.event.ID)
		}
	})
}

func TestARejectedTokenAfterHavingBeenLiveFails(t *testing.T) {
	s := serve(t, standin.Options{})
	r := open(t, s, &app{}, nil)
	live(t, r)
	s.CloseListener(string(token), 1008, "Invalid token")
	if st := until(t, r, "failed", in(tunnel.Failed)); st.Code != string(CodeRejected) || st.Fix == "" || !st.NextTry.IsZero() {
		t.Errorf("status %+v", st)
	}
}
