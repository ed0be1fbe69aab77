package running

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/owner"
	"github.com/hooktop/hooktop/cmd/hooktop/project"
	"github.com/hooktop/hooktop/store"
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

// Above returns the nearest folder above this one in which a hooktop of this user's runs
// on the database file, "" if there is none. A folder of another user's, such as /tmp may
// have, is passed over: hooktop would obey the files there.
func Above(ctx context.Context, file string) string {
	for _, folder := range project.FoldersAbove() {
		database := filepath.Join(folder, file)
		// A database that somebody has open has a log beside it. Others are left alone.
		if _, err := os.Stat(database + "-wal"); err != nil {
			continue
		}
		if _, other := owner.IsOther(folder); !other && Runs(ctx, database) {
			return folder
		}
	}
	return ""
}

// Runs reports whether a hooktop runs on a database.
func Runs(ctx context.Context, database string) bool {
	if owner.Database(database, false) != nil {
		return false
	}
	db, err := store.Open(ctx, store.Config{Path: database, Now: time.Now})
	if err != nil {
		return false
	}
	defer db.Close() //nolint:errcheck // nothing was written
	_, ok := On(ctx, db)
	return ok
}
