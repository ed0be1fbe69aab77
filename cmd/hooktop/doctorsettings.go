package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// examination reads the settings for doctor. What is wrong with them is to be
// among the findings, and keeps nothing else from being looked at.
func (p *program) examination(cmd *cobra.Command) *exam {
	s, value, _ := resolveStore(cmd, p.getenv) // an error of the files is met again
	x := &exam{s: s, getenv: p.getenv, faulty: map[string]error{}, now: time.Now}
	x.readFiles()
	s.env = x.env // with the files after a broken one, too
	s.db, _ = value("db")
	for _, setting := range []struct {
		check string
		read  func(func(string) (string, string)) error
	}{
		{"receiver", s.readAddresses},
		{"endpoint", s.readPaths},
		{"stripe", func(value func(string) (string, string)) error { return s.readStripe(cmd.Flags(), value) }},
		{"database", s.readSizes},
		{"dashboard", func(value func(string) (string, string)) error { return s.readScreen(cmd.Flags(), value) }},
		{"tunnel", s.readTunnel},
		{"users-db", s.readUsersDB},
		{"app", func(value func(string) (string, string)) error { return s.readForwarding(cmd.Flags(), value) }},
	} {
		if err := setting.read(value); err != nil {
			x.faulty[setting.check] = err
		}
	}
	for _, provider := range webhook.Providers() {
		flag, _ := cmd.Flags().GetString(provider.Name() + "-secret")
		if s.signing == nil {
			s.signing = &signing{flags: map[string]string{}}
		}
		s.signing.flags[provider.Name()] = flag
	}
	x.open(cmd.Context())
	return x
}

// screen says what is wrong with the settings of the dashboard.
func (x *exam) screen(context.Context) []finding {
	if err := x.faulty["dashboard"]; err != nil {
		return []finding{fault("dashboard", broken, err)}
	}
	return nil
}

// readFiles reads each of the .env files, as they are now.
func (x *exam) readFiles() {
	x.env, x.unread = environment{process: x.getenv}, nil
	for _, name := range envFiles(x.s.envFile) {
		if x.s.envFile == "" && (isFolder(name) || isMissing(name)) {
			continue
		}
		one, err := readEnvironment(x.getenv, name)
		if err != nil {
			x.unread = append(x.unread, err)
		}
		x.env.files = append(x.env.files, one.files...)
	}
}

func isMissing(name string) bool {
	_, err := os.Stat(name)
	return errors.Is(err, fs.ErrNotExist)
}
