// Package machine tells this machine, user and folder from all others, the same at
// each start. It stores nothing.
package machine

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"

	"github.com/hooktop/hooktop/receiver/registration"
)

// Owner returns whose endpoint that of a folder is: this user's, on this machine.
func Owner(folder string) registration.Owner {
	if absolute, err := filepath.Abs(folder); err == nil {
		folder = absolute
	}
	if real, err := filepath.EvalSymlinks(folder); err == nil {
		folder = real
	}
	host, _ := os.Hostname()
	identity := id()
	if identity == "" { // a host's name may change; then there is a second endpoint
		identity = host
	}
	name := ""
	if u, err := user.Current(); err == nil {
		name = u.Uid + " " + u.Username
	}
	home, _ := os.UserHomeDir()
	return registration.Owner{Host: host, Folder: filepath.Base(folder), Identity: strings.Join([]string{identity, name, home, folder}, "\x00")}
}
