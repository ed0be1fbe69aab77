package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Registered is this folder's endpoint as Clerk has it.
type Registered struct {
	// ID is "" if there is none.
	ID, URL  string
	Disabled bool
	// Missing are events that users need and it does not select.
	Missing []string
	// Secret is its signing secret, nil if it cannot be read.
	Secret *webhook.Secret
}

// registration compares this folder's endpoint at Clerk with the set-up here. Without
// a key there is nothing to say: most people enter the endpoint by hand.
func (x *Checker) registration(ctx context.Context) (all []Finding) {
	if x.AskClerk == nil {
		return nil
	}
	add := func(status Status, text string, fix ...string) {
		all = append(all, Finding{Name: "registration", Status: status, Text: text, Fix: fix})
	}
	const again = "run hooktop endpoint register"
	e, err := x.AskClerk(ctx)
	switch {
	case err != nil && x.ClerkRefused(err):
		return []Finding{fault("registration", Failed, err)}
	case err != nil && e.ID == "":
		return []Finding{fault("registration", Unknown, err)}
	case e.ID == "":
		add(Unknown, "this folder has no endpoint of its own at Clerk", "hooktop endpoint register creates one (experimental)")
		return all
	}
	ours := x.clerkURL()
	switch {
	case e.Disabled:
		add(Failed, fmt.Sprintf("endpoint %s at Clerk is disabled: nothing is sent", e.ID), again)
	case ours != "" && !webhook.SameURL(ours, e.URL):
		add(Failed, fmt.Sprintf("endpoint %s at Clerk sends to %s, not to %s", e.ID, e.URL, ours), again)
	default:
		add(OK, fmt.Sprintf("endpoint %s at Clerk sends to %s", e.ID, e.URL))
	}
	if len(e.Missing) > 0 {
		add(Warning, "endpoint "+e.ID+" does not send "+strings.Join(e.Missing, ", "), again)
	}
	switch found := x.clerkSecrets(); {
	case e.Secret == nil:
		add(Unknown, "the endpoint's signing secret cannot be read, so it was not compared")
	case len(found) == 0:
		add(Warning, fmt.Sprintf("the endpoint's signing secret (%s) is in no .env file: your app cannot verify with it", e.Secret), again+" --write-env")
	case !config.Holds(found, *e.Secret):
		add(Failed, fmt.Sprintf("the endpoint's signing secret (%s) differs from %s", e.Secret, config.List(found)), again+" --write-env")
	}
	return all
}

// clerkURL is where Clerk should send, "" if that is not known.
func (x *Checker) clerkURL() string {
	clerk := providers.Clerk{}.Name()
	for _, n := range x.instances {
		if url := n.condition.Tunnel.WebhookURLs[clerk]; url != "" {
			return url
		}
	}
	if x.Settings.PublicURL != "" {
		return x.Settings.PublicURL + x.Settings.ClerkPath()
	}
	return ""
}

// clerkSecrets are the secrets of Clerk's that hooktop would start with.
func (x *Checker) clerkSecrets() []webhook.Secret {
	secrets, _, err := config.FindSecrets(map[string]string{"clerk": x.Settings.Secrets.Flag(providers.Clerk{}.Name())}, x.Env)
	if err != nil {
		return nil // the check of secrets tells of it
	}
	return secrets.Of(providers.Clerk{}.Name())
}
