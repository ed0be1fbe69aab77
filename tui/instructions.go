package tui

import (
	"slices"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/receiver/webhook/instruction"
)

// All texts from elsewhere name commands and flags. The dashboard shows its keys
// instead: whatever it is given passes through one of these.

func verdictWithKeys(v webhook.Verdict) webhook.Verdict {
	v.Title, v.Detail, v.Fix = instruction.ForDashboard(v.Title), instruction.ForDashboard(v.Detail), instruction.ForDashboard(v.Fix)
	v.Checks = slices.Clone(v.Checks)
	for i := range v.Checks {
		v.Checks[i].Detail = instruction.ForDashboard(v.Checks[i].Detail)
	}
	return v
}

// adviceOn is advice.On with keys.
func adviceOn(d webhook.Delivery, f webhook.Forward, app advice.App) advice.Advice {
	a := advice.On(d, f, app)
	a.Says, a.Fix = instruction.ForDashboard(a.Says), instruction.ForDashboard(a.Fix)
	return a
}

// explainOutcome is advice.ExplainOutcome with keys.
func explainOutcome(d *webhook.Delivery) advice.Explanation {
	e := advice.ExplainOutcome(d)
	e.Title, e.Why, e.Fix = instruction.ForDashboard(e.Title), instruction.ForDashboard(e.Why), instruction.ForDashboard(e.Fix)
	return e
}

// withKeys returns the set-up with keys in its steps and notices.
func (s Setup) withKeys() Setup {
	steps := slices.Clone(s.Steps)
	for i := range steps {
		steps[i].Text, steps[i].Lines = instruction.ForDashboard(steps[i].Text), allForDashboard(steps[i].Lines)
	}
	s.Steps, s.Notices = steps, allForDashboard(s.Notices)
	s.RegisterFailed = s.RegisterFailed.withKeys()
	s.CannotRegister, s.CannotAskProvider = instruction.ForDashboard(s.CannotRegister), instruction.ForDashboard(s.CannotAskProvider)
	return s
}

func (p Problem) withKeys() Problem {
	return Problem{instruction.ForDashboard(p.Text), instruction.ForDashboard(p.Fix)}
}

// withKeys returns the sender's side with keys in what it says to do.
func (s ProviderSide) withKeys() ProviderSide {
	s.Causes, s.Messages = slices.Clone(s.Causes), slices.Clone(s.Messages)
	for i := range s.Causes {
		s.Causes[i] = s.Causes[i].withKeys()
	}
	for i := range s.Messages {
		msg := &s.Messages[i]
		msg.Reason, msg.Fix = instruction.ForDashboard(msg.Reason), instruction.ForDashboard(msg.Fix)
	}
	s.CannotResend, s.CannotSendExample = instruction.ForDashboard(s.CannotResend), instruction.ForDashboard(s.CannotSendExample)
	return s
}

func (c Connection) withKeys() Connection {
	c.Reason, c.Fix = instruction.ForDashboard(c.Reason), instruction.ForDashboard(c.Fix)
	return c
}

func allForDashboard(texts []string) []string {
	texts = slices.Clone(texts)
	for i := range texts {
		texts[i] = instruction.ForDashboard(texts[i])
	}
	return texts
}
