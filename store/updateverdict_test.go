package store

import (
	"errors"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestUpdateVerdictChangesOnlyRejectedDeliveries(t *testing.T) {
	s := open(t, Config{})
	rejected := webhook.Delivery{At: s.now(), Origin: webhook.Local, Verdict: webhook.Verdict{Code: webhook.WrongSecret, Title: "old"}}
	verified := webhook.Delivery{At: s.now(), Origin: webhook.Local, Verdict: webhook.Verdict{Verified: true}, Outcome: webhook.Unhandled}
	for _, d := range []*webhook.Delivery{&rejected, &verified} {
		if err := s.Capture(t.Context(), d, webhook.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	better := webhook.Verdict{Code: webhook.BodyNewline, Title: "new", Detail: "proven", Fix: "do", Checks: []webhook.Check{{Name: "body", OK: true, Detail: "9 tried"}}}
	if err := s.UpdateVerdict(t.Context(), rejected.ID, better); err != nil {
		t.Fatal(err)
	}
	got, err := s.Delivery(t.Context(), rejected.ID)
	if err != nil || got.Verdict.Code != webhook.BodyNewline || got.Verdict.Title != "new" || len(got.Verdict.Checks) != 1 {
		t.Errorf("%+v, %v", got.Verdict, err)
	}
	if string(got.Answer.Body) != string(rejected.Answer.Body) {
		t.Errorf("the answer became %s", got.Answer.Body)
	}
	for _, id := range []int64{verified.ID, 99} {
		if err := s.UpdateVerdict(t.Context(), id, better); !errors.Is(err, ErrNotFound) {
			t.Errorf("#%d: %v", id, err)
		}
	}
	if got, err := s.Delivery(t.Context(), verified.ID); err != nil || !got.Verdict.Verified || got.Verdict.Code != "" {
		t.Errorf("%+v, %v", got.Verdict, err)
	}
}
