// Package clipboard puts text on the system's clipboard, or into a file if there
// is none.
package clipboard

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// clipboards are the programs that put their input on the clipboard, and the
// variable without which they cannot.
var clipboards = []struct {
	needs   string
	command []string
}{
	{"", []string{"pbcopy"}},
	{"", []string{"clip.exe"}},
	{"WAYLAND_DISPLAY", []string{"wl-copy"}},
	{"DISPLAY", []string{"xclip", "-selection", "clipboard"}},
	{"DISPLAY", []string{"xsel", "--clipboard", "--input"}},
}

// Copy puts text on the system's clipboard, or into a file where there is
// none, and says which.
func Copy(text string) (how string, err error) {
	for _, c := range clipboards {
		if c.needs != "" && os.Getenv(c.needs) == "" {
			continue
		}
		program, err := exec.LookPath(c.command[0])
		if err != nil {
			continue
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		cmd := exec.CommandContext(ctx, program, c.command[1:]...)
		cmd.Stdin = strings.NewReader(text)
		err = cmd.Run()
		cancel()
		if err == nil {
			return c.command[0], nil
		}
	}
	return copyToFile(text)
}

func copyToFile(text string) (string, error) {
	path := filepath.Join(os.TempDir(), fmt.Sprintf("hooktop-%d.txt", os.Getuid()))
	_ = os.Remove(path) // or its mode would be kept, or a link followed
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", fmt.Errorf("copy: %w", err)
	}
	if _, err := f.WriteString(text); err != nil {
		_ = f.Close()
		return "", fmt.Errorf("copy: %w", err)
	}
	return path, f.Close()
}
