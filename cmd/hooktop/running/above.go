package running

import (
	"context"
	"os"
	"path/filepath"
)

// maxAbove is how many folders above this one are looked at.
const maxAbove = 32

// above returns the folders above one, the nearest first: up to the repository's
// root, else up to home or the root of the disk. In neither of these is there
// anything above that belongs to the same project.
func above(folder, home string) (folders []string) {
	for len(folders) < maxAbove {
		if _, err := os.Lstat(filepath.Join(folder, ".git")); err == nil || folder == home {
			return folders
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return folders
		}
		folders, folder = append(folders, parent), parent
	}
	return folders
}

// DatabaseAbove returns the nearest folder above this one that has the database
// file, "" if there is none.
func DatabaseAbove(file string) string {
	for _, folder := range aboveHere() {
		if info, err := os.Stat(filepath.Join(folder, file)); err == nil && info.Mode().IsRegular() {
			return folder
		}
	}
	return ""
}

// Above returns the nearest folder above this one in which a hooktop runs on the
// database file, "" if there is none. runs opens a database and asks.
func Above(ctx context.Context, file string, runs func(ctx context.Context, database string) bool) string {
	for _, folder := range aboveHere() {
		database := filepath.Join(folder, file)
		// A database that somebody has open has a log beside it. Others are left alone.
		if _, err := os.Stat(database + "-wal"); err == nil && runs(ctx, database) {
			return folder
		}
	}
	return ""
}

func aboveHere() []string {
	here, err := realHere()
	if err != nil {
		return nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		home = ""
	}
	if real, err := filepath.EvalSymlinks(home); err == nil {
		home = real
	}
	return above(here, home)
}

// realHere returns the working folder without symbolic links: the system takes ..
// to be above that one, however a shell writes the folder.
func realHere() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(here)
}

// Relative returns a folder as it is written from here.
func Relative(folder string) string {
	here, err := realHere()
	if err != nil {
		return folder
	}
	if relative, err := filepath.Rel(here, folder); err == nil {
		return relative
	}
	return folder
}
