package svixapi

import (
	"slices"
	"sync"
	"testing"

	"github.com/hooktop/hooktop/receiver/svixapi/standin"
)

func TestATokenThatExpiresIsReplacedOnce(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	r.Expire()
	if _, err := collect(c.Endpoints(t.Context())); err != nil {
		t.Errorf("after it expired: %v", err)
	}
	r.Fail(standin.ListEndpoints, standin.Refuse(401, "authentication_failed", "No."), 0)
	before := len(r.routes())
	if _, err := collect(c.Endpoints(t.Context())); r.wantError(err).Status != 401 {
		t.Errorf("%v", err)
	}
	if n := len(r.routes()) - before; n != 3 {
		t.Errorf("asked %d times, want the call, one new token, and the call again", n)
	}
	if len(r.waited()) != 0 {
		t.Error("waited")
	}

	link, err := r.links(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	once, err := Enter(t.Context(), link, r.config())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := collect(once.Endpoints(t.Context())); r.wantError(err).Status != 401 {
		t.Errorf("without a way to get links: %v", err)
	}
	if _, err := Enter(t.Context(), link, r.config()); !r.wantError(err).Denied() {
		t.Errorf("the link worked twice: %v", err)
	}
}

func TestManyGoroutinesAndATokenThatKeepsExpiring(t *testing.T) {
	r := start(t, standin.Config{})
	c := r.open()
	id := r.Add("https://a.example/")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for range 20 {
				if _, err := c.Secret(t.Context(), id); err != nil && r.wantError(err).Status != 401 { // it may expire between the two
					t.Error(err)
				}
				c.Can(ViewBase)
			}
		})
	}
	for range 20 {
		r.Expire()
		_, _ = collect(c.Endpoints(t.Context()))
	}
	group.Wait()
	if _, err := c.Secret(t.Context(), id); err != nil {
		t.Errorf("at the end: %v", err)
	}
}

func TestOldLinksHoldATokenThatWorks(t *testing.T) {
	r := start(t, standin.Config{Legacy: true})
	c := r.open()
	if _, err := collect(c.Endpoints(t.Context())); err != nil {
		t.Error(err)
	}
	if slices.Contains(r.routes(), standin.Exchange) {
		t.Error("exchanged a token that works as it is")
	}
	if !c.Can(ManageEndpoint) {
		t.Error("claims to know that the token may not manage endpoints")
	}
}

func TestAMissingCapabilityIsKnownAndRefused(t *testing.T) {
	r := start(t, standin.Config{Capabilities: []string{"ViewBase", "ManageEndpoint", "SomethingNew"}})
	c := r.open()
	if !c.Can(ViewBase) || !c.Can(ManageEndpoint) || c.Can(ViewEndpointSecret) || c.Can(CreateAttempts) {
		t.Error("Can does not say what Svix said")
	}
	id := r.Add("https://a.example/")
	if _, err := c.Secret(t.Context(), id); !r.wantError(err).Denied() || r.wantError(err).Code != "insufficient access" {
		t.Errorf("%v", err)
	}
	if err := c.Resend(t.Context(), "msg_1", id); !r.wantError(err).Denied() {
		t.Errorf("%v", err)
	}
}
