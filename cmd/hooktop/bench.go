package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/bench"
)

// benchCommand measures hooktop beside the bare limits of this machine. It is for who
// works on hooktop, and hidden: docs/CONTRIBUTING.md tells of it.
func (p *program) benchCommand() *cobra.Command {
	var o bench.Options
	cmd := &cobra.Command{
		Use: "bench", Short: "Measure hooktop beside the bare limits of this machine", Hidden: true, Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			self, err := os.Executable()
			if err != nil {
				return err
			}
			o.Bare, o.BareArgs = self, []string{"bench", "bare"}
			if o.Program == "" {
				o.Program = self
			}
			o.Progress = func(text string) { p.stderr.Say("%s", text) }
			figures, err := bench.Run(cmd.Context(), o)
			if asJSON, _ := cmd.Flags().GetBool("json"); asJSON {
				for _, f := range figures {
					if err := p.stdout.Object(f); err != nil {
						return err
					}
				}
				return err
			}
			if wrote := bench.Write(p.stdout.Data(), figures); err == nil {
				err = wrote
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&o.Parts, "parts", bench.Parts()[:len(bench.Parts())-1], "what to measure: "+strings.Join(bench.Parts(), ", "))
	flags.StringVar(&o.Program, "hooktop", "", "the program to measure, instead of this one")
	flags.StringVar(&o.Beside, "beside", "", "another hooktop to measure in the same rounds")
	flags.IntSliceVar(&o.Connections, "connections", []int{1, 8, 64, 256}, "how many connections send at once")
	flags.DurationVar(&o.Round, "round", time.Second, "how long each side has its turn")
	flags.IntVar(&o.Rounds, "rounds", 5, "how often each side has its turn")
	flags.IntVar(&o.Stored, "stored", 1_000_000, "how many deliveries the part stored puts in first")
	flags.StringArrayVar(&o.Flags, "flag", nil, "a flag for hooktop, such as --flag=--keep=1000; repeatable")
	cmd.AddCommand(&cobra.Command{
		Use: "bare", Short: "Serve as the bare limit", Hidden: true, Args: noArguments,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := bench.ServeBare(cmd.Context(), p.stdout.Data()); err != nil {
				return fmt.Errorf("serve: %w", err)
			}
			return nil
		},
	})
	return cmd
}
