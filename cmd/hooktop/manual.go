package main

import (
	"io"

	mango "github.com/muesli/mango-cobra"
	"github.com/muesli/roff"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
)

func (p *program) manualCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "man",
		Short: "Print the manual page",
		Args:  noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			addVariables(cmd.Root())
			page, err := mango.NewManPage(1, cmd.Root())
			if err != nil {
				return err
			}
			_, err = io.WriteString(p.stdout.Data(), page.Build(roff.NewDocument()))
			return err
		},
	}
}

// addVariables adds to the text of each flag the variable behind it: the manual
// has no other place for it.
func addVariables(cmd *cobra.Command) {
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
		if variable := config.VariableOf(f); variable != "" {
			f.Usage += " (env " + variable + ")"
		}
	})
	for _, sub := range cmd.Commands() {
		addVariables(sub)
	}
}

// completionExamples are what a shell's start-up file runs.
var completionExamples = map[string]string{
	"bash":       "source <(hooktop completion bash)",
	"zsh":        "source <(hooktop completion zsh)",
	"fish":       "hooktop completion fish | source",
	"powershell": "hooktop completion powershell | Out-String | iex",
}

// describeBuiltins puts the texts of the commands that cobra adds into
// hooktop's words, and shows on them none of the flags that they do not read.
func describeBuiltins(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Use, cmd.Short, cmd.Long = "help [COMMAND]", "Show help for a command", ""
			cmd.RunE = func(cmd *cobra.Command, args []string) error {
				found, rest, err := cmd.Root().Find(args)
				if err != nil || len(rest) > 0 {
					return noArguments(cmd.Root(), args)
				}
				return found.Help()
			}
			hideCommonFlags(cmd)
		case "completion":
			cmd.Short, cmd.Long = "Print the completion script for a shell", ""
			hideCommonFlags(cmd)
			for _, shell := range cmd.Commands() {
				shell.Short, shell.Long, shell.Example = "Print the completion script for "+shell.Name(), "", completionExamples[shell.Name()]
				if f := shell.Flags().Lookup("no-descriptions"); f != nil {
					f.Usage = "complete names only, without descriptions"
				}
				hideCommonFlags(shell)
			}
		case "man":
			hideCommonFlags(cmd)
		}
	}
}

// hideCommonFlags hides the flags that every command takes on one that reads
// none of them.
func hideCommonFlags(cmd *cobra.Command) { config.HideFlags(cmd.Flags(), config.CommonFlags()...) }
