package receiver

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// verifying returns an app that verifies as Svix's users do, with the real clock.
func verifying(t *testing.T, seen func(*http.Request)) *httptest.Server {
	t.Helper()
	wh, err := svix.NewWebhook(secret.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err == nil {
			err = wh.Verify(body, req.Header)
		}
		if seen != nil {
			seen(req)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
		}
	}))
	t.Cleanup(s.Close)
	return s
}

// A delivery is captured by a receiver whose clock is six minutes behind the
// app's; that is then six minutes ago.
func TestAResendSixMinutesLaterVerifies(t *testing.T) {
	for _, c := range []struct {
		mode   webhook.Mode
		status int
		sameID bool
		code   webhook.Code
		says   string
	}{
		{webhook.Same, 200, true, "", ""},
		{webhook.New, 200, false, "", ""},
		{webhook.Verbatim, 400, true, webhook.TooOld, "message timestamp too old"},
	} {
		t.Run(string(c.mode), func(t *testing.T) {
			then := time.Now().Add(-6 * time.Minute)
			g := start(t, func(g *rig) { g.Now = func() time.Time { return then } }, nil)
			exchange(t, g.public, post(clerkPath, signedHeader(t, clerkText, then), clerkText))
			parent := g.one(t)
			if !parent.Verdict.Verified {
				t.Fatalf("captured as %+v", parent.Verdict)
			}
			var got http.Header
			to := verifying(t, func(req *http.Request) {
				got = req.Header.Clone()
				if all := g.shelf.all(); len(all) != 2 || all[1].ParentID != parent.ID {
					t.Errorf("it was sent before its row was stored: %d rows", len(all))
				}
			})
			f := forwarder(t, g.shelf, "")
			f.Now = time.Now
			d, err := f.Resend(t.Context(), parent.ID, webhook.Resending{Mode: c.mode}, to.URL)
			if err != nil {
				t.Fatalf("an app that rejects it is not an error: %v (%s)", err, fixOf(err))
			}
			if d.AppStatus != c.status || d.ID != 2 || d.Origin != webhook.Resend || d.ParentID != parent.ID || d.Verdict.Code != c.code || d.Outcome != "" {
				t.Errorf("the resend is %+v", d)
			}
			if string(d.Body) != clerkText || d.Host != strings.TrimPrefix(to.URL, "http://") || d.URL != clerkPath || d.UserID != "user_1" || d.MessageID != got.Get("Svix-Id") {
				t.Errorf("its row is %+v", d)
			}
			if len(d.Forwards) != 1 || !strings.Contains(string(d.Forwards[0].Body), c.says) {
				t.Errorf("its forwards are %+v", d.Forwards)
			}
			if same := got.Get("Svix-Id") == parent.MessageID; same != c.sameID {
				t.Errorf("message id %s, was %s", got.Get("Svix-Id"), parent.MessageID)
			}
			if kept := g.shelf.all()[0]; len(kept.Forwards) != 0 || kept.Header.Get("Svix-Timestamp") != parent.Header.Get("Svix-Timestamp") {
				t.Errorf("the parent was changed: %+v", kept)
			}
		})
	}
}

