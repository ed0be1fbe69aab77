package config

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Forwarding is how deliveries go on to the apps.
type Forwarding struct {
	Routes []receiver.Route
	// Header is set on each request to an app. Its values may be secrets.
	Header http.Header
	// Given are the flags of these two that this command was given.
	Given    []string
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
	source, err := f.readRoutes(s.flags, s.Env)
	if err != nil {
		return err
	}
	s.nameRoutes(source, f.Routes)
	if err := f.readHeader(s.flags, s.Env); err != nil {
		return err
	}
	who, from := s.value("reply")
	switch who {
	case "hooktop":
	case "app":
		f.ReplyByApp = true
		if len(f.Routes) == 0 {
			s.Warnings = append(s.Warnings, from+" app: no app is set, so hooktop answers; add --forward-to URL")
		}
	default:
		return exit.Usage(fmt.Sprintf("%s: %q is not app or hooktop", from, who), "choose app or hooktop")
	}
	return nil
}

// readRoutes returns the variable that the routes were found in, if they are no flag's.
func (f *Forwarding) readRoutes(flags *pflag.FlagSet, env Environment) (webhook.Source, error) {
	texts, _ := flags.GetStringArray("forward-to")
	for _, text := range texts {
		if strings.TrimSpace(text) == "" {
			continue
		}
		r, err := receiver.ParseRoute(strings.TrimSpace(text))
		if err != nil {
			return webhook.Source{}, exit.Usage("--forward-to: "+err.Error(), exit.FixOf(err))
		}
		f.Routes = append(f.Routes, r)
	}
	f.Routes = receiver.Distinct(f.Routes)
	if len(f.Routes) > 0 {
		f.Given = append(f.Given, "--forward-to")
		return webhook.Source{}, nil
	}
	text, source := env.Lookup(optionNamed("forward-to").variable)
	routes, err := receiver.ParseRoutes(text)
	if err != nil {
		return source, exit.Usage(source.String()+": "+err.Error(), exit.FixOf(err))
	}
	f.Routes = routes
	return source, nil
}

// readHeader reads the headers for the apps: those of the flags, else a line of the
// variable for each.
func (f *Forwarding) readHeader(flags *pflag.FlagSet, env Environment) error {
	texts, _ := flags.GetStringArray("forward-header")
	given := "--forward-header"
	if len(texts) > 0 {
		f.Given = append(f.Given, given)
	} else {
		text, source := env.Lookup(optionNamed("forward-header").variable)
		given = source.String()
		for line := range strings.Lines(text) {
			if line = strings.TrimSpace(line); line != "" {
				texts = append(texts, line)
			}
		}
	}
	f.Header = http.Header{}
	for _, text := range texts {
		name, value, err := receiver.ParseHeader(text)
		if err != nil {
			return exit.Usage(given+": "+err.Error(), exit.FixOf(err))
		}
		f.Header.Add(name, value)
	}
	return nil
}

// HeaderNames returns the names of the headers that are set on requests to apps.
func (f *Forwarding) HeaderNames() []string { return slices.Sorted(maps.Keys(f.Header)) }

// Schedule is when what an app did not take is sent on again.
func (f Forwarding) Schedule() receiver.Schedule {
	if f.retry {
		return receiver.RetrySchedule()
	}
	return nil
}
