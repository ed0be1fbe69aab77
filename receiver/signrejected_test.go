package receiver

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// hostileHeaders are what strangers add for an app that believes requests from its own
// machine.
var hostileHeaders = http.Header{
	"Authorization": {"Bearer stranger"}, "Cookie": {"session=stranger"}, "Host": {"evil.example"}, "Forwarded": {"for=127.0.0.1"},
	"X-Forwarded-For": {"127.0.0.1"}, "X-Forwarded-Host": {"evil.example"}, "X-Original-Url": {"/api/admin/promote"}, "X-Rewrite-Url": {"/stranger"},
	"X-Http-Method-Override": {"DELETE"}, "X-Middleware-Subrequest": {"middleware"}, "Remote-User": {"stranger"}, "X-Anything": {"stranger"},
	"Transfer-Encoding": {"chunked"}, "Connection": {"close, svix-signature"}, "Content-Encoding": {"gzip"}, "Content-Type": {"text/html"},
	"User-Agent": {"${jndi:ldap://stranger}"}, "Accept": {"<stranger>"}, "Bad\r\nName": {"stranger"}, "X-Line": {"a\r\nX-Stranger: 1"},
}

// signedNames are the headers that a request has that hooktop signed.
var signedNames = []string{"Accept", "Accept-Encoding", "Content-Length", "Content-Type", "Svix-Id", "Svix-Signature", "Svix-Timestamp", "User-Agent"}

// hostile are paths that nobody but the user may choose.
var hostilePaths = []string{"/api/admin/promote?user=me", "http://evil.example/promote", "//evil.example/promote", "/api%2Fadmin/promote", clerkPath + "/../../admin", clerkPath + "?promote=me", "promote:443"}

func forge(d *webhook.Delivery, path string) {
	d.URL, d.Outcome = path, webhook.Rejected
	d.Verdict = webhook.Verdict{Code: webhook.WrongSecret}
	d.Header.Set("Svix-Signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	d.Header.Add("Svix-Signature", "v1,stranger")
	for name, values := range hostileHeaders {
		d.Header[name] = values
	}
}

// seenRequest is a request as the app sees it.
type seenRequest struct {
	uri, host string
	header    http.Header
}

// A stranger's delivery is signed only where the user says so, and then the app gets it
// at its own path, without a header of the stranger's.
func TestAForgeryIsSignedOnlyIfAskedAndReachesOnlyTheConfiguredPath(t *testing.T) {
	var got []seenRequest
	to := verifying(t, func(req *http.Request) { got = append(got, seenRequest{req.RequestURI, req.Host, req.Header.Clone()}) })
	for _, path := range hostilePaths {
		s := &shelf{}
		d := captured(t, s, time.Now(), clerkText, func(d *webhook.Delivery) { forge(d, path) })
		f := forwarder(t, s, "")
		f.Now = time.Now
		got = nil
		edited := []byte(`{"type":"user.updated"}`)
		for _, mode := range []webhook.Mode{webhook.Same, webhook.New} {
			how := webhook.Resending{Mode: mode}
			_, err := f.Resend(t.Context(), d.ID, how, to.URL)
			_, errEdited := f.ResendEdited(t.Context(), d.ID, edited, how, to.URL)
			_, errExport := f.SignedAs(t.Context(), d, d.Header, d.Body, how, to.URL)
			for _, err := range []error{err, errEdited, errExport} {
				if !errors.Is(err, webhook.ErrNeverVerified) || !strings.Contains(fixOf(err), "--sign-rejected") {
					t.Errorf("%s, %s: %v, fix %q", path, mode, err, fixOf(err))
				}
			}
		}
		if len(got) != 0 || len(s.all()) != 1 {
			t.Errorf("%s: %d sent, %d rows", path, len(got), len(s.all()))
		}

		for _, mode := range []webhook.Mode{webhook.Same, webhook.New} {
			how := webhook.Resending{Mode: mode, SignRejected: true}
			sent, err := f.Resend(t.Context(), d.ID, how, to.URL)
			if err != nil || sent.AppStatus != 200 || sent.VouchedBy() != "" {
				t.Errorf("%s, %s: %v, %d %s", path, mode, err, sent.AppStatus, sent.VouchedBy())
			}
			if _, err := f.ResendEdited(t.Context(), d.ID, edited, how, to.URL); err != nil {
				t.Errorf("%s, %s, edited: %v", path, mode, err)
			}
			// hooktop's own signature makes it no truer: what was sent is signed again
			// no sooner, and never for hooktop itself.
			if _, err := f.Resend(t.Context(), sent.ID, webhook.Resending{Mode: mode}, to.URL); !errors.Is(err, webhook.ErrNeverVerified) {
				t.Errorf("%s, %s: the resend is signed again: %v", path, mode, err)
			}
			for _, again := range []webhook.Mode{webhook.Same, webhook.New, webhook.Verbatim} {
				if _, err := f.Resend(t.Context(), sent.ID, webhook.Resending{Mode: again, SignRejected: true}, ""); err == nil {
					t.Errorf("%s, %s: the resend may change the users, sent %s", path, mode, again)
				}
			}
		}
		for _, r := range got {
			if r.uri != clerkPath || r.host != strings.TrimPrefix(to.URL, "http://") {
				t.Errorf("%s went to %s%s", path, r.host, r.uri)
			}
			for name, values := range r.header {
				if !slices.Contains(signedNames, name) || strings.Contains(strings.Join(values, " "), "stranger") {
					t.Errorf("%s: the app got %s: %q", path, name, values)
				}
			}
			if r.header.Get("Content-Type") != "application/json" {
				t.Errorf("%s: the app got %q", path, r.header)
			}
		}
		if len(got) != 4 {
			t.Errorf("%s: the app got %d requests", path, len(got))
		}

		// With its own signature it is the stranger's, and goes to no other path either.
		got = nil
		if _, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Verbatim}, to.URL); err != nil {
			t.Fatal(err)
		}
		if len(got) != 1 || got[0].uri != clerkPath || got[0].header.Get("Authorization") != "" || got[0].header.Get("X-Anything") != "" || len(got[0].header["Svix-Signature"]) != 2 {
			t.Errorf("%s, verbatim: the app got %+v", path, got)
		}
	}
}

