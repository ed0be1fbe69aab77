package receiver

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
)

// oldResend is the row that an older hooktop wrote of a resend to an app: it signed it,
// and did not say whether anything vouched for the original.
func oldResend(t *testing.T, s *store.Store, parent int64) webhook.Delivery {
	t.Helper()
	d := captured(t, &shelf{}, time.Now().Add(-time.Hour), clerkText, nil)
	d.ID, d.Origin, d.ParentID, d.Outcome = 0, webhook.Resend, parent, ""
	if err := s.Keep(t.Context(), &d); err != nil {
		t.Fatal(err)
	}
	if d.VouchedBy() != webhook.BySignature {
		t.Fatalf("the row is %+v", d)
	}
	return d
}

// A resend is as true as the delivery that it goes back to, whoever signed it.
func TestAResendIsVouchedForOnlyAsItsOriginalIs(t *testing.T) {
	for _, c := range []struct {
		name    string
		forged  bool
		resends int // of resends
		deleted bool
		vouched bool
	}{
		{"of a verified delivery", false, 1, false, true},
		{"of its resend", false, 3, false, true},
		{"of a forgery", true, 1, false, false},
		{"of a forgery's resend", true, 3, false, false},
		{"of one that is no longer kept", false, 1, true, false},
		{"of too many", false, maxResends + 1, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "hooktop.db"), Parse: func(_ string, body []byte) webhook.Event { return providers.Clerk{}.Parse(body) }})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			d := captured(t, &shelf{}, time.Now().Add(-time.Hour), clerkText, func(d *webhook.Delivery) {
				d.Outcome = ""
				if c.forged {
					forge(d, clerkPath)
				}
			})
			d.ID = 0
			if err := s.Capture(t.Context(), &d, providers.Clerk{}.Parse(d.Body)); err != nil {
				t.Fatal(err)
			}
			parent := d.ID
			if c.deleted {
				parent = 0
			}
			for range c.resends {
				d = oldResend(t, s, parent)
				parent = d.ID
			}
			f := forwarder(t, &shelf{}, "")
			f.Store, f.Now = s, time.Now
			if got := f.Vouched(t.Context(), d); got != c.vouched {
				t.Errorf("vouched for: %v", got)
			}
			for _, mode := range []webhook.Mode{webhook.Same, webhook.New, webhook.Verbatim} {
				if _, err := f.SignedAs(t.Context(), d, d.Header, d.Body, webhook.Resending{Mode: mode, SignRejected: true}, ""); (err == nil) != c.vouched {
					t.Errorf("%s, for hooktop itself: %v", mode, err)
				}
			}
			to := verifying(t, nil)
			sent, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Same}, to.URL)
			if c.vouched {
				if err != nil || sent.AppStatus != 200 || sent.VouchedBy() != webhook.BySignature {
					t.Errorf("%v, %d, vouched for by %q", err, sent.AppStatus, sent.VouchedBy())
				}
				return
			}
			if !errors.Is(err, webhook.ErrNeverVerified) {
				t.Errorf("signed unasked: %v", err)
			}
			sent, err = f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Same, SignRejected: true}, to.URL)
			if err != nil || sent.AppStatus != 200 || sent.Reason != webhook.NotVouched {
				t.Errorf("asked to sign it: %v, %d, reason %q", err, sent.AppStatus, sent.Reason)
			}
		})
	}
}
