package main

import (
	"github.com/spf13/cobra"
)

// endpointCommand groups what is about the endpoint at Clerk that sends here.
func (p *program) endpointCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "endpoint",
		Short: "Set up the endpoint at Clerk that sends here (experimental)",
		Long: `Sets up the webhook endpoint of your Clerk instance for this folder, with the
key in CLERK_SECRET_KEY. Each machine and folder has an endpoint of its own;
others are never touched.

Experimental: one step uses an API that Clerk does not document. If it fails,
hooktop says what to do in Clerk's dashboard instead.`,
		Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(p.endpointStatusCommand(), p.endpointRecoverCommand(), p.endpointResendCommand())
	return cmd
}
