package receiver

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// apiMessage is what Clerk's API returns of a sign-up.
func apiMessage(id string) APIMessage { return APIMessage{ID: id, At: now, Body: []byte(clerkText)} }

func TestAMessageOfTheAPIIsCapturedUnverified(t *testing.T) {
	g := start(t, nil, nil)
	d, err := g.CaptureFromAPI(t.Context(), "clerk", apiMessage("msg_1"))
	if err != nil {
		t.Fatal(err)
	}
	if d.Verdict.State() != webhook.VerdictUnverified || d.VouchedBy() != webhook.ByProviderAPI || d.Origin != webhook.Pull {
		t.Errorf("%+v, vouched for by %q, origin %s", d.Verdict, d.VouchedBy(), d.Origin)
	}
	if d.MessageID != "msg_1" || d.Header.Get("Svix-Id") != "msg_1" || d.Type != "user.created" || string(d.Body) != clerkText || d.URL != clerkPath || d.Method != http.MethodPost {
		t.Errorf("%+v", d)
	}
	if d.Header.Get("Svix-Signature") != "" || d.Header.Get("Svix-Timestamp") != "" {
		t.Errorf("it has signature headers: %v", d.Header)
	}
	if !strings.Contains(d.Verdict.Detail, "Clerk's API") || d.Verdict.Secret != "" || d.Verdict.Code != "" {
		t.Errorf("%+v", d.Verdict)
	}
	if got := <-g.captured; got.ID != d.ID {
		t.Errorf("captured #%d, want #%d", got.ID, d.ID)
	}
}

func TestAMessageOfTheAPIThatIsTooLargeIsRejected(t *testing.T) {
	g := start(t, nil, nil)
	m := apiMessage("msg_1")
	m.Body = []byte(`{"data":"` + strings.Repeat("x", 5000) + `"}`)
	d, err := g.CaptureFromAPI(t.Context(), "clerk", m)
	if err != nil || d.Verdict.Code != webhook.TooLarge || d.VouchedBy() != "" || len(d.Body) != 0 || d.Bytes != int64(len(m.Body)) {
		t.Errorf("%v %+v", err, d)
	}
}

func TestAMessageOfAnUnknownProviderIsNotStored(t *testing.T) {
	g := start(t, nil, nil)
	if _, err := g.CaptureFromAPI(t.Context(), "paddle", apiMessage("msg_1")); err == nil || len(g.shelf.all()) != 0 {
		t.Errorf("%v, %d stored", err, len(g.shelf.all()))
	}
}

// pulled puts a message of the API on the shelf.
func pulled(t *testing.T, s *shelf) webhook.Delivery {
	t.Helper()
	return captured(t, s, now, clerkText, func(d *webhook.Delivery) {
		d.Verdict, d.FromAPI, d.Origin = webhook.Verdict{Unverified: true}, true, webhook.Pull
		d.Header = http.Header{"Content-Type": {"application/json"}, "Svix-Id": {d.MessageID}}
	})
}

// A body that came without a signature goes to the app with one: under its own id,
// made now. Without it, the app would reject it.
func TestWhatTheAPIVouchesForIsForwardedSigned(t *testing.T) {
	var got http.Header
	to := verifying(t, func(req *http.Request) { got = req.Header.Clone() })
	s := &shelf{}
	d := pulled(t, s)
	f := forwarder(t, s, to.URL)
	f.Now = time.Now
	f.Forward(t.Context(), d)
	if kept := s.all()[0]; kept.AppStatus != 200 || got.Get("Svix-Id") != "msg_1" {
		t.Errorf("the app answered %d to %v", kept.AppStatus, got)
	}
	for _, mode := range []webhook.Mode{webhook.Same, webhook.New} {
		if sent, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: mode}, to.URL); err != nil || sent.AppStatus != 200 || !sent.Verdict.Verified {
			t.Errorf("%s: %v, the app answered %d", mode, err, sent.AppStatus)
		}
	}
	if _, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Verbatim}, to.URL); err == nil || !strings.Contains(fixOf(err), "--as") {
		t.Errorf("resent without a signature: %v", err)
	}
	if _, err := f.SignedAs(t.Context(), d, d.Header, d.Body, webhook.Resending{Mode: webhook.Verbatim}, ""); err == nil {
		t.Error("exported without a signature")
	}
	if !f.Vouched(t.Context(), d) {
		t.Error("it is not vouched for")
	}
}

func TestWhatCannotBeSignedIsNotForwardedAndSaysWhy(t *testing.T) {
	url, got := app(t, fine)
	s := &shelf{}
	d := pulled(t, s)
	f := forwarder(t, s, url)
	f.Endpoints = []Endpoint{{clerkPath, providers.Clerk{}, knowing()}}
	f.Forward(t.Context(), d)
	if kept := s.all()[0]; kept.AppFailure != webhook.NotSent || !strings.Contains(kept.AppError, "signing secret") || len(got) != 0 {
		t.Errorf("%s %q, the app got %d requests", kept.AppFailure, kept.AppError, len(got))
	}
}

func TestAFileDoesNotVouchAsTheAPIDoes(t *testing.T) {
	s := &shelf{}
	d := pulled(t, s)
	i := Importer{Endpoints: []Endpoint{{clerkPath, providers.Clerk{}, knowing(secret)}}, Keys: func(string) webhook.Keyring { return webhook.Keyring{Secrets: []webhook.Secret{secret}} }}
	was := d.Verdict
	m := webhook.Imported{Delivery: d}
	m.FromAPI = false // as it is read from a file
	if !i.Judge(&m, &was, false) || m.Verdict.State() != webhook.VerdictUnverified || m.VouchedBy() != "" || m.MessageID != "msg_1" || m.Type != "user.created" {
		t.Errorf("%+v, vouched for by %q", m.Verdict, m.VouchedBy())
	}
	m.Header.Set("Svix-Timestamp", "1")
	m.Header.Set("Svix-Signature", "v1,bm90IHJpZ2h0")
	if !i.Judge(&m, &was, false) || m.Verdict.State() != webhook.VerdictRejected {
		t.Errorf("a forged signature: %+v", m.Verdict)
	}
}
