package advice

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestAdviceSaysNoMoreThanTheAnswerProves(t *testing.T) {
	signed := verifiedHere()
	signed.Header = http.Header{"Svix-Id": {"msg_1"}, "Svix-Timestamp": {"1716883200"}, "Svix-Signature": {"v1,x"}}
	stripes := verifiedHere()
	stripes.Header = http.Header{"Stripe-Signature": {"t=1,v1=ab"}}
	html := http.Header{"Content-Type": {"text/html; charset=utf-8"}}
	const either, middleware = "the app verifies different bytes or uses a different secret", "auth in front"
	for _, c := range []struct {
		name      string
		d         webhook.Delivery
		f         webhook.Forward
		says, fix string
		not       string
	}{
		{"401 that speaks of the signature", signed, webhook.Forward{Status: 401, Body: []byte(`{"error":"Invalid webhook signature"}`)}, either, "raw body", middleware},
		{"403 that speaks of the signature", signed, webhook.Forward{Status: 403, Body: []byte("Bad signature")}, either, "raw body", "CSRF"},
		{"401 of code that verifies", signed, webhook.Forward{Status: 401, Body: []byte("Signature verification failed")}, either, "", middleware},
		{"401 as Clerk's guide words it", signed, webhook.Forward{Status: 401, Body: []byte("Error verifying webhook")}, either, "", middleware},
		{"401 of a token's signature", signed, webhook.Forward{Status: 401, Body: []byte("JsonWebTokenError: invalid signature")}, middleware, "", either},
		{"400 that speaks of the signature", signed, webhook.Forward{Status: 400, Body: []byte("invalid signature")}, either, "", middleware},
		{"400 that speaks of something else", signed, webhook.Forward{Status: 400, Body: []byte("name is required")}, "The app said \"name is required\"", "", either},
		{"a secret without its prefix", signed, webhook.Forward{Status: 400, Body: []byte("secret must start with whsec_")}, "no usable signing secret", "whsec_…", ""},
		{"a sign-in page for a success", signed, webhook.Forward{Status: 200, Header: html, Body: []byte("\n<!DOCTYPE html><html>")}, "a front page or a sign-in page", "from auth", ""},
		{"a front page for a success", signed, webhook.Forward{Status: 200, Header: html, Body: []byte("<html lang=en>")}, "not the webhook route", "", ""},
		{"a word as HTML, as Express sends text", signed, webhook.Forward{Status: 200, Header: html, Body: []byte("ok")}, "", "", "page"},
		{"a redirect to a path", signed, webhook.Forward{Status: 308, Target: appURL, Header: http.Header{"Location": {"/m3308/"}}}, "", "--forward-to http://localhost:3000/m3308/ to send there", "hunter2"},
		{"a redirect to a neighbour", signed, webhook.Forward{Status: 307, Target: appURL, Header: http.Header{"Location": {"stripe"}}}, "", "--forward-to http://localhost:3000/api/webhooks/stripe to", "hunter2"},
		{"a handler that died", signed, webhook.Forward{Target: appURL, Failure: webhook.ConnectionClosed}, "The app at localhost:3000 accepted the connection and closed", "Read what the app logged", "Check that it runs"},
		{"nothing at a port", signed, webhook.Forward{Target: appURL, Failure: webhook.NotRunning}, "Nothing listens at localhost:3000.", "", "/api"},
		{"a Stripe event at Clerk's route", stripes, webhook.Forward{Status: 400, Body: []byte("Missing required webhook headers")}, "A Stripe event went to a route that verifies Clerk's signature", "Stripe webhook route", "no signature headers"},
		{"a Clerk event at Stripe's route", signed, webhook.Forward{Status: 400, Body: []byte("No stripe-signature header value was provided.")}, "Stripe's verifier checked a Clerk delivery", "Clerk webhook route", ""},
		{"a Stripe event at Stripe's route, with other bytes", stripes, webhook.Forward{Status: 400, Body: []byte("No signatures found matching the expected signature for payload")}, either, "raw body", "Clerk delivery"},
		{"a Stripe event at Stripe's route, without its header", stripes, webhook.Forward{Status: 400, Body: []byte("No stripe-signature header value was provided.")}, "did not reach the app's verifier", "stripe-signature header unchanged", "Clerk"},
	} {
		t.Run(c.name, func(t *testing.T) {
			says, fix := texts(On(c.d, c.f, App{}))
			if !strings.Contains(says, c.says) || !strings.Contains(fix, c.fix) || c.not != "" && strings.Contains(says+fix, c.not) {
				t.Errorf("it says %q\nfix %q", says, fix)
			}
		})
	}
}