// A signature vouches for the body. Whoever saw one request can send it once more with
// any path and header.
func TestAReplayedSignatureVouchesForTheBodyAlone(t *testing.T) {
	var got []seenRequest
	to := verifying(t, func(req *http.Request) { got = append(got, seenRequest{req.RequestURI, req.Host, req.Header.Clone()}) })
	for _, path := range hostilePaths {
		s := &shelf{}
		d := captured(t, s, time.Now().Add(-time.Hour), clerkText, func(d *webhook.Delivery) {
			d.URL, d.Outcome, d.Verdict = path, webhook.Rejected, webhook.Verdict{Code: webhook.WrongPath}
			for name, values := range hostileHeaders {
				d.Header[name] = values
			}
		})
		f := forwarder(t, s, "")
		f.Now = time.Now
		got = nil
		sent, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Same}, to.URL)
		if err != nil || sent.AppStatus != 200 || sent.VouchedBy() != webhook.BySignature {
			t.Fatalf("%s: %v, %d %q", path, err, sent.AppStatus, sent.VouchedBy())
		}
		for name, values := range got[0].header {
			if got[0].uri != clerkPath || !slices.Contains(signedNames, name) || strings.Contains(strings.Join(values, " "), "stranger") {
				t.Errorf("%s: at %s the app got %s: %q", path, got[0].uri, name, values)
			}
		}
	}
}

