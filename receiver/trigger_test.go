package receiver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// userList is a users table.
type userList struct {
	records []webhook.UserRecord
	asked   []webhook.UserPage
	fail    error
}

func (u *userList) Users(_ context.Context, p webhook.UserPage) ([]webhook.UserRecord, error) {
	u.asked = append(u.asked, p)
	return u.records[:min(p.Limit, len(u.records))], u.fail
}

func (u *userList) User(_ context.Context, id string) (webhook.UserRecord, error) {
	for _, r := range u.records {
		if r.ID == id {
			return r, u.fail
		}
	}
	return webhook.UserRecord{}, errors.New("no such user")
}

func trigger(g *rig, users *userList) Trigger {
	return Trigger{
		Endpoint: g.Endpoints[0], Users: users, Now: func() time.Time { return now },
		Instance: func(context.Context) (Instance, error) { return g.Self, nil },
	}
}

func TestATriggeredEventIsReceivedLikeARealOne(t *testing.T) {
	newest := &userList{records: []webhook.UserRecord{{User: webhook.User{ID: "user_newest"}}, {User: webhook.User{ID: "user_older"}}}}
	for _, c := range []struct {
		name         string
		sample       webhook.Sample
		users        *userList
		userID       string // "" where it is made up
		email, value string
	}{
		{"user.created makes up a user", webhook.Sample{Type: "user.created"}, newest, "", "", ""},
		{"user.created about a given user", webhook.Sample{Type: "user.created", UserID: "user_given", Email: "a@b.c"}, newest, "user_given", "a@b.c", ""},
		{"user.updated is about the user that changed last", webhook.Sample{Type: "user.updated"}, newest, "user_newest", "", ""},
		{"user.deleted is about the user that changed last", webhook.Sample{Type: "user.deleted"}, newest, "user_newest", "", ""},
		{"user.updated about a given user", webhook.Sample{Type: "user.updated", UserID: "user_given"}, newest, "user_given", "", ""},
		{"user.updated without users makes up a user", webhook.Sample{Type: "user.updated"}, &userList{}, "", "", ""},
		{"a set value is in the body", webhook.Sample{Type: "user.created", Set: []webhook.Assignment{{Path: "data.first_name", Value: json.RawMessage(`"Zoë"`)}}}, newest, "", "", `"first_name":"Zoë"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, nil, nil)
			receipt, err := trigger(g, c.users).Send(t.Context(), c.sample)
			if err != nil || receipt.DeliveryID != 1 || receipt.Status != 200 || receipt.Message != "User created" {
				t.Fatalf("receipt %+v, %v", receipt, err)
			}
			d := g.one(t)
			if !d.Verdict.Verified || d.Origin != webhook.Trigger || d.Type != c.sample.Type || d.ParentID != 0 || !strings.HasPrefix(d.MessageID, "msg_") {
				t.Errorf("captured %+v", d)
			}
			if c.userID != "" && d.UserID != c.userID || !strings.HasPrefix(d.UserID, "user_") || c.userID == "" && d.UserID == "user_newest" {
				t.Errorf("it is about %s", d.UserID)
			}
			if c.email != "" && d.Email != c.email || !strings.Contains(string(d.Body), c.value) {
				t.Errorf("it says %s", d.Body)
			}
			if got := d.Header.Get("Content-Type"); got != "application/json" {
				t.Errorf("content type %q", got)
			}
			for _, p := range c.users.asked {
				if p != (webhook.UserPage{Sort: webhook.ByRecent, Limit: 1}) {
					t.Errorf("it asked for %+v", p)
				}
			}
		})
	}
}

func TestATriggerThatCannotBeSentSaysWhy(t *testing.T) {
	broken := errors.New("disk full")
	for _, c := range []struct {
		name   string
		sample webhook.Sample
		change func(*Trigger)
		what   string
		fix    string
	}{
		{"no secret", webhook.Sample{Type: "user.created"}, func(tr *Trigger) { tr.Endpoint.Secrets = knowing() }, "no signing secret", "CLERK_WEBHOOK_SIGNING_SECRET"},
		{"no such event", webhook.Sample{Type: "user.creatd"}, nil, "user.creatd", "user.created, user.updated, user.deleted"},
		{"a value that cannot be set", webhook.Sample{Type: "user.created", Set: []webhook.Assignment{{Path: "data[0]", Value: json.RawMessage("1")}}}, nil, "data[0]", "paths look like"},
		{"no hooktop is running", webhook.Sample{Type: "user.created"}, func(tr *Trigger) {
			tr.Instance = func(context.Context) (Instance, error) { return Instance{}, broken }
		}, "disk full", ""},
		{"the users cannot be read", webhook.Sample{Type: "user.updated"}, func(tr *Trigger) { tr.Users = &userList{fail: broken} }, "disk full", ""},
		{"a receiver without that path", webhook.Sample{Type: "user.created"}, func(tr *Trigger) { tr.Endpoint.Path = "/x" }, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, nil, nil)
			tr := trigger(g, &userList{})
			if c.change != nil {
				c.change(&tr)
			}
			receipt, err := tr.Send(t.Context(), c.sample)
			if c.what == "" { // captured, and rejected for its path
				if err != nil || receipt.Status != 404 || g.one(t).Verdict.Code != webhook.WrongPath {
					t.Errorf("receipt %+v, %v", receipt, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.what) || !strings.Contains(fixOf(err), c.fix) {
				t.Errorf("error %v, fix %q", err, fixOf(err))
			}
			if n := len(g.shelf.all()); n != 0 {
				t.Errorf("%d deliveries were captured", n)
			}
		})
	}
}

// Every event of a story, too.
func TestEverySampleVerifiesHereAndInTheSendersLibrary(t *testing.T) {
	g := start(t, nil, nil)
	tr := trigger(g, &userList{records: []webhook.UserRecord{{User: webhook.User{ID: "user_newest", Email: "n@example.com"}}}})
	library, err := svix.NewWebhook(secret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	post := func(event string, m Message, err error) {
		t.Helper()
		if err != nil {
			t.Fatalf("%s: %v", event, err)
		}
		receipt, err := tr.Post(t.Context(), m)
		if err != nil || receipt.Status != 200 {
			t.Fatalf("%s: %+v, %v", event, receipt, err)
		}
		sent++
		d := g.shelf.all()[sent-1]
		if !d.Verdict.Verified || d.Type != event || d.Origin != webhook.Trigger || d.MessageID != m.ID || !bytes.Equal(d.Body, m.Body) {
			t.Errorf("%s was captured as %+v", event, d)
		}
		if err := library.VerifyIgnoringTimestamp(d.Body, d.Header); err != nil {
			t.Errorf("%s: %v", event, err)
		}
	}
	p := tr.Endpoint.Provider
	for _, event := range p.Samples() {
		m, err := tr.Make(t.Context(), webhook.Sample{Type: event})
		post(event, m, err)
	}
	for _, story := range p.Stories() {
		steps, err := tr.Tell(t.Context(), story, webhook.Sample{})
		if err != nil {
			t.Fatal(err)
		}
		for _, step := range steps {
			body, err := step.Make(now)
			if err != nil {
				t.Fatal(err)
			}
			m, err := tr.Sign(step.Type, body)
			post(step.Type, m, err)
		}
	}
}