func TestAResendToHooktopItself(t *testing.T) {
	for _, c := range []struct {
		name   string
		mode   webhook.Mode
		change func(*webhook.Delivery)
		want   webhook.Code
	}{
		{"re-signed it verifies", webhook.Same, nil, ""},
		{"under a new id it verifies", webhook.New, nil, ""},
		{"with its original headers it is too old", webhook.Verbatim, nil, webhook.TooOld},
		{"one that arrived too late with a valid signature is re-signed", webhook.Same, func(d *webhook.Delivery) {
			d.Verdict = webhook.Verdict{Code: webhook.TooOld}
		}, ""},
		{"one sent to another path goes to the right one", webhook.Same, func(d *webhook.Delivery) { d.URL = "/elsewhere" }, ""},
		{"one with webhook-* headers keeps them", webhook.Same, func(d *webhook.Delivery) {
			for _, name := range []string{"Id", "Timestamp", "Signature"} {
				d.Header.Set("Webhook-"+name, d.Header.Get("Svix-"+name))
				d.Header.Del("Svix-" + name)
			}
		}, ""},
		{"one that was never signed gets an id", webhook.Same, func(d *webhook.Delivery) {
			d.MessageID, d.Header = "", http.Header{"Content-Type": {"application/json"}}
		}, ""},
		{"one whose sender wrote hooktop's own headers does not choose its parent", webhook.Same, func(d *webhook.Delivery) {
			d.Header.Set(parentHeader, "99")
			d.Header.Set(originHeader, "trigger")
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := start(t, nil, nil)
			parent := captured(t, g.shelf, now.Add(-6*time.Minute), clerkText, c.change)
			f := forwarder(t, g.shelf, "")
			f.Instance = func(context.Context) (Instance, error) { return g.Self, nil }
			d, err := f.Resend(t.Context(), parent.ID, webhook.Resending{Mode: c.mode}, "")
			if err != nil {
				t.Fatal(err)
			}
			if d.Verdict.Code != c.want || d.Origin != webhook.Resend || d.ParentID != parent.ID || d.URL != clerkPath || string(d.Body) != clerkText || d.MessageID == "" {
				t.Errorf("the resend is %+v", d)
			}
			if (d.Header.Get("Webhook-Id") != "") != (parent.Header.Get("Webhook-Id") != "") {
				t.Errorf("headers %v", d.Header)
			}
			if c.mode == webhook.New && d.MessageID == parent.MessageID {
				t.Error("it has the same message id")
			}
		})
	}
}

func TestAResendIsSignedWithTheSecretThatVerified(t *testing.T) {
	s := &shelf{}
	d := captured(t, s, now, clerkText, nil)
	f := forwarder(t, s, "")
	for name, secrets := range map[string][]webhook.Secret{"first": {secret, other}, "last": {other, secret}} {
		f.Endpoints[0].Secrets = knowing(secrets...)
		h, err := f.SignedAs(t.Context(), d, d.Header, d.Body, webhook.Resending{Mode: webhook.Same}, "http://localhost:3000")
		if err != nil {
			t.Fatal(err)
		}
		d.Header = h
		if v := providers.Verify(providers.Clerk{}, d.Request, now, []webhook.Secret{secret}); !v.Verified {
			t.Errorf("with the right secret %s: %+v", name, v)
		}
	}
}

// Only the original body tells which secret that was.
func TestAnEditedBodyIsSignedWithTheSecretThatVerifiedTheOriginal(t *testing.T) {
	s := &shelf{}
	d := captured(t, s, now, clerkText, nil)
	url, _ := app(t, fine)
	f := forwarder(t, s, "")
	f.Endpoints[0].Secrets = knowing(other, secret)
	text := []byte(strings.Replace(clerkText, "ada@", "eve@", 1))
	holds := func(how string, r webhook.Request) {
		if v := providers.Verify(providers.Clerk{}, r, now, []webhook.Secret{secret}); !v.Verified {
			t.Errorf("%s: %+v", how, v)
		}
	}
	sent, err := f.ResendEdited(t.Context(), d.ID, text, webhook.Resending{Mode: webhook.Same}, url)
	if err != nil || string(sent.Body) != string(text) {
		t.Fatalf("%s, %v", sent.Body, err)
	}
	holds("edited", sent.Request)
	h, err := f.SignedAs(t.Context(), d, d.Header, text, webhook.Resending{Mode: webhook.Same}, url)
	if err != nil {
		t.Fatal(err)
	}
	holds("masked", webhook.Request{Header: h, Body: text})
}

// A public key verifies, but cannot sign.
func TestAResendIsSignedWithTheSharedSecretBesideAPublicKey(t *testing.T) {
	s := &shelf{}
	d := captured(t, s, now, clerkText, nil)
	f := forwarder(t, s, "")
	public := webhook.NewSecret("whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=", webhook.Source{Variable: "TEST", File: "a test"})
	d.Header = http.Header{ // by the private key of the published example
		"Svix-Id": {"msg_p5jXN8AQM9LWM0D4loKWxJek"}, "Svix-Timestamp": {"1614265330"},
		"Svix-Signature": {"v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="},
	}
	d.Body, d.At, d.MessageID = []byte(`{"test": 2432232314}`), time.Unix(1614265330, 0), "msg_p5jXN8AQM9LWM0D4loKWxJek"
	d.Bytes = int64(len(d.Body))
	f.Endpoints[0].Secrets = knowing(secret, public)
	d.Verdict = providers.Verify(f.Endpoints[0].Provider, d.Request, d.At, f.Endpoints[0].Secrets())
	h, err := f.SignedAs(t.Context(), d, d.Header, d.Body, webhook.Resending{Mode: webhook.Same}, "http://localhost:3000")
	if err != nil || !d.Verdict.Verified {
		t.Fatalf("%v, %+v", err, d.Verdict)
	}
	d.Header = h
	if v := providers.Verify(providers.Clerk{}, d.Request, now, []webhook.Secret{secret}); !v.Verified {
		t.Errorf("%+v", v)
	}
}

