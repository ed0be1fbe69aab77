package store

import (
	"maps"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// unsigned is a delivery without a signature to verify.
func unsigned(message string, e webhook.Event, fromAPI bool) *webhook.Delivery {
	d := written(message, e)
	d.Verdict, d.FromAPI, d.Origin = webhook.Verdict{Unverified: true}, fromAPI, webhook.Pull
	return d
}

// Only what a signature or the provider's own API vouches for changes a user,
// whatever else the caller says of it.
func TestOnlyWhatIsVouchedForChangesAUser(t *testing.T) {
	s := open(t, Config{Parse: read})
	capture(t, s, "m1", upsert("u1", "a@b.c", 1))
	signed, pulled, stranger := written("m2", upsert("u2", "d@b.c", 2)), unsigned("m3", upsert("u3", "e@b.c", 3), true), unsigned("m4", upsert("u4", "f@b.c", 4), false)
	forged := written("m5", upsert("u5", "g@b.c", 5))
	forged.Verdict, forged.FromAPI = webhook.Verdict{Code: webhook.WrongSecret}, true // a signature that does not hold is a forgery, whoever brings it
	removal, linking := unsigned("m6", remove("u1", 6), false), unsigned("m7", linked(7, 7, "u1"), false)
	for _, c := range []struct {
		name    string
		d       *webhook.Delivery
		outcome webhook.Outcome
		reason  webhook.Reason
		voucher webhook.Voucher
		status  int
		failed  bool
	}{
		{"signed", signed, webhook.Created, "", webhook.BySignature, 200, false},
		{"of the provider's API", pulled, webhook.Created, "", webhook.ByProviderAPI, 0, false},
		{"of a stranger", stranger, webhook.Unhandled, webhook.NotVouched, "", 0, false},
		{"forged", forged, webhook.Rejected, "", "", 400, true},
		{"a deletion of a stranger's", removal, webhook.Unhandled, webhook.NotVouched, "", 0, false},
		{"a stranger's link", linking, webhook.Unhandled, webhook.NotVouched, "", 0, false},
	} {
		if err := s.Capture(t.Context(), c.d, read("", c.d.Body)); err != nil {
			t.Fatal(err)
		}
		got := whole(t, s, c.d.ID)
		if got.Outcome != c.outcome || got.Reason != c.reason || got.VouchedBy() != c.voucher || got.Answer.Status != c.status || got.Failed() != c.failed {
			t.Errorf("%s: %s %q, vouched for by %q, %d, failed %v", c.name, got.Outcome, got.Reason, got.VouchedBy(), got.Answer.Status, got.Failed())
		}
		if (got.Change != nil) != (c.voucher != "") || c.voucher == "" && got.UserID != "" && c.outcome != webhook.Rejected {
			t.Errorf("%s: change %+v, user %q", c.name, got.Change, got.UserID)
		}
	}
	want := map[string]string{"u1": "a@b.c", "u2": "d@b.c", "u3": "e@b.c"}
	if got := emails(t, s); !maps.Equal(got, want) {
		t.Errorf("users %v, want %v", got, want)
	}
	if n := count(t, another(t, s.path), `SELECT count(*) FROM parked`); n != 0 {
		t.Errorf("%d of them wait to be applied", n)
	}
	consistent(t, s)
}

// What the API vouched for is history as what was signed is: it is replayed, and
// kept in the snapshot when it is let go.
func TestWhatTheAPIVouchedForIsReplayed(t *testing.T) {
	s := open(t, Config{Parse: read, Keep: 3})
	for i, e := range []webhook.Event{upsert("u1", "a@b.c", 1), upsert("u2", "d@b.c", 2), upsert("u1", "e@b.c", 3)} {
		if err := s.Capture(t.Context(), unsigned(message(i), e, true), e); err != nil {
			t.Fatal(err)
		}
		if r, err := s.Rebuild(t.Context()); err != nil || r.Differences != 0 || r.Deliveries != int64(i)+1 {
			t.Errorf("after %d: %+v %v", i+1, r, err)
		}
	}
	for i := range 4 {
		e := upsert("u3", message(i), 10+i)
		if err := s.Capture(t.Context(), unsigned(message(10+i), e, true), e); err != nil {
			t.Fatal(err)
		}
	}
	settled(t, s, func(c webhook.Counts) bool { return c.Deliveries == 3 })
	if r, err := s.Rebuild(t.Context()); err != nil || r.Differences != 0 || r.Snapshot == 0 || r.Users != 3 {
		t.Errorf("%+v %v", r, err)
	}
}
