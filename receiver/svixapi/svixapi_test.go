package svixapi

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/receiver/svixapi/standin"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// app is an app that receives webhooks and verifies them with the official library.
type app struct {
	*httptest.Server
	status int
	got    []http.Header
	bodies [][]byte
}

func startApp(t *testing.T) *app {
	a := &app{status: http.StatusOK}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		a.got, a.bodies = append(a.got, r.Header), append(a.bodies, body)
		w.WriteHeader(a.status)
		_, _ = w.Write([]byte("said the app"))
	}))
	t.Cleanup(a.Close)
	return a
}

func TestAnEndpointFromNothingToDeleted(t *testing.T) {
	r := start(t, standin.Config{NoApp: true})
	other := "" // another developer's endpoint, which must stay as it is
	c := r.open()
	other = r.Add("https://other.example/hook", "user.created")
	before := r.Endpoints()[0]
	receiver := startApp(t)
	ctx := t.Context()

	if _, found, err := c.FindEndpoint(ctx, "hooktop-mine"); found || err != nil {
		t.Fatalf("found one at first: %v", err)
	}
	made, err := c.CreateEndpoint(ctx, NewEndpoint{URL: receiver.URL, UID: "hooktop-mine", Description: "hooktop", EventTypes: []string{"user.created", "user.updated"}})
	if err != nil {
		t.Fatal(err)
	}
	if !webhook.SameURL(made.URL, receiver.URL) || made.UID != "hooktop-mine" || made.Disabled || !made.Selects("user.updated") || made.Selects("session.created") {
		t.Errorf("created %+v", made)
	}
	if _, err := c.CreateEndpoint(ctx, NewEndpoint{URL: receiver.URL, UID: "hooktop-mine"}); !r.wantError(err).Conflict() {
		t.Errorf("created again: %v", err)
	}
	secret, err := c.Secret(ctx, "hooktop-mine")
	if err != nil || secret.Reveal() != r.Endpoints()[1].Secret {
		t.Fatalf("secret %v, %v", secret, err)
	}

	id, sent := r.Send("user.created", []byte(`{"data":{"id":"user_1"},"type":"user.created"}`))
	if len(sent) != 2 || !sent[1].OK {
		t.Fatalf("sent %+v", sent)
	}
	wh, err := svix.NewWebhook(secret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	if err := wh.Verify(receiver.bodies[0], receiver.got[0]); err != nil {
		t.Errorf("what the stand-in sent does not verify: %v", err)
	}

	r.Disable(made.ID)
	changed, err := c.PatchEndpoint(ctx, made.ID, EndpointChange{URL: receiver.URL + "/moved", Enable: true, EventTypes: []string{"user.created", "user.updated", "user.deleted"}})
	if err != nil || !webhook.SameURL(changed.URL, receiver.URL+"/moved") || changed.Disabled || !changed.Selects("user.deleted") || changed.UID != "hooktop-mine" {
		t.Errorf("changed %+v, %v", changed, err)
	}
	if again, err := c.Secret(ctx, made.ID); err != nil || again.Reveal() != secret.Reveal() {
		t.Errorf("the secret changed: %v", err)
	}
	if kept, err := c.PatchEndpoint(ctx, made.ID, EndpointChange{}); err != nil || !slices.Equal(kept.EventTypes, changed.EventTypes) || kept.URL != changed.URL {
		t.Errorf("an empty change changed it: %+v, %v", kept, err)
	}

	if err := c.DeleteEndpoint(ctx, Endpoint{UID: "hooktop-mine"}); err != nil {
		t.Error(err)
	}
	if err := c.DeleteEndpoint(ctx, Endpoint{UID: "hooktop-mine"}); !r.wantError(err).NotFound() {
		t.Errorf("deleted twice: %v", err)
	}
	for _, uid := range []string{other, "someone-elses"} {
		if err := c.DeleteEndpoint(ctx, Endpoint{ID: uid, UID: uid}); err == nil {
			t.Errorf("deleted %s, which is not hooktop's", uid)
		}
	}
	if left := r.Endpoints(); len(left) != 1 || left[0].URL != before.URL || left[0].Secret != before.Secret {
		t.Errorf("the other endpoint is %+v", left)
	}
	if slices.ContainsFunc(r.Requests(), func(q standin.Request) bool { return q.Route == standin.DeleteApp }) {
		t.Error("asked Clerk to drop the application")
	}
	if m, err := c.Message(ctx, id); err != nil || m.EventType != "user.created" {
		t.Errorf("message %+v, %v", m, err)
	}
}

func TestAttemptsRecoverAndResend(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	r := start(t, standin.Config{Now: func() time.Time { return now }})
	c := r.open()
	c.config.Now = func() time.Time { return now }
	receiver := startApp(t)
	receiver.status = http.StatusBadGateway
	ctx := t.Context()
	e, err := c.CreateEndpoint(ctx, NewEndpoint{URL: receiver.URL, UID: "hooktop-mine"})
	if err != nil {
		t.Fatal(err)
	}
	id, _ := r.Send("user.created", []byte(`{"n":1}`))
	list, err := collect(c.Attempts(ctx, e.ID, now.Add(-time.Hour)))
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	if a := list[0]; a.Status != Failed || a.StatusCode != 502 || a.Response != "said the app" || a.EventType != "user.created" || a.MessageID != id ||
		!a.At.Equal(now) || !a.MessageAt.Equal(now) || a.Manual || a.EndpointID != e.ID || a.URL == "" {
		t.Errorf("%+v", a)
	}

	receiver.status = http.StatusOK
	if _, err := c.Recover(ctx, e.ID, now.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	r.Wait()
	if list, err = collect(c.Attempts(ctx, "hooktop-mine", time.Time{})); err != nil || len(list) != 2 || list[0].Status != Succeeded || !list[0].Manual {
		t.Errorf("after recover: %+v, %v", list, err)
	}
	if err := c.Resend(ctx, id, e.ID); err != nil {
		t.Error(err)
	}
	r.Wait()
	example, err := c.SendExample(ctx, e.ID, "user.deleted")
	if err != nil || example.EventType != "user.deleted" || !json.Valid(example.Payload) {
		t.Errorf("example %+v, %v", example, err)
	}
	r.Wait()
	if n := len(receiver.bodies); n != 4 {
		t.Errorf("the app got %d requests, want the failure, the recovery, the resend and the example", n)
	}
	if first, last := receiver.got[0], receiver.got[2]; first.Get("Svix-Id") != last.Get("Svix-Id") {
		t.Error("the message was sent again under another id")
	}

	asked := len(r.Requests())
	if _, err := c.Recover(ctx, e.ID, now.Add(-15*24*time.Hour)); err == nil || len(r.Requests()) != asked {
		t.Errorf("recovering 15 days: %v; Svix was asked %d times", err, len(r.Requests())-asked)
	}
	if _, err := c.Recover(ctx, e.ID, now.Add(-MaxRecover)); err != nil {
		t.Errorf("recovering 14 days: %v", err)
	}
	r.Expunge(id)
	if err := c.Resend(ctx, id, e.ID); r.wantError(err).Code != "missing_payload" {
		t.Errorf("resending what is gone: %v", err)
	}
	if m, err := c.Message(ctx, id); err != nil || m.Payload != nil {
		t.Errorf("a payload that is gone is %q, %v", m.Payload, err)
	}
}

func TestALongAnswerOfTheAppIsCutOff(t *testing.T) {
	a, err := readAttempt([]byte(`{"id":"atmpt_1","msgId":"msg_1","response":"` + strings.Repeat("é", 50_000) + `","responseDurationMs":15000}`))
	if err != nil || len(a.Response) > maxResponse || !utf8.ValidString(a.Response) || a.Duration != 15*time.Second {
		t.Errorf("%d bytes, %v", len(a.Response), err)
	}
}

func TestExamplesMayBeRefused(t *testing.T) {
	r := start(t, standin.Config{NoExamples: true})
	c := r.open()
	id := r.Add("https://a.example/")
	if _, err := c.SendExample(t.Context(), id, "user.created"); r.wantError(err).Code != "insufficient access" || !r.wantError(err).Denied() {
		t.Errorf("%v", err)
	}
}

// messages lists all messages with their payloads, page by page.
func messages(ctx context.Context, c *Client, after time.Time) (list []Message, err error) {
	for iterator := ""; ; {
		page, err := c.Messages(ctx, after, iterator)
		if list = append(list, page.Messages...); err != nil || page.Done {
			return list, err
		}
		iterator = page.Iterator
	}
}

func TestEveryMessageIsListedOnceWhateverTheServersOrder(t *testing.T) {
	begin := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		n     int
		since int // the first message that is wanted; -1 for all
	}{
		{"none", 0, 0},
		{"a page and nothing older", 50, -1},
		{"several pages", 320, -1},
		{"a window of less than a page", 320, 300},
		{"a window of more than a page", 320, 30},
		{"a window in the future", 320, 320},
	} {
		for _, oldestFirst := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, oldest first: %t", test.name, oldestFirst), func(t *testing.T) {
				now := begin
				r := start(t, standin.Config{OldestFirst: oldestFirst, Now: func() time.Time { return now }})
				c := r.open()
				var want []string
				for i := range test.n {
					id, _ := r.Send("user.created", []byte(`{"a":1}`))
					if i >= test.since {
						want = append(want, id)
					}
					now = now.Add(time.Minute)
				}
				slices.Reverse(want)
				var after time.Time
				if test.since >= 0 {
					after = begin.Add(time.Duration(test.since) * time.Minute)
				}
				check := func(list []Message, err error, content bool) {
					t.Helper()
					var got []string
					for _, m := range list {
						got = append(got, m.ID)
						if (m.Payload != nil) != content {
							t.Fatalf("payload %q", m.Payload)
						}
					}
					if err != nil || !slices.Equal(got, want) {
						t.Errorf("listed %d, want %d, newest first: %v", len(got), len(want), err)
					}
				}
				list, err := messages(t.Context(), c, after)
				check(list, err, true)
				list, err = collect(c.MessagesSince(t.Context(), after))
				check(list, err, false)
			})
		}
	}
}

