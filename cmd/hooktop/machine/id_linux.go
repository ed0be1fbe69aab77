package machine

import (
	"io"
	"os"
	"strings"
)

// id returns what systemd or D-Bus made when the machine was installed. In a container,
// where an image may have brought it, the host's name tells it from others.
func id() string {
	for _, name := range []string{"/etc/machine-id", "/var/lib/dbus/machine-id"} {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(io.LimitReader(f, 64))
		_ = f.Close() // it was only read from
		if found := strings.TrimSpace(string(text)); len(found) == 32 && !inContainer() {
			return found
		}
	}
	return ""
}

func inContainer() bool {
	for _, name := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := os.Stat(name); err == nil {
			return true
		}
	}
	return false
}
