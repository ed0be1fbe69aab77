package main

import (
	"context"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/project"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
)

// useHooktopAbove makes a command that is run in a subfolder of a project, such as an
// editor's terminal opens in, use the hooktop that runs in a folder above: its
// database, its .env files. It says so. A database that is named, or one of this
// folder, still wins.
func (p *program) useHooktopAbove(cmd *cobra.Command, _ []string) error {
	file := config.DefaultDatabase()
	if config.DatabaseGiven(cmd.Flags(), p.getenv) {
		return nil
	}
	_, err := os.Stat(file)
	here := err == nil
	if here && running.Runs(cmd.Context(), file) {
		return nil
	}
	folder := running.Above(cmd.Context(), file)
	if folder == "" {
		return nil
	}
	relative := project.Relative(folder)
	if here {
		p.stderr.Say("note: no hooktop is running on this folder's database; one is running in %s: use it with --db %s", relative, filepath.Join(relative, file))
		return nil
	}
	if err := namedFromAbove(cmd); err != nil {
		return err
	}
	if err := os.Chdir(folder); err != nil {
		return exit.Failure("cannot use the hooktop that is running in "+relative+": "+exit.Reason(err).Error(), "run this command in "+relative)
	}
	p.stderr.Say("note: using the hooktop that is running in %s", relative)
	return nil
}

// namedFromAbove makes a flag's file name absolute, so that it holds from another folder.
func namedFromAbove(cmd *cobra.Command) error {
	flag := cmd.Flags().Lookup("file")
	if flag == nil || flag.Value.String() == "" || flag.Value.String() == "-" {
		return nil
	}
	name, err := filepath.Abs(flag.Value.String())
	if err != nil {
		return err
	}
	return flag.Value.Set(name)
}

// runningAbove returns the folder above this one in which a hooktop runs, as it is
// written from here, "" if none does.
func runningAbove(ctx context.Context) string {
	folder := running.Above(ctx, config.DefaultDatabase())
	if folder == "" {
		return ""
	}
	return project.Relative(folder)
}

// noteDatabaseAbove says that this makes a new database although a folder above
// has one.
func (p *program) noteDatabaseAbove(s *config.Settings) {
	if s.DB != config.DefaultDatabase() {
		return
	}
	if folder := running.DatabaseAbove(s.DB); folder != "" {
		relative := project.Relative(folder)
		p.stderr.Say("note: no hooktop is running in %s: this makes a new database in this folder; use the one there with --db %s", relative, filepath.Join(relative, s.DB))
	}
}

// noDatabase is the error of a command that needs an existing database.
func noDatabase(s *config.Settings) error {
	return exit.Failure("there is no database at "+s.DB+" yet", withoutDatabase(s, "start hooktop in this folder first, or pass another database with --db"))
}

// withoutDatabase returns what to do without a database: use the one in a folder
// above, if there is one, else the fix.
func withoutDatabase(s *config.Settings, fix string) string {
	if s.DB == config.DefaultDatabase() {
		if folder := running.DatabaseAbove(s.DB); folder != "" {
			return "use the one in " + project.Relative(folder) + " with --db " + filepath.Join(project.Relative(folder), s.DB) + ", or start hooktop in this folder"
		}
	}
	return fix
}