func TestPayloadsKeepLongNumbersAndMarkup(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	const payload = `{"a":12345678901234567890,"b":0.1000,"c":"<Zoë> & \" co","d":{}}`
	id, _ := r.Send("user.created", []byte(payload))
	m, err := c.Message(t.Context(), id)
	if err != nil || string(m.Payload) != payload {
		t.Errorf("got %s, %v", m.Payload, err)
	}
	list, err := messages(t.Context(), c, time.Now().Add(-time.Hour))
	if err != nil || len(list) != 1 || string(list[0].Payload) != payload {
		t.Errorf("listed %+v, %v", list, err)
	}
}

func TestManyEndpoints(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	for range 230 {
		r.Add("https://a.example/")
	}
	list, err := collect(c.Endpoints(t.Context()))
	if err != nil || len(list) != 230 {
		t.Errorf("listed %d, %v", len(list), err)
	}
	if lists := len(r.routes()) - 1; lists != 3 {
		t.Errorf("asked for %d pages", lists)
	}
}

func TestEventTypesAreReadUnderEitherName(t *testing.T) {
	r := start(t, standin.Config{EventTypes: true})
	c := r.open()
	r.Add("https://a.example/", "user.created", "user.deleted")
	list, err := collect(c.Endpoints(t.Context()))
	if err != nil || len(list) != 1 || !slices.Equal(list[0].EventTypes, []string{"user.created", "user.deleted"}) {
		t.Errorf("%+v, %v", list, err)
	}
	e, err := readEndpoint([]byte(`{"id":"ep_1","url":"https://a/","filterTypes":["a"],"eventTypes":["a"]}`))
	if err != nil || !slices.Equal(e.EventTypes, []string{"a"}) {
		t.Errorf("both names: %+v, %v", e, err)
	}
}

