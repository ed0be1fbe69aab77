// Package owner tells a file or a folder of this user from those of another, who may
// have put into it what hooktop would obey: an address, a secret, a setting. It changes
// nothing. Windows keeps owners and rights in other ways; there everything is the user's.
package owner

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// IsOther reports whether a file or folder belongs to another user than this one and
// root, and how that user is called. One that cannot be looked at belongs to nobody.
func IsOther(path string) (name string, other bool) {
	info, err := os.Stat(path)
	if err != nil {
		return "", false
	}
	return otherOwner(info)
}

// Database returns why the database at a path is not safe to use: its folder, or a file
// that hooktop keeps there, is another user's, or leads elsewhere. named says that the
// user named the path, whose owner does not matter then.
func Database(path string, named bool) error {
	dir := filepath.Dir(path)
	if name, other := IsOther(dir); other && !named {
		return exit.Usage(fmt.Sprintf("the folder %s belongs to %s, who could put anything into it", dir, name), "run hooktop in a folder of your own, or name a database with --db")
	}
	for _, suffix := range []string{"", "-wal", "-shm", "-journal"} {
		if err := own(path+suffix, named, suffix == ""); err != nil {
			return err
		}
	}
	for _, name := range []string{"local-secret", "relay.json"} {
		if err := own(filepath.Join(dir, name), named, false); err != nil {
			return err
		}
	}
	return nil
}

// own returns what is wrong with a file that hooktop keeps. The database itself may be a
// link.
func own(path string, named, link bool) error {
	info, err := os.Lstat(path)
	if err == nil && link && info.Mode()&fs.ModeSymlink != 0 {
		info, err = os.Stat(path)
	}
	if err != nil || info.IsDir() { // opening it says more
		return nil //nolint:nilerr // see above
	}
	move := "move it away, and look at where it came from; hooktop makes a new one"
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		return exit.Usage(path+" is a link to another file, which hooktop would change", move)
	case !info.Mode().IsRegular():
		return exit.Usage(path+" is not a file", move)
	case links(info) > 1:
		return exit.Usage(fmt.Sprintf("%s has %d names (hard links): writing to it changes another file", path, links(info)), "make it a file of its own: cp -p "+path+" "+path+".copy && mv "+path+".copy "+path)
	}
	if name, other := otherOwner(info); other && !named {
		return exit.Usage(path+" belongs to "+name, move)
	}
	return nil
}
