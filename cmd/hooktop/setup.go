package main

import (
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tui"
	"github.com/hooktop/hooktop/tunnel"
)

// setup is what the Setup tab says: what was found, and what remains.
func (h *hooktop) setup() tui.Setup {
	s := h.settings
	local := h.receiver.Door.URL + s.clerkPath()
	set := tui.Setup{
		Local: s.signing.local(), LocalURL: local, Apps: h.apps(), Database: s.where(), Notices: h.noticed(),
		Page: "https://dashboard.clerk.com/last-active?path=webhooks",
	}
	if public := h.publicURL(); public != "" {
		set.PublicURL = public + s.clerkPath()
	}
	set.Steps = []tui.Step{
		{State: tui.StepDone, Name: "receiver", Text: local},
		{State: tui.StepDone, Name: "database", Text: s.where()},
		h.secretStep(),
		h.tunnelStep(),
		h.endpointStep(set.PublicURL),
		h.stripeStep(),
		h.appStep(),
	}
	return set
}

func (h *hooktop) secretStep() tui.Step {
	secrets := h.settings.signing.of(webhook.Clerk{}.Name())
	if h.settings.signing.local() {
		return tui.Step{
			State: tui.StepTodo, Name: "secret",
			Text: fmt.Sprintf("none found; using a local one (%s)", secrets[0]),
			Lines: []string{
				"put CLERK_WEBHOOK_SECRET=whsec_… into .env.local: it is taken up by itself",
				"(Clerk Dashboard → Webhooks → endpoint → Signing Secret)",
			},
		}
	}
	if len(secrets) == 0 {
		return tui.Step{
			State: tui.StepTodo, Name: "secret", Text: "none of Clerk's, so its deliveries cannot be verified",
			Lines: []string{"put CLERK_WEBHOOK_SECRET=whsec_… into .env.local and start again"},
		}
	}
	return tui.Step{State: tui.StepDone, Name: "secret", Text: namesOf(secrets)}
}

// namesOf says of each secret its end and where it was found.
func namesOf(secrets []webhook.Secret) string {
	texts := make([]string, len(secrets))
	for i, secret := range secrets {
		texts[i] = fmt.Sprintf("%s  %s", secret, secret.Source)
	}
	return strings.Join(texts, ", ")
}

// stripeStep is optional: many an app takes no payments.
func (h *hooktop) stripeStep() tui.Step {
	stripe := h.settings.stripe
	secrets := h.settings.signing.of(stripe.Name())
	url := orDefault(h.publicURL(), h.receiver.Door.URL) + h.settings.paths[stripe.Name()]
	if h.settings.signing.local() || len(secrets) == 0 {
		return tui.Step{
			State: tui.StepOptional, Name: "stripe",
			Text: stripe.SecretVars()[0] + "=whsec_… in .env.local takes Stripe's events, too, at " + url,
		}
	}
	return tui.Step{
		State: tui.StepDone, Name: "stripe", Text: namesOf(secrets),
		Lines: []string{
			"in Stripe: " + url,
			"Stripe Dashboard → Developers → Webhooks → Add destination, with checkout.session.completed, customer.subscription.*, invoice.paid, invoice.payment_failed, customer.deleted",
			"or: stripe listen --forward-to " + h.receiver.Door.URL + h.settings.paths[stripe.Name()] + ", which has a secret of its own",
		},
	}
}

func (h *hooktop) tunnelStep() tui.Step {
	s := h.settings
	step := tui.Step{Name: "tunnel"}
	status := h.tunnelStatus()
	found, why := h.public.closed()
	open := h.tunnel() != nil
	switch {
	case s.publicURL != "":
		step.State, step.Text = tui.StepDone, "your own: "+s.publicURL
	case !open && s.tunnel == "off":
		step.State, step.Text = tui.StepOptional, why
	case !open && found.Token != "":
		step.State, step.Text = tui.StepTodo, fmt.Sprintf("ngrok token found (%s); %s", found.Source, why)
	case !open:
		step.State, step.Text = tui.StepTodo, why
		step.Lines = []string{"set NGROK_AUTHTOKEN or run ngrok config add-authtoken …", "(https://dashboard.ngrok.com/get-started/your-authtoken)"}
	case status.State == tunnel.Live:
		step.State, step.Text = tui.StepDone, status.URL
	case status.State == tunnel.Failed:
		step.State, step.Text, step.Lines = tui.StepFailed, status.Err, []string{status.Fix}
	default:
		step.State, step.Text = tui.StepTodo, string(status.State)+" …"
		if status.Err != "" {
			step.Lines = []string{status.Err, status.Fix}
		}
	}
	return step
}

func (h *hooktop) endpointStep(public string) tui.Step {
	step := tui.Step{State: tui.StepOptional, Name: "endpoint"}
	if public == "" {
		step.Text = "comes with the tunnel: Clerk needs a public URL to send to"
		return step
	}
	step.Text = "in Clerk: " + public
	step.Lines = []string{"Clerk Dashboard (o opens it) → Webhooks → Add Endpoint, with user.created, user.updated, user.deleted"}
	return step
}
