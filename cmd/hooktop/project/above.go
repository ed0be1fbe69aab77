package project

import (
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

// FoldersAbove returns the folders above this one that may belong to the same
// project, the nearest first.
func FoldersAbove() []string {
	here, err := realHere()
	if err != nil {
		return nil
	}
	return above(here, Home())
}

// Home returns the user's home folder without symbolic links, "" if it is unknown.
func Home() string {
	home, err := os.UserHomeDir()
	if err != nil {
		return ""
	}
	if real, err := filepath.EvalSymlinks(home); err == nil {
		return real
	}
	return home
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