// What waited too long is signed again when its turn comes, so it has no other headers
// than a resend.
func TestALateForwardHasTheHeadersOfAResend(t *testing.T) {
	var got []seenRequest
	to := verifying(t, func(req *http.Request) { got = append(got, seenRequest{req.RequestURI, req.Host, req.Header.Clone()}) })
	s := &shelf{}
	d := captured(t, s, time.Now().Add(-time.Hour), clerkText, func(d *webhook.Delivery) {
		for _, name := range []string{"Authorization", "X-Forwarded-For", "X-Original-Url"} {
			d.Header[name] = hostileHeaders[name]
		}
		d.Header.Set("User-Agent", "Svix-Webhooks/1.84.0 (sender-9YMgn; +https://www.svix.com/http-sender/)")
	})
	f := forwarder(t, s, to.URL)
	f.Now = time.Now
	f.Forward(t.Context(), d)
	if len(got) != 1 || s.all()[0].AppStatus != 200 || !strings.HasPrefix(got[0].header.Get("User-Agent"), "Svix-Webhooks/") {
		t.Fatalf("the app got %+v", got)
	}
	for name := range got[0].header {
		if !slices.Contains(signedNames, name) {
			t.Errorf("the app got %s", name)
		}
	}
}

// Neither the verdict that a file claims, nor an id that a stranger made up, gets into a
// signature.
func TestWhatIsClaimedIsNotSigned(t *testing.T) {
	to := verifying(t, nil)
	for _, code := range []webhook.Code{webhook.TooOld, webhook.TooNew} {
		s := &shelf{}
		d := captured(t, s, time.Now(), clerkText, func(d *webhook.Delivery) { forge(d, clerkPath); d.Verdict.Code = code })
		f := forwarder(t, s, "")
		f.Now = time.Now
		f.Instance = func(context.Context) (Instance, error) { t.Error("it went to hooktop itself"); return Instance{}, nil }
		if f.Vouched(t.Context(), d) {
			t.Errorf("%s: a claim vouches for it", code)
		}
		if _, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Same}, to.URL); !errors.Is(err, webhook.ErrNeverVerified) {
			t.Errorf("%s: %v", code, err)
		}
		if _, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Same, SignRejected: true}, ""); err == nil {
			t.Errorf("%s: it may change the users", code)
		}
	}
	for _, id := range []string{"msg_1.1700000000.{}", "msg 1", "msg_1\r\nX-Stranger: 1", "msg_é", strings.Repeat("m", 200)} {
		s := &shelf{}
		d := captured(t, s, time.Now(), clerkText, func(d *webhook.Delivery) {
			forge(d, clerkPath)
			d.MessageID = id
			d.Header["Svix-Id"] = []string{id}
		})
		f := forwarder(t, s, "")
		f.Now = time.Now
		sent, err := f.Resend(t.Context(), d.ID, webhook.Resending{Mode: webhook.Same, SignRejected: true}, to.URL)
		if err != nil || sent.AppStatus != 200 || sent.Header.Get("Svix-Id") == id || !strings.HasPrefix(sent.Header.Get("Svix-Id"), "msg_") {
			t.Errorf("%q: %v, %d, sent as %q", id, err, sent.AppStatus, sent.Header.Get("Svix-Id"))
		}
	}
}

// A delivery under another prefix is signed under that prefix, and old signatures do not
// stay beside the new one.
func TestASignatureReplacesAllThatWereThere(t *testing.T) {
	s := &shelf{}
	d := captured(t, s, now, clerkText, func(d *webhook.Delivery) {
		forge(d, clerkPath)
		for _, name := range []string{"Id", "Timestamp", "Signature"} {
			d.Header["Webhook-"+name] = []string{"stranger", "stranger"}
		}
	})
	f := forwarder(t, s, "")
	h, err := f.SignedAs(t.Context(), d, d.Header, d.Body, webhook.Resending{Mode: webhook.Same, SignRejected: true}, "http://localhost:3000")
	if err != nil {
		t.Fatal(err)
	}
	for _, prefix := range []string{"Svix-", "Webhook-"} {
		signed := webhook.Request{Header: http.Header{}, Body: d.Body}
		for _, name := range []string{"Id", "Timestamp", "Signature"} {
			if len(h[prefix+name]) != 1 {
				t.Errorf("%s: %q", prefix+name, h[prefix+name])
			}
			signed.Header[prefix+name] = h[prefix+name]
		}
		if v := providers.Verify(providers.Clerk{}, signed, now, []webhook.Secret{secret}); !v.Verified {
			t.Errorf("%s: %+v", prefix, v)
		}
	}
}
