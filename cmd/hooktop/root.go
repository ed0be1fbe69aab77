package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/help"
	"github.com/hooktop/hooktop/cmd/hooktop/print"
)

// version is the release, put here by the linker.
var version = ""

// program is what a command needs of the process that it runs in.
type program struct {
	stdin          io.Reader
	stdout, stderr *print.Output
	getenv         func(string) string
}

// execute runs the command that args name.
func (p *program) execute(ctx context.Context, args []string) error {
	root := p.root()
	root.SetArgs(args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout.Data()) // what completion and man generate
	root.SetErr(p.stderr.Data())
	return root.ExecuteContext(ctx)
}

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "hooktop",
		Short: "top for webhooks",
		Long: `top for webhooks: receives, verifies, keeps, shows and resends the webhooks of
Clerk and Stripe.

On a terminal hooktop shows a dashboard; elsewhere it prints a line for each
delivery. Without any set-up it starts in local mode, offline: press t, or run
hooktop trigger user.created.`,
		Example: `hooktop
hooktop --forward-to 3000
hooktop listen --json
hooktop trigger user.created --email ada@example.com
hooktop resend 42 --to 3000`,
		Args:          noArguments,
		SilenceUsage:  true,
		SilenceErrors: true,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := p.resolve(cmd, config.Receives)
			if err != nil {
				return err
			}
			if s.JSON || !print.IsTerminal(p.stdin) || !p.stdout.IsTerminal() || p.getenv("TERM") == "dumb" {
				return p.listen(cmd.Context(), s, mayBeLocal(cmd), nil, nil)
			}
			return p.dashboard(cmd.Context(), s)
		},
	}
	root.SuggestionsMinimumDistance = 2
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return exit.Usage(err.Error(), "see "+cmd.CommandPath()+" --help")
	})
	root.Version = releaseVersion()
	root.SetHelpFunc(p.showHelp)
	root.PersistentFlags().BoolP("help", "h", false, "show this help")
	config.AddCommonFlags(root.PersistentFlags())
	config.Group(root.PersistentFlags(), config.GroupCommon, "help")
	config.AddReceiveFlags(root.Flags())
	config.AddScreenFlags(root.Flags())
	root.AddCommand(p.listenCommand(), p.triggerCommand(), p.deliveriesCommand(), p.showCommand(), p.usersCommand(), p.resendCommand(), p.verifyCommand(), p.reverifyCommand(), p.ackCommand(),
		p.waitCommand(), p.doctorCommand(), p.exportCommand(), p.importCommand(), p.tortureCommand(), p.driftCommand(), p.endpointCommand(), p.manualCommand(), p.benchCommand())
	describeBuiltins(root)
	return root
}

// noArguments is for commands that take none. A mistyped command comes here,
// too.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasParent() {
		return exit.Usage(fmt.Sprintf("%s takes no arguments, but got %q", cmd.CommandPath(), args[0]), "see "+cmd.CommandPath()+" --help")
	}
	fix := "see hooktop --help"
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		fix = "did you mean hooktop " + near[0] + "?"
	}
	return exit.Usage(fmt.Sprintf("unknown command %q", args[0]), fix)
}

func mayBeLocal(cmd *cobra.Command) bool {
	local, _ := cmd.Flags().GetBool("local")
	return local
}

// out returns standard output, with colours unless they are not wanted.
func (p *program) out(s *config.Settings) *print.Output {
	if s.NoColor {
		return p.stdout.WithoutColor()
	}
	return p.stdout
}

// progress returns a bar for stderr, so that stdout may go to a file; nil if
// stderr is not a terminal that can show one.
func (p *program) progress() *print.Progress {
	if p.getenv("TERM") == "dumb" {
		return nil
	}
	return p.stderr.Progress()
}

// releaseVersion is the version, or "dev" for a build that has none.
func releaseVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "dev"
}

// showHelp prints the help of a command.
func (p *program) showHelp(cmd *cobra.Command, _ []string) {
	out := p.stdout
	if noColor, _ := cmd.Flags().GetBool("no-color"); noColor || p.getenv("NO_COLOR") != "" || p.getenv("TERM") == "dumb" {
		out = out.Plain()
	}
	out.Say("%s", help.Text(cmd, min(out.Columns(), help.MaxWidth)))
}
