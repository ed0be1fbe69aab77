package config

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
)

// Forwarding is how deliveries go on to the apps.
type Forwarding struct {
	Routes []receiver.Route
	// Given says that the routes are this command's own flags.
	Given    bool
	Insecure bool
	retry    bool
	// ReplyByApp says that the sender gets the app's answer.
	ReplyByApp bool
}

// readForwarding reads the routes, and how to forward along them.
func (s resolving) readForwarding() error {
	f := &s.Forwarding
	f.Insecure, _ = s.flags.GetBool("insecure-forward")
	f.retry, _ = s.flags.GetBool("forward-retry")
	if err := f.readRoutes(s.flags, s.Env); err != nil {
		return err
	}
	who, source := s.value("reply")
	switch who {
	case "hooktop":
	case "app":
		f.ReplyByApp = true
		if len(f.Routes) == 0 {
			s.Warnings = append(s.Warnings, source+" app: no app is set, so hooktop answers; add --forward-to URL")
		}
	default:
		return exit.Usage(fmt.Sprintf("%s: %q is not app or hooktop", source, who), "choose app or hooktop")
	}
	return nil
}

func (f *Forwarding) readRoutes(flags *pflag.FlagSet, env Environment) error {
	texts, _ := flags.GetStringArray("forward-to")
	for _, text := range texts {
		if strings.TrimSpace(text) == "" {
			continue
		}
		r, err := receiver.ParseRoute(strings.TrimSpace(text))
		if err != nil {
			return exit.Usage("--forward-to: "+err.Error(), exit.FixOf(err))
		}
		f.Routes, f.Given = append(f.Routes, r), true
	}
	f.Routes = receiver.Distinct(f.Routes)
	if f.Given {
		return nil
	}
	text, source := env.Lookup(optionNamed("forward-to").variable)
	routes, err := receiver.ParseRoutes(text)
	if err != nil {
		return exit.Usage(source.String()+": "+err.Error(), exit.FixOf(err))
	}
	f.Routes = routes
	return nil
}

// Schedule is when what an app did not take is sent on again.
func (f Forwarding) Schedule() receiver.Schedule {
	if f.retry {
		return receiver.RetrySchedule()
	}
	return nil
}