func TestSecretsWithoutTheirPrefixAreTaken(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	const key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	for text, want := range map[string]string{
		`{"key":"` + key + `"}`:         "whsec_" + key,
		`{"key":"whsec_` + key + `"}`:   "whsec_" + key,
		`{"key":"sk_test_` + key + `"}`: "",
		`{"key":"whsec_"}`:              "",
		`{"key":""}`:                    "",
		`{"key":7}`:                     "",
		`{}`:                            "",
		`[]`:                            "",
		`null`:                          "",
	} {
		r.Heal()
		r.Fail(standin.Secret, standin.JSON(text), 0)
		secret, err := c.Secret(t.Context(), "ep_1")
		if secret.Reveal() != want || (err != nil) != (want == "") {
			t.Errorf("%s: %q, %v", text, secret.Reveal(), err)
		}
		if err != nil && (!r.wantError(err).Foreign || strings.Contains(err.Error(), key[:8])) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestAnEndpointUnknownByItsUIDIsDeletedByItsID(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	e, err := c.CreateEndpoint(t.Context(), NewEndpoint{URL: "https://one.example/", UID: "hooktop-mine"})
	if err != nil {
		t.Fatal(err)
	}
	r.Fail(standin.DeleteEndpoint, standin.Refuse(404, "not_found", "Entity not found"), 1)
	if err := c.DeleteEndpoint(t.Context(), e); err != nil || len(r.Endpoints()) != 0 {
		t.Errorf("%v, left %+v", err, r.Endpoints())
	}
}
