package store

import (
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestADeliveryFailedIfAnyTargetFailed(t *testing.T) {
	s := open(t, Config{})
	d := capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	for i, step := range []struct {
		name   string
		fs     []webhook.Forward
		status int
		error  string
		failed int64
	}{
		{"one takes it", []webhook.Forward{{Target: "http://a", Status: 200}}, 200, "", 0},
		{"another does not", []webhook.Forward{{Target: "http://b", Status: 500}}, 500, "", 1},
		{"the first accepts it again", []webhook.Forward{{Target: "http://a", Status: 204}}, 500, "", 1},
		{"a third does not answer, in one commit with a fourth that accepts it", []webhook.Forward{{Target: "http://c", Failure: webhook.NoAnswer, Error: "gone"}, {Target: "http://d", Status: 200}}, 0, "gone", 1},
		{"the third accepts it", []webhook.Forward{{Target: "http://c", Status: 200}}, 500, "", 1},
		{"the last failed one accepts it", []webhook.Forward{{Target: "http://b", Status: 201}}, 201, "", 0},
	} {
		t.Run(step.name, func(t *testing.T) {
			var fs []*webhook.Forward
			for _, f := range step.fs {
				f.DeliveryID, f.At = d.ID, second(1000+i)
				fs = append(fs, &f)
			}
			if err := s.RecordForward(t.Context(), fs...); err != nil {
				t.Fatal(err)
			}
			got, err := s.Delivery(t.Context(), d.ID)
			if err != nil {
				t.Fatal(err)
			}
			counts, err := s.Counts(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got.AppStatus != step.status || got.AppError != step.error || counts.Failures != step.failed || got.Failed() != (step.failed == 1) {
				t.Errorf("%d %q, %d failures", got.AppStatus, got.AppError, counts.Failures)
			}
		})
	}
	consistent(t, s)
}

// The delivery is committed before the app is asked, so the answer comes after it.
func TestTheAnswerOfAnAppIsStored(t *testing.T) {
	s := open(t, Config{})
	d := verified("m1")
	d.AppAnswers = true
	if err := s.Capture(t.Context(), d, upsert("u1", "a@b.c", 1)); err != nil {
		t.Fatal(err)
	}
	got, err := s.Delivery(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d.Outcome != webhook.Created || got.Outcome != webhook.Created || d.Answer.Status != 0 || got.Answer.Status != 0 || len(got.Answer.Body) != 0 || got.Failed() {
		t.Errorf("before the app answers the row has %s %d %q", got.Outcome, got.Answer.Status, got.Answer.Body)
	}
	f := webhook.Forward{DeliveryID: d.ID, Target: "http://a", Status: 500, Body: []byte("oh no"), Answered: &webhook.Answer{Status: 500, Body: []byte("oh no")}}
	other := webhook.Forward{DeliveryID: d.ID, Target: "http://b", Status: 200}
	if err := s.RecordForward(t.Context(), &f, &other); err != nil {
		t.Fatal(err)
	}
	got, err = s.Delivery(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Answer.Status != 500 || string(got.Answer.Body) != "oh no" || got.AppStatus != 500 || !got.Failed() || got.Outcome != webhook.Created {
		t.Errorf("the row has %d %q, %d", got.Answer.Status, got.Answer.Body, got.AppStatus)
	}
	consistent(t, s)
}

func TestAConflictIsAFailureWhateverTheAppAnswers(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	d := verified("m2")
	d.AppAnswers = true
	if err := s.Capture(t.Context(), d, upsert("u2", "a@b.c", 2)); err != nil {
		t.Fatal(err)
	}
	f := webhook.Forward{DeliveryID: d.ID, Target: "http://a", Status: 200, Answered: &webhook.Answer{Status: 200}}
	if err := s.RecordForward(t.Context(), &f); err != nil {
		t.Fatal(err)
	}
	got, err := s.Delivery(t.Context(), d.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got.Outcome != webhook.Conflict || got.Answer.Status != 200 || !got.Failed() {
		t.Errorf("%s, answered %d, failed %v", got.Outcome, got.Answer.Status, got.Failed())
	}
	consistent(t, s)
}

// An app may answer after a waiting event was applied.
func TestAForwardAfterAWaitingEventWasAppliedIsNotAFailure(t *testing.T) {
	s := open(t, Config{})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	d := capture(t, s, "m2", upsert("u2", "a@b.c", 2))
	capture(t, s, "m3", remove("u1", 3))
	if err := s.RecordForward(t.Context(), &webhook.Forward{DeliveryID: d.ID, Target: "http://a", Status: 200}); err != nil {
		t.Fatal(err)
	}
	if got := whole(t, s, d.ID); got.Outcome != webhook.Created || got.Failed() {
		t.Errorf("%s, failed %v", got.Outcome, got.Failed())
	}
	if c, err := s.Counts(t.Context()); err != nil || c.Failures != 0 {
		t.Errorf("%d failures, %v", c.Failures, err)
	}
	consistent(t, s)
}
