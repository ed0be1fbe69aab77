package receiver

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// docket is a shelf whose rejected deliveries can be verified again.
type docket struct {
	*shelf
	applied []webhook.Event
	// before, if any, runs before a delivery is applied, or fails.
	before func() error
}

func (s *docket) Reverify(_ context.Context, d *webhook.Delivery, e webhook.Event) error {
	if s.before != nil {
		if err := s.before(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.kept[d.ID-1].Outcome != webhook.Rejected {
		return webhook.ErrNotFound
	}
	d.Outcome, d.UserID, d.ReverifiedAt = webhook.Created, e.UserID, now
	s.kept[d.ID-1] = *d
	s.applied = append(s.applied, e)
	return nil
}

func (s *docket) UpdateVerdict(_ context.Context, id int64, v webhook.Verdict) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[id-1].Verdict = v
	return nil
}

// Rejected returns two at a time, so that there are several windows.
func (s *docket) Rejected(_ context.Context, after int64, _ int) (ids []int64, err error) {
	for _, d := range s.all() {
		if d.Outcome == webhook.Rejected && d.ID > after && len(ids) < 2 {
			ids = append(ids, d.ID)
		}
	}
	return ids, nil
}

// rejecting returns what a receiver with the wrong secret stored.
func rejecting(t *testing.T, requests ...string) (*docket, *Reverifier) {
	t.Helper()
	g := start(t, func(g *rig) { g.Endpoints[0].Secrets = knowing(other) }, nil)
	for _, r := range requests {
		exchange(t, g.public, r)
	}
	s := &docket{shelf: g.shelf}
	r := &Reverifier{
		Store: s, Endpoints: g.Endpoints,
		Keys: func(string) webhook.Keyring { return webhook.Keyring{Secrets: []webhook.Secret{secret}} },
	}
	return s, r
}

func TestReverifyUsesTheCurrentSecrets(t *testing.T) {
	s, r := rejecting(t, post(clerkPath, signedHeader(t, clerkText, now), clerkText))
	if v := s.all()[0].Verdict; v.Verified {
		t.Fatalf("at its receipt: %+v", v)
	}
	d, err := r.Reverify(t.Context(), 1)
	if err != nil || !d.Verdict.Verified || d.Outcome != webhook.Created || d.UserID != "user_1" || d.MessageID != "msg_1" {
		t.Errorf("%+v %v", d, err)
	}
	if len(s.applied) != 1 || s.applied[0].Email != "ada@example.com" {
		t.Errorf("applied %+v", s.applied)
	}
	if _, err := r.Reverify(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "not rejected") || fixOf(err) == "" {
		t.Errorf("a second time: %v", err)
	}
}

// A delivery that is too old today was in time then.
func TestReverifyUsesTheTimeOfReceipt(t *testing.T) {
	s, r := rejecting(t,
		post(clerkPath, signedHeader(t, clerkText, now), clerkText),
		post(clerkPath, signedHeader(t, clerkText, now.Add(-10*time.Minute)), clerkText))
	for id, want := range map[int64]webhook.Code{1: "", 2: webhook.TooOld} {
		d, err := r.Reverify(t.Context(), id)
		if err != nil || d.Verdict.Code != want {
			t.Errorf("#%d: %s %v", id, d.Verdict.Code, err)
		}
	}
	if d := s.all()[1]; d.Outcome != webhook.Rejected || d.Verdict.Code != webhook.TooOld {
		t.Errorf("kept as %s %s: the better cause should be there", d.Outcome, d.Verdict.Code)
	}
}

func TestReverifyAllGoesInOrderPastThoseThatStayRejected(t *testing.T) {
	second := strings.ReplaceAll(clerkText, "user_1", "user_2")
	s, r := rejecting(t,
		post(clerkPath, "", clerkText),
		post(clerkPath, signedHeader(t, clerkText, now), clerkText),
		post("/elsewhere", signedHeader(t, clerkText, now), clerkText),
		post(clerkPath, signedHeader(t, clerkText, now), clerkText+" "),
		post(clerkPath, signedHeader(t, second, now), second))
	codes := map[int64]webhook.Code{}
	err := r.All(t.Context(), func(d webhook.Delivery) error { codes[d.ID] = d.Verdict.Code; return nil })
	if err != nil {
		t.Fatal(err)
	}
	want := map[int64]webhook.Code{1: webhook.Unsigned, 2: "", 3: webhook.WrongPath, 4: webhook.BodyNewline, 5: ""}
	for id, code := range want {
		if codes[id] != code {
			t.Errorf("#%d: %q, want %q", id, codes[id], code)
		}
	}
	if len(s.applied) != 2 || s.applied[0].UserID != "user_1" || s.applied[1].UserID != "user_2" {
		t.Errorf("applied %+v", s.applied)
	}
}

func TestReverifyAcceptsThatAnotherProcessWasFaster(t *testing.T) {
	s, r := rejecting(t, post(clerkPath, signedHeader(t, clerkText, now), clerkText))
	s.before = func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.kept[0].Outcome, s.kept[0].Verdict = webhook.Updated, webhook.Verdict{Verified: true}
		return nil
	}
	d, err := r.Reverify(t.Context(), 1)
	if err != nil || d.Outcome != webhook.Updated {
		t.Errorf("%+v %v", d, err)
	}
}

func TestReverifyReportsWhatCouldNotBeStored(t *testing.T) {
	s, r := rejecting(t, post(clerkPath, signedHeader(t, clerkText, now), clerkText))
	full := errors.New("disk full")
	s.before = func() error { return full }
	if _, err := r.Reverify(t.Context(), 1); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if err := r.All(t.Context(), func(webhook.Delivery) error { return nil }); !errors.Is(err, full) {
		t.Errorf("all: %v", err)
	}
	if d := s.all()[0]; d.Outcome != webhook.Rejected {
		t.Errorf("it became %s", d.Outcome)
	}
	if _, err := r.Reverify(t.Context(), 7); !errors.Is(err, webhook.ErrNotFound) {
		t.Errorf("an unknown delivery: %v", err)
	}
}

func TestAnIncompleteBodyIsNotVerifiedAgain(t *testing.T) {
	large := clerkText + strings.Repeat(" ", 5000)
	_, r := rejecting(t, post(clerkPath, signedHeader(t, large, now), large))
	if d, err := r.Reverify(t.Context(), 1); err != nil || d.Verdict.Code != webhook.TooLarge {
		t.Errorf("%s %v", d.Verdict.Code, err)
	}
}
