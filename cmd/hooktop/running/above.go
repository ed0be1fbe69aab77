package running

import (
	"context"
	"os"
	"path/filepath"

	"github.com/hooktop/hooktop/cmd/hooktop/project"
)

// DatabaseAbove returns the nearest folder above this one that has the database
// file, "" if there is none.
func DatabaseAbove(file string) string {
	for _, folder := range project.FoldersAbove() {
		if info, err := os.Stat(filepath.Join(folder, file)); err == nil && info.Mode().IsRegular() {
			return folder
		}
	}
	return ""
}

// Above returns the nearest folder above this one in which a hooktop runs on the
// database file, "" if there is none. runs opens a database and asks.
func Above(ctx context.Context, file string, runs func(ctx context.Context, database string) bool) string {
	for _, folder := range project.FoldersAbove() {
		database := filepath.Join(folder, file)
		// A database that somebody has open has a log beside it. Others are left alone.
		if _, err := os.Stat(database + "-wal"); err == nil && runs(ctx, database) {
			return folder
		}
	}
	return ""
}
