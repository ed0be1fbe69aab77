package standin

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	svix "github.com/svix/svix-webhooks/go"

	clerk "github.com/hooktop/hooktop/receiver/clerkapi/standin"
)

// inbox is a receiver of webhooks.
type inbox struct {
	*httptest.Server
	status  int
	headers []http.Header
	bodies  []string
}

func startInbox(t *testing.T) *inbox {
	in := &inbox{status: 204}
	in.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		in.headers, in.bodies = append(in.headers, r.Header), append(in.bodies, string(body))
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(in.status)
	}))
	t.Cleanup(in.Close)
	return in
}

func TestAMessageGoesToTheEndpointsThatWantIt(t *testing.T) {
	s, stop := Start(Config{})
	defer stop()
	all, some, other, off := startInbox(t), startInbox(t), startInbox(t), startInbox(t)
	s.Add(all.URL)
	s.Add(some.URL, "user.created", "user.updated")
	s.Add(other.URL, "session.created")
	s.Disable(s.Add(off.URL))
	const payload = `{"b":1, "a":"é\u0026"}`
	id, sent := s.Send("user.created", []byte(payload))
	if len(sent) != 2 || len(all.bodies) != 1 || len(some.bodies) != 1 || len(other.bodies)+len(off.bodies) != 0 {
		t.Fatalf("sent %+v", sent)
	}
	if all.bodies[0] != payload || !strings.HasPrefix(id, "msg_") || len(id) != len("msg_")+27 {
		t.Errorf("sent %s as %s", all.bodies[0], id)
	}
	for i, in := range []*inbox{all, some} {
		h := in.headers[0]
		wh, err := svix.NewWebhook(s.Endpoints()[i].Secret)
		if err != nil {
			t.Fatal(err)
		}
		if err := wh.Verify([]byte(payload), h); err != nil || h.Get("Svix-Id") != id || !strings.Contains(h.Get("User-Agent"), "sender-9YMgn") || h.Get("Content-Type") != "application/json" {
			t.Errorf("%v: %v", h, err)
		}
	}
}

func TestFailuresAreTriedAgainUnderTheSameID(t *testing.T) {
	s, stop := Start(Config{})
	defer stop()
	in := startInbox(t)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	s.Add(in.URL)
	s.Add(gone.URL)
	in.status = 307 // which is a failure: it is not followed
	id, sent := s.Send("user.created", []byte(`{}`))
	if len(sent) != 2 || sent[0].OK || sent[0].Status != 307 || sent[1].OK || sent[1].Status != 0 || sent[1].Body == "" {
		t.Fatalf("sent %+v", sent)
	}
	in.status = 200
	if again := s.Retry(); len(again) != 2 || !again[0].OK || again[0].MessageID != id || again[0].Manual || again[1].OK {
		t.Errorf("retried %+v", again)
	}
	if again := s.Retry(); len(again) != 1 || again[0].URL != gone.URL+"/" {
		t.Errorf("retried what had succeeded: %+v", again)
	}
	if len(in.headers) != 2 || in.headers[0].Get("Svix-Id") != in.headers[1].Get("Svix-Id") {
		t.Error("the retry had another id")
	}
	if n := len(s.Attempts()); n != 5 {
		t.Errorf("%d attempts", n)
	}
}

// do asks the stand-in as a program without our client does.
func do(t *testing.T, s *Server, method, path, token, body string) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var said map[string]any
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil && res.StatusCode != 204 {
		t.Fatal(err)
	}
	return res.StatusCode, said
}

func TestWhatTheServerRefuses(t *testing.T) {
	s, stop := Start(Config{})
	defer stop()
	id := s.Add("https://a.example", "user.created")
	s.mu.Lock()
	token := s.newToken()
	s.mu.Unlock()
	const app = "/api/v1/app/" + AppID
	for _, test := range []struct {
		method, path, token, body string
		status                    int
	}{
		{"GET", app + "/endpoint", "other", "", 401},
		{"GET", app + "/endpoint", Key, "", 401},
		{"GET", "/api/v1/app/app_other/endpoint", token, "", 404},
		{"GET", app + "/endpoint?limit=251", token, "", 422},
		{"GET", app + "/endpoint?iterator=ep_other", token, "", 400},
		{"GET", app + "/endpoint/ep_other", token, "", 404},
		{"POST", app + "/endpoint", token, `{"url":"nowhere"}`, 422},
		{"POST", app + "/endpoint", token, `{"url":"https://b.example","unknown":1}`, 422},
		{"POST", app + "/endpoint", token, `{"url":"https://b.example","uid":"mine"}`, 201},
		{"POST", app + "/endpoint", token, `{"url":"https://b.example","uid":"mine"}`, 409},
		{"PATCH", app + "/endpoint/" + id, token, `{"uid":"mine"}`, 409},
		{"PATCH", app + "/endpoint/" + id, token, `{"uid":"own"}`, 200},
		{"PUT", app + "/endpoint/own", token, `{"url":"https://c.example"}`, 200}, // and its uid is gone
		{"GET", app + "/endpoint/own", token, "", 404},
		{"POST", app + "/endpoint/mine/recover", token, `{"since":"2020-01-01T00:00:00Z"}`, 422},
		{"POST", app + "/msg/msg_other/endpoint/mine/resend", token, "", 404},
		{"GET", "/api/v1/elsewhere", token, "", 404},
		{"POST", "/v1/webhooks/svix_url", "other", "", 401},
		{"POST", "/v1/webhooks/svix", Key, "", 400},
		{"GET", "/v1/users/count", Key, "", 200},
		{"DELETE", app + "/endpoint/mine", token, "", 204},
	} {
		if status, said := do(t, s, test.method, test.path, test.token, test.body); status != test.status {
			t.Errorf("%s %s %s: %d %v, want %d", test.method, test.path, test.body, status, said, test.status)
		}
	}
	if e := s.Endpoints()[0]; e.UID != "" || e.URL != "https://c.example/" || len(e.EventTypes) != 0 {
		t.Errorf("after PUT: %+v", e)
	}
}

func TestFaultsComeAndGo(t *testing.T) {
	s, stop := Start(Config{Users: []clerk.User{{ID: "user_1"}}})
	defer stop()
	s.Fail(Link, Refuse(500, "internal", "No."), 2)
	var got []int
	for range 3 {
		status, _ := do(t, s, "POST", "/v1/webhooks/svix_url", Key, "")
		got = append(got, status)
	}
	s.Fail(Link, Refuse(500, "internal", "No."), 0)
	for range 3 {
		status, _ := do(t, s, "POST", "/v1/webhooks/svix_url", Key, "")
		got = append(got, status)
	}
	s.Heal()
	status, _ := do(t, s, "POST", "/v1/webhooks/svix_url", Key, "")
	if got = append(got, status); !slices.Equal(got, []int{500, 500, 200, 500, 500, 500, 200}) {
		t.Errorf("answered %v", got)
	}
}