func TestAResendThatCannotBeSentIsAnError(t *testing.T) {
	broken := errors.New("disk full")
	noDoor := webhook.NewMistake("no hooktop runs", "start it")
	for _, c := range []struct {
		name     string
		change   func(*webhook.Delivery)
		setUp    func(*Forwarder, *shelf)
		id       int64
		mode     webhook.Mode
		target   string
		what     string
		fix      string
		isBroken bool
	}{
		{name: "a body that was too large", change: func(d *webhook.Delivery) { d.Body, d.Bytes = nil, 5000 }, target: "app", what: "its body", fix: "--max-body"},
		{name: "to hooktop itself, though it did not verify", change: func(d *webhook.Delivery) {
			d.Verdict = webhook.Verdict{Code: webhook.WrongSecret}
			d.Header.Set("Svix-Signature", "v1,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
		}, what: "its signature", fix: "--as verbatim"},
		{name: "an unknown delivery", id: 99, target: "app", what: "no delivery #99"},
		{name: "a provider that it cannot sign for", change: func(d *webhook.Delivery) { d.Provider = "paddle" }, target: "app", what: `"paddle"`, fix: "--as verbatim"},
		{name: "a provider without a path here", change: func(d *webhook.Delivery) { d.Provider = "" }, mode: webhook.Verbatim, what: "no webhook path", fix: "--to URL"},
		{name: "to sign without a secret", setUp: func(f *Forwarder, _ *shelf) { f.Endpoints[0].Secrets = knowing() }, target: "app", what: "no signing secret", fix: "CLERK_WEBHOOK_SIGNING_SECRET"},
		{name: "a target without a scheme", target: "localhost:3000", what: `"localhost:3000" is not the URL of an app`, fix: "--to http://localhost:3000"},
		{name: "a target of another scheme", target: "ftp://localhost/x", what: "is not the URL of an app", fix: "--to http"},
		{name: "a target without a host", target: "http:///hook", what: "is not the URL of an app", fix: "--to http"},
		{name: "a target that is not a URL", target: "http://a b", what: "is not the URL of an app", fix: "--to http"},
		{name: "no hooktop is running", setUp: func(f *Forwarder, _ *shelf) {
			f.Instance = func(context.Context) (Instance, error) { return Instance{}, noDoor }
		}, what: "no hooktop runs", fix: "start it"},
		{name: "a row that could not be stored", setUp: func(_ *Forwarder, s *shelf) { s.fail = broken }, target: "app", what: "disk full", isBroken: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &shelf{}
			d := captured(t, s, now, clerkText, c.change)
			f := forwarder(t, s, "")
			if c.setUp != nil {
				c.setUp(f, s)
			}
			url, got := app(t, fine)
			if c.target == "app" {
				c.target = url
			}
			if c.id == 0 {
				c.id = d.ID
			}
			if c.mode == "" {
				c.mode = webhook.Same
			}
			_, err := f.Resend(t.Context(), c.id, webhook.Resending{Mode: c.mode}, c.target)
			if err == nil || !strings.Contains(err.Error(), c.what) || !strings.Contains(fixOf(err), c.fix) || errors.Is(err, broken) != c.isBroken {
				t.Errorf("error %v, fix %q", err, fixOf(err))
			}
			if len(s.all()) != 1 || len(got) != 0 {
				t.Errorf("%d rows, %d sent", len(s.all()), len(got))
			}
		})
	}
}

func TestAResendToAnAppThatIsNotRunningIsRecorded(t *testing.T) {
	gone := nowhere(t)
	s := &shelf{}
	parent := captured(t, s, now, clerkText, nil)
	d, err := forwarder(t, s, "").Resend(t.Context(), parent.ID, webhook.Resending{Mode: webhook.Same}, "http://"+gone)
	if err != nil || d.AppStatus != 0 || !strings.Contains(d.AppError, "is the app running?") || !d.Failed() {
		t.Errorf("%+v, %v", d, err)
	}
}
