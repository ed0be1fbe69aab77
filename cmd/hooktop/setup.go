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
	texts := make([]string, len(secrets))
	for i, secret := range secrets {
		texts[i] = fmt.Sprintf("%s  %s", secret, secret.Source)
	}
	return tui.Step{State: tui.StepDone, Name: "secret", Text: strings.Join(texts, ", ")}
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
