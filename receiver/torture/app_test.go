package torture

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// app is what a careful developer writes, with a users table in memory, and with
// one bug unless bug is "".
type app struct {
	t   *testing.T
	bug string
	wh  *svix.Webhook

	mu       sync.Mutex
	users    map[string]appUser
	gone     map[string]bool
	messages map[string]bool
	requests []string // type and address of each, in order
	hang     chan struct{}
}

type appUser struct {
	email string
	at    int64
}

func newApp(t *testing.T, bug string) *app {
	t.Helper()
	wh, err := svix.NewWebhook(secret().Reveal())
	if err != nil {
		t.Fatal(err)
	}
	return &app{t: t, bug: bug, wh: wh, users: map[string]appUser{}, gone: map[string]bool{}, messages: map[string]bool{}, hang: make(chan struct{})}
}

func startApp(t *testing.T, bug string) (*app, string) {
	t.Helper()
	a := newApp(t, bug)
	mux := http.NewServeMux()
	mux.HandleFunc("/hook", a.receive)
	mux.HandleFunc("GET /users/{id}", a.show)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return a, server.URL
}

func (a *app) show(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	u, ok := a.users[r.PathValue("id")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	fmt.Fprintf(w, `{"email":"%s"}`, strings.ReplaceAll(u.email, "+", `\u002b`)) // as .NET writes it
}

func (a *app) receive(w http.ResponseWriter, r *http.Request) {
	if a.bug == "redirects" {
		http.Redirect(w, r, "/sign-in", http.StatusTemporaryRedirect)
		return
	}
	if r.Method != http.MethodPost {
		if a.bug == "fails on a GET" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, a.limit()))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	if a.bug == "answers with a page" {
		fmt.Fprint(w, "<!DOCTYPE html><title>Home</title>")
		return
	}
	if err := a.verify(body, r.Header); err != nil {
		w.WriteHeader(a.refusal())
		return
	}
	w.WriteHeader(a.apply(r.Header.Get("Svix-Id"), body))
}

func (a *app) limit() int64 {
	if a.bug == "has a small limit" {
		return 100 << 10
	}
	return 1 << 20
}

func (a *app) refusal() int {
	switch a.bug {
	case "throws on a bad signature":
		return http.StatusInternalServerError
	case "hides what is forged":
		return http.StatusNotFound
	}
	return http.StatusBadRequest
}

func (a *app) verify(body []byte, h http.Header) error {
	switch a.bug {
	case "has another secret":
		return fmt.Errorf("no matching signature")
	case "reads no tolerance":
		return a.wh.VerifyIgnoringTimestamp(body, h)
	case "allows a minute":
		if v := providers.Verify(providers.Clerk{}, webhook.Request{Header: h, Body: body}, time.Now().Add(4*time.Minute), []webhook.Secret{secret()}); !v.Verified {
			return fmt.Errorf("%s", v.Code)
		}
	case "verifies nothing":
		return nil
	case "compares no signature":
		right := http.Header{}
		at, _ := (providers.Clerk{}).Signing().SignedAt(h)
		if err := (providers.Clerk{}).Signing().SignMessage(right, secret(), h.Get("Svix-Id"), at, body); err != nil {
			return err
		}
		right.Set("Svix-Timestamp", h.Get("Svix-Timestamp"))
		return a.wh.Verify(body, right)
	case "takes the first signature":
		h = h.Clone()
		first, _, _ := strings.Cut(strings.TrimPrefix(h.Get("Svix-Signature"), "v9,dW5rbm93bg== "), " ")
		h.Set("Svix-Signature", first)
	case "compares the whole header":
		if strings.Contains(h.Get("Svix-Signature"), " ") {
			return fmt.Errorf("no match")
		}
	case "writes the body again":
		var compact bytes.Buffer
		if err := json.Compact(&compact, body); err != nil {
			return err
		}
		body = plainly(compact.Bytes())
	}
	return a.wh.Verify(body, h)
}

// apply applies a verified event and returns the status.
func (a *app) apply(id string, body []byte) int {
	e := providers.Clerk{}.Parse(body)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = append(a.requests, e.Type+" "+e.Email)
	switch {
	case a.bug == "hangs on an update" && e.Type == "user.updated":
		a.mu.Unlock()
		<-a.hang
		a.mu.Lock()
	case a.bug == "is not idempotent" && a.messages[id]:
		return http.StatusInternalServerError // UNIQUE constraint failed: message.id
	case a.bug == "puts a repeat off" && a.messages[id]:
		return http.StatusConflict
	case a.messages[id]:
		return http.StatusOK
	}
	status := a.write(e)
	if status < 300 || a.bug == "remembers what it did not apply" {
		a.messages[id] = true
	}
	return status
}

func (a *app) write(e webhook.Event) int {
	at := e.At.UnixMilli()
	row, there := a.users[e.UserID]
	switch {
	case a.bug == "fails on an unknown type" && e.Outcome == webhook.Unhandled && strings.Contains(e.Type, "torture"):
		return http.StatusInternalServerError
	case a.bug == "refuses an unknown type" && e.Outcome == webhook.Unhandled && strings.Contains(e.Type, "torture"):
		return http.StatusBadRequest
	case e.Outcome == webhook.MissingEmail && a.bug == "fails without an e-mail":
		return http.StatusInternalServerError
	case e.Outcome == webhook.MissingEmail:
		return http.StatusBadRequest
	case e.Action == webhook.NoAction:
		return http.StatusOK
	case e.Action == webhook.Remove && !there && a.bug == "wants what it deletes":
		return http.StatusInternalServerError
	case e.Action == webhook.Remove:
		delete(a.users, e.UserID)
		a.gone[e.UserID] = true
		return http.StatusOK
	case a.gone[e.UserID] && a.bug != "resurrects":
		return http.StatusOK
	case !there && e.Type == "user.updated" && a.bug == "wants what it updates":
		return http.StatusNotFound
	case there && e.Type == "user.updated" && at < row.at && a.bug == "lets the stale win":
	case there && at < row.at:
		return http.StatusOK
	}
	for id, other := range a.users {
		if id != e.UserID && other.email == e.Email {
			if a.bug == "fails on a held address" {
				return http.StatusInternalServerError
			}
			return http.StatusConflict
		}
	}
	a.users[e.UserID] = appUser{e.Email, at}
	return http.StatusOK
}
