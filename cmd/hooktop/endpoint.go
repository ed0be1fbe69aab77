package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/cmd/hooktop/envfile"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
	"github.com/hooktop/hooktop/cmd/hooktop/registrar"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/registration"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tunnel"
)

// endpointCommand groups what is about the endpoint at Clerk that sends here.
func (p *program) endpointCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "endpoint",
		Short: "Set up the endpoint at Clerk that sends here (experimental)",
		Long: `Sets up the webhook endpoint of your Clerk instance for this folder, with the
key in CLERK_SECRET_KEY. Each user, machine and folder has an endpoint of its
own; others are never touched.

Experimental: one step uses an API that Clerk does not document. If it fails,
hooktop says what to do in Clerk's dashboard instead.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.registerCommand(), p.unregisterCommand(), p.endpointStatusCommand(), p.endpointRecoverCommand(), p.endpointResendCommand())
	return cmd
}

func (p *program) registerCommand() *cobra.Command {
	var url string
	var write bool
	cmd := &cobra.Command{
		Use:   "register",
		Short: "Point the endpoint at the public URL, and read its secret (experimental)",
		Long: `Finds or creates this folder's endpoint at Clerk, points it at the public URL of
the hooktop that runs here or at --url, selects user.created, user.updated and
user.deleted, enables it, and reads its signing secret. Events that somebody
added stay selected.

A hooktop that runs here verifies with the secret at once. With --write-env, or
a yes to the question, it is also written into .env.local (or --env-file), where
your app reads it; no other line changes.

Clerk's webhook path is appended to a --url without a path.`,
		Example: `hooktop endpoint register --write-env
hooktop endpoint register --url https://hooks.example.com
hooktop endpoint register --json | jq -r .url`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := config.ResolveEndpoint(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			return p.register(cmd.Context(), s, url, write)
		},
	}
	cmd.Flags().StringVar(&url, "url", "", "public URL to register, without a running hooktop")
	cmd.Flags().BoolVar(&write, "write-env", false, "write the signing secret into .env.local or --env-file")
	config.NameValues(cmd.Flags(), "url", "URL")
	config.AddRegisterFlags(cmd.Flags())
	return cmd
}

func (p *program) unregisterCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "unregister",
		Short: "Delete this folder's endpoint at Clerk (experimental)",
		Long: `Deletes the endpoint that hooktop created for this user, machine and folder, and
no other. Clerk then sends nothing here any more.`,
		Example: `hooktop endpoint unregister`,
		Args:    noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := config.ResolveEndpoint(cmd.Flags(), p.getenv)
			if err != nil {
				return err
			}
			return p.unregister(cmd.Context(), s)
		},
	}
	config.AddAccountFlags(cmd.Flags())
	return cmd
}

// register registers the URL, or that of the hooktop that runs here.
func (p *program) register(ctx context.Context, s *config.Settings, url string, write bool) error {
	r, err := registrar.New(s)
	if err != nil {
		return err
	}
	door, runs := p.runningHere(ctx, s)
	if url != "" {
		url, err = registrar.WebhookURL(url, s.ClerkPath())
	} else {
		url, err = publicURLOf(ctx, door, runs)
	}
	if err != nil {
		return err
	}
	reg, failed := r.Register(ctx, url)
	if reg.ID == "" {
		return registrar.Failed(failed)
	}
	object := registrar.NewObject(reg)
	if failed == nil {
		if runs {
			if err := door.Ask(ctx, receiver.SecretPath, handedOver{reg.Secret.Reveal()}, &struct{}{}); err != nil {
				object.Notes = append(object.Notes, "the hooktop that runs here did not take the secret: "+err.Error())
			} else {
				object.Running = true
			}
		}
		failed = p.writeEnv(ctx, s, reg.Secret, write, &object)
	}
	if err := printRow(p.out(s), s, object, func() print.Text { return print.Lines(object.Text(reg)) }); err != nil {
		return err
	}
	return registrar.Failed(failed)
}

// runningHere returns the hooktop that runs on the database, if there is one.
func (p *program) runningHere(ctx context.Context, s *config.Settings) (receiver.Instance, bool) {
	if s.Missing() {
		return receiver.Instance{}, false
	}
	db, err := openStore(ctx, s, 0)
	if err != nil {
		return receiver.Instance{}, false
	}
	defer db.Close() //nolint:errcheck // it was only read from
	return running.On(ctx, db)
}

// publicURLOf asks a hooktop for Clerk's public webhook URL.
func publicURLOf(ctx context.Context, door receiver.Instance, runs bool) (string, error) {
	if !runs {
		return "", exit.Usage("no hooktop is running here, so there is no URL to register", "start one that registers its own: hooktop --register; or pass --url https://…")
	}
	var c doctor.Condition
	if err := door.Status(ctx, &c); err != nil {
		return "", exit.Failure("the hooktop that runs here did not say its URL: "+err.Error(), "pass --url https://…")
	}
	return webhookURLIn(c)
}

// webhookURLIn returns Clerk's public webhook URL of a hooktop that runs, unless it is
// known not to lead there.
func webhookURLIn(c doctor.Condition) (string, error) {
	url, t := c.Tunnel.WebhookURLs[providers.Clerk{}.Name()], c.Tunnel
	failed := t.State == string(tunnel.Failed) || t.SelfTest != nil && *t.SelfTest == string(tunnel.ProofFailed)
	switch {
	case url != "" && failed && t.Error != nil:
		return "", exit.Failure(url+" does not lead here: "+*t.Error, "hooktop doctor says what to do; or pass --url https://…")
	case url != "" && !failed:
		return url, nil
	}
	what := "the hooktop that runs here has no public URL"
	if c.Why != "" {
		what += ": " + c.Why
	}
	return "", exit.Usage(what, "restart it with --tunnel relay, which needs no account, or --tunnel ngrok; or pass --url https://…")
}

// writeEnv writes the secret into the .env file if the user wants that.
func (p *program) writeEnv(ctx context.Context, s *config.Settings, secret webhook.Secret, write bool, object *registrar.Object) error {
	clerk := providers.Clerk{}
	if !write && !s.Yes {
		if s.JSON || !print.IsTerminal(p.stdin) || !p.stderr.IsTerminal() || envfile.Has(s, clerk, secret) {
			return nil
		}
		target := envfile.For(s, clerk)
		for _, note := range envfile.Exposed(target.File) {
			p.stderr.Say("note: %s", note)
		}
		if yes, err := p.yes(ctx, fmt.Sprintf("Write the signing secret into %s in %s? [y/N] ", target.Variable, target.File)); !yes || err != nil {
			return err
		}
	}
	saved, err := envfile.Save(s, clerk, secret)
	object.Notes = append(object.Notes, saved.Notes...)
	if err == nil {
		object.Written = &saved.File
	}
	return err
}

// unregister deletes the endpoint of this folder.
func (p *program) unregister(ctx context.Context, s *config.Settings) error {
	r, err := registrar.New(s)
	if err != nil {
		return err
	}
	e, removed, err := r.Unregister(ctx)
	if err != nil {
		return registrar.Failed(err)
	}
	object := registrar.NewObject(registration.Registered{ID: e.ID, UID: e.UID, URL: e.URL, Events: e.EventTypes})
	object.Deleted, object.Disabled = removed, e.Disabled
	if !removed {
		object.UID = ndjson.Null(r.Owner.UID())
	}
	return printRow(p.out(s), s, object, func() print.Text { return print.Lines(object.Deletion()) })
}
