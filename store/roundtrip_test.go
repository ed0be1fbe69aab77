package store

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// anyText is arbitrary bytes, with the odd ones more often than by chance.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"", "\x00", "a\x00b", "\xff", "base64:", "base64:/w==", "base64:\xff", "\u2028<&>", "\ufffd", `"\`}),
	)
}

func anyHeader() *rapid.Generator[http.Header] {
	return rapid.Map(rapid.MapOf(anyText(), rapid.SliceOf(anyText())), func(m map[string][]string) http.Header { return m })
}

func TestEveryByteOfADeliveryComesBack(t *testing.T) {
	s := open(t, Config{})
	rapid.Check(t, func(r *rapid.T) {
		text := anyText()
		// beyond any id stored here, which would have this delivery among its resends
		parent := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Min(1<<32))
		d := webhook.Delivery{
			At:       time.Unix(0, rapid.Int64Min(1).Draw(r, "at")).UTC(),
			Provider: text.Draw(r, "provider"), Origin: webhook.Tunnel, ParentID: parent.Draw(r, "parent"),
			Request: webhook.Request{
				Method: text.Draw(r, "method"), URL: text.Draw(r, "url"), Host: text.Draw(r, "host"),
				RemoteAddr: text.Draw(r, "remote"), Header: anyHeader().Draw(r, "header"),
				Body: rapid.SliceOf(rapid.Byte()).Draw(r, "body"),
			},
			Bytes: rapid.Int64Min(1).Draw(r, "bytes"), MessageID: text.Draw(r, "message"),
			Verdict: webhook.Verdict{
				Code: webhook.WrongSecret, Title: "title", Detail: rapid.String().Draw(r, "detail"), Fix: "fix", Secret: "whsec_…last",
				Alternatives: []webhook.Alternative{webhook.BodyChanged, webhook.OtherSecret},
				Checks:       []webhook.Check{{Name: "time", OK: true}, {Name: "signature", Detail: rapid.String().Draw(r, "check")}, {Name: "sender", Hint: true, OK: rapid.Bool().Draw(r, "looks")}},
				Difference: &webhook.BodyDifference{
					Offset: rapid.Int64Min(0).Draw(r, "offset"),
					Signed: webhook.Excerpt{Text: rapid.SliceOfN(rapid.Byte(), 1, 32).Draw(r, "signed"), Ends: rapid.Bool().Draw(r, "ends")}, Arrived: webhook.Excerpt{Text: []byte("{")},
				},
			},
			Type: text.Draw(r, "type"), Outcome: webhook.Rejected, Note: text.Draw(r, "note"),
			Reason: rapid.SampledFrom(webhook.Reasons()).Draw(r, "reason"), RelatedID: rapid.Int64().Draw(r, "related"),
			UserID: text.Draw(r, "user"), Email: text.Draw(r, "email"), HeldBy: text.Draw(r, "held"),
		}
		if len(d.Body) == 0 {
			d.Body = nil // no body and an empty one are the same
		}
		if err := s.Capture(t.Context(), &d, webhook.Event{}); err != nil {
			r.Fatal(err)
		}
		got, err := s.Delivery(t.Context(), d.ID)
		if err != nil {
			r.Fatal(err)
		}
		if !reflect.DeepEqual(got, d) {
			r.Fatalf("got\n%#v\nwant\n%#v", got, d)
		}
		listed, err := s.Deliveries(t.Context(), query.Page{Limit: 1})
		if err != nil {
			r.Fatal(err)
		}
		d.Request, d.Answer.Body, d.Verdict = webhook.Request{}, nil, webhook.Verdict{Code: d.Verdict.Code}
		if !reflect.DeepEqual(listed[0], d) {
			r.Fatalf("listed\n%#v\nwant\n%#v", listed[0], d)
		}
	})
}

func TestEveryByteOfAForwardComesBack(t *testing.T) {
	s := open(t, Config{})
	d := capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	rapid.Check(t, func(r *rapid.T) {
		text := anyText()
		f := webhook.Forward{
			DeliveryID: d.ID, At: time.Unix(0, rapid.Int64Min(1).Draw(r, "at")).UTC(), Target: text.Draw(r, "target"),
			Status: rapid.IntRange(0, 999).Draw(r, "status"), Failure: rapid.SampledFrom(append(webhook.ForwardFailures(), "")).Draw(r, "failure"), Error: text.Draw(r, "error"),
			Duration: time.Duration(rapid.Int64Min(0).Draw(r, "duration")), Truncated: rapid.Bool().Draw(r, "truncated"),
			Header: anyHeader().Draw(r, "header"), Body: rapid.SliceOf(rapid.Byte()).Draw(r, "body"),
		}
		if len(f.Body) == 0 {
			f.Body = nil
		}
		if err := s.RecordForward(t.Context(), &f); err != nil {
			r.Fatal(err)
		}
		got, err := s.Delivery(t.Context(), d.ID)
		if err != nil {
			r.Fatal(err)
		}
		if last := got.Forwards[len(got.Forwards)-1]; !reflect.DeepEqual(last, f) {
			r.Fatalf("got\n%#v\nwant\n%#v", last, f)
		}
		if said, _ := webhook.DecidingForward(got.Forwards); got.AppStatus != said.Status || got.AppFailure != said.Failure || got.AppError != said.Error {
			r.Fatalf("the row has %d %s %q, and the forwards say %d %s %q", got.AppStatus, got.AppFailure, got.AppError, said.Status, said.Failure, said.Error)
		}
	})
	consistent(t, s)
}

func TestABodyThatWasNotStoredHasItsLength(t *testing.T) {
	s := open(t, Config{})
	d := rejected("m1")
	d.Verdict.Code, d.Body, d.Bytes, d.Header = webhook.TooLarge, nil, 5<<20, nil
	if err := s.Capture(t.Context(), d, webhook.Event{}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Delivery(t.Context(), d.ID)
	if err != nil || got.Bytes != 5<<20 || len(got.Body) != 0 || len(got.Header) != 0 || got.Answer.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("%+v %v", got, err)
	}
}
