package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestDoctorSaysWhatIsOddAboutASecret(t *testing.T) {
	bare := strings.TrimPrefix(secret, "whsec_")
	for _, c := range []struct {
		name, env string
		code      int
		says, not []string
	}{
		{"without its prefix", "CLERK_WEBHOOK_SECRET=" + bare, exitDone, []string{"! secret     CLERK_WEBHOOK_SECRET in .env.local has no whsec_ before it"}, []string{bare}},
		{"where browsers get it", "NEXT_PUBLIC_CLERK_WEBHOOK_SECRET=" + secret, exitFailed, []string{"✗ names      NEXT_PUBLIC_CLERK_WEBHOOK_SECRET in .env.local (whsec_…LaSw) goes to browsers", "rotate it"}, []string{secret}},
		{"where browsers get it, beside the right one", "CLERK_WEBHOOK_SECRET=" + secret + "\nVITE_WEBHOOK=" + secret, exitFailed, []string{"✗ names      VITE_WEBHOOK in .env.local"}, nil},
		{"under several odd names", "CLERK_HOOK=" + secret + "\nHOOK_SECRET=" + otherSecret, exitDone, []string{"does not read CLERK_HOOK in .env.local", "does not read HOOK_SECRET in .env.local"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, ".env.local"), []byte(c.env+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			out, stderr, code := runHooktop(t, dir, nil, "doctor", "--addr", "127.0.0.1:0")
			if code != c.code {
				t.Errorf("exit code %d, %s%s", code, out, stderr)
			}
			for _, text := range c.says {
				if !strings.Contains(out, text) {
					t.Errorf("it does not say %q: %s", text, out)
				}
			}
			for _, text := range c.not {
				if strings.Contains(out, text) {
					t.Errorf("it shows the secret: %s", out)
				}
			}
		})
	}
}
