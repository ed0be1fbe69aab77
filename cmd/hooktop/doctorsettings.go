package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
)

// examination reads the settings for doctor. What is wrong with them is to be
// among the findings, and keeps nothing else from being looked at.
func (p *program) examination(cmd *cobra.Command) *exam {
	x := &exam{getenv: p.getenv, now: time.Now}
	x.s, x.faulty, x.unread = config.Diagnose(cmd.Flags(), p.getenv)
	x.env = x.s.Env
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
	x.env, x.unread = config.ReadEachFile(x.getenv, x.s.EnvFile)
}
