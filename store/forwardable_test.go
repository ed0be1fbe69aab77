package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestTheForwardableAreRecentAndVerified(t *testing.T) {
	now := noon
	s := open(t, Config{Now: func() time.Time { return now }, Parse: read})
	deliver := func(message, user string, change func(*webhook.Delivery)) *webhook.Delivery {
		t.Helper()
		d := verified(message)
		d.At, d.URL, d.Origin = now, "/hook", webhook.Tunnel
		if change != nil {
			change(d)
		}
		if err := s.Capture(t.Context(), d, upsert(user, message+"@b.c", 1)); err != nil {
			t.Fatal(err)
		}
		return d
	}
	forwarded := func(want string, users ...string) {
		t.Helper()
		list, err := s.Forwardable(t.Context(), noon, users)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, d := range list {
			ends := ""
			for _, f := range d.Forwards {
				ends += fmt.Sprint(" ", f.Target, " ", f.Status, f.Failure)
			}
			got = append(got, fmt.Sprint(idText(d.ID), " ", d.UserID, d.URL, ends))
		}
		if all := strings.Join(got, ", "); all != want {
			t.Errorf("got  %s\nwant %s", all, want)
		}
	}
	deliver("m1", "u1", nil) // at noon, and not after it
	now = noon.Add(time.Second)
	first := deliver("m2", "u1", nil)
	deliver("m3", "u2", nil)
	turned := deliver("m4", "u1", func(d *webhook.Delivery) {
		d.Verdict, d.Outcome = rejected("").Verdict, webhook.Rejected
		d.At = noon.Add(-time.Hour)
	})
	deliver("m5", "u1", func(d *webhook.Delivery) { d.Origin = webhook.Import })
	kept := verified("m6")
	kept.At, kept.UserID, kept.Origin = now, "u1", webhook.Resend
	if err := s.Keep(t.Context(), kept); err != nil {
		t.Fatal(err)
	}
	forwarded("#2 u1/hook", "u1", "u3")
	forwarded("#2 u1/hook, #3 u2/hook", "u1", "u2")
	forwarded("")
	for _, f := range []*webhook.Forward{
		{DeliveryID: first.ID, Target: "http://a", Failure: webhook.Timeout, Error: "no answer"}, {DeliveryID: first.ID, Target: "http://a", Status: 200}, {DeliveryID: first.ID, Target: "http://b", Status: 500},
	} {
		if err := s.RecordForward(t.Context(), f); err != nil {
			t.Fatal(err)
		}
	}
	turned.Verdict = webhook.Verdict{Verified: true}
	if err := s.Reverify(t.Context(), turned, upsert("u1", "m4@b.c", 2)); err != nil {
		t.Fatal(err)
	}
	if plan := explain(t, s, forwardableQuery, []any{1, 1, "[]"}); strings.Contains(plan, "SCAN delivery") {
		t.Errorf("it reads all deliveries:\n%s", plan)
	}
	forwarded("#2 u1/hook http://a 0timeout http://a 200 http://b 500, #4 u1/hook", "u1")
}
