package tunnel

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/tunnel/standin"
)

func lookup(env map[string]string) func(string) string {
	return func(name string) string { return env[name] }
}

func files(texts map[string]string) func(string) ([]byte, error) {
	return func(name string) ([]byte, error) {
		text, ok := texts[name]
		switch {
		case !ok:
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
		case text == "locked":
			return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
		}
		return []byte(text), nil
	}
}

func TestTheConfigurationFileIsWhereNgroksAgentKeepsIt(t *testing.T) {
	for name, test := range map[string]struct {
		goos string
		env  map[string]string
		want []string
	}{
		"Linux": {
			"linux",
			map[string]string{"HOME": "/home/ada"},
			[]string{"/home/ada/.config/ngrok/ngrok.yml", "/home/ada/.ngrok2/ngrok.yml"},
		},
		"Linux with XDG_CONFIG_HOME": {
			"linux",
			map[string]string{"HOME": "/home/ada", "XDG_CONFIG_HOME": "/cfg"},
			[]string{"/cfg/ngrok/ngrok.yml", "/home/ada/.ngrok2/ngrok.yml"},
		},
		"Linux with a relative XDG_CONFIG_HOME": {
			"linux",
			map[string]string{"HOME": "/home/ada", "XDG_CONFIG_HOME": "cfg"},
			[]string{"/home/ada/.config/ngrok/ngrok.yml", "/home/ada/.ngrok2/ngrok.yml"},
		},
		"macOS": {
			"darwin",
			map[string]string{"HOME": "/Users/ada", "XDG_CONFIG_HOME": "/cfg"},
			[]string{"/Users/ada/Library/Application Support/ngrok/ngrok.yml", "/Users/ada/.ngrok2/ngrok.yml"},
		},
		"Windows": {
			"windows",
			map[string]string{"USERPROFILE": `C:\Users\ada`, "LOCALAPPDATA": `D:\Local\`, "APPDATA": `C:\Roaming`},
			[]string{`D:\Local\ngrok\ngrok.yml`, `C:\Users\ada\.ngrok2\ngrok.yml`},
		},
		"Windows without LOCALAPPDATA": {
			"windows",
			map[string]string{"USERPROFILE": `C:\Users\ada`},
			[]string{`C:\Users\ada\AppData\Local\ngrok\ngrok.yml`, `C:\Users\ada\.ngrok2\ngrok.yml`},
		},
		"no home at all": {"linux", nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := agentFilePaths(test.goos, lookup(test.env)); !slices.Equal(got, test.want) {
				t.Errorf("%q\nwant %q", got, test.want)
			}
		})
	}
}

func TestFindToken(t *testing.T) {
	const (
		now    = "/home/ada/.config/ngrok/ngrok.yml"
		legacy = "/home/ada/.ngrok2/ngrok.yml"
	)
	for name, test := range map[string]struct {
		env   map[string]string
		files map[string]string
		want  Credentials
		none  bool     // there is no token
		names []string // what the error about a file names
	}{
		"from the environment, before any file": {
			env:   map[string]string{"NGROK_AUTHTOKEN": " env_1\n"},
			files: map[string]string{now: "authtoken: file_1"},
			want:  Credentials{Token: "env_1", Source: "NGROK_AUTHTOKEN"},
		},
		"from a file of version 2": {
			files: map[string]string{now: "version: \"2\"\nauthtoken: file_2\nserver_addr: tunnel.example.com:443\ntunnels:\n  web: {proto: http, addr: 80}\n"},
			want:  Credentials{Token: "file_2", Source: "~/.config/ngrok/ngrok.yml", ConnectAddr: "tunnel.example.com:443"},
		},
		"from a file of version 3": {
			files: map[string]string{now: "version: 3\nagent:\n  authtoken: \"file_3\"\n  connect_url: connect.example.com:443\n  connect_cas: trusted\nauthtoken: old\n"},
			want:  Credentials{Token: "file_3", Source: "~/.config/ngrok/ngrok.yml", ConnectAddr: "connect.example.com:443"},
		},
		"from the legacy file": {
			files: map[string]string{legacy: "authtoken: file_1\n"},
			want:  Credentials{Token: "file_1", Source: "~/.ngrok2/ngrok.yml"},
		},
		"from the legacy file, if the newer one has no token": {
			files: map[string]string{now: "version: 3\nagent: {}\n", legacy: "authtoken: file_1\n"},
			want:  Credentials{Token: "file_1", Source: "~/.ngrok2/ngrok.yml"},
		},
		"of digits only": {
			files: map[string]string{now: "authtoken: 12345678\n"},
			want:  Credentials{Token: "12345678", Source: "~/.config/ngrok/ngrok.yml"},
		},
		"a custom address also applies to a token from the environment": {
			env:   map[string]string{"NGROK_AUTHTOKEN": "env_1"},
			files: map[string]string{now: "agent: {connect_url: connect.example.com:443}"},
			want:  Credentials{Token: "env_1", Source: "NGROK_AUTHTOKEN", ConnectAddr: "connect.example.com:443"},
		},
		"nowhere":       {none: true},
		"an empty file": {files: map[string]string{now: ""}, none: true},
		"a file that does not parse": {
			files: map[string]string{now: "agent:\n  authtoken: secret_1\n   connect_url: x\n"},
			names: []string{"~/.config/ngrok/ngrok.yml", "line 2, column 14"},
		},
		"a file with other types": {
			files: map[string]string{now: "authtoken: [secret_1]\n"},
			names: []string{"~/.config/ngrok/ngrok.yml", "line 1, column 12"},
		},
		"a file that cannot be read": {
			files: map[string]string{now: "locked"},
			names: []string{"~/.config/ngrok/ngrok.yml", "permission denied"},
		},
		"a missing certificate file": {
			files: map[string]string{now: "authtoken: secret_1\nconnect_cas: /etc/ca.pem\n"},
			names: []string{"~/.config/ngrok/ngrok.yml", "connect_cas", "/etc/ca.pem", "file does not exist"},
		},
		"a certificate file with other content": {
			files: map[string]string{now: "authtoken: secret_1\nroot_cas: /etc/ca.pem\n", "/etc/ca.pem": "secret_1"},
			names: []string{"~/.config/ngrok/ngrok.yml", "connect_cas", "/etc/ca.pem", "PEM"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{"HOME": "/home/ada"}
			for k, v := range test.env {
				env[k] = v
			}
			got, err := findToken("linux", lookup(env), files(test.files))
			if !test.none && test.names == nil {
				if err != nil || got != test.want {
					t.Errorf("%#v from %q at %q, %v\nwant %#v from %q at %q", got.Token, got.Source, got.ConnectAddr, err, test.want.Token, test.want.Source, test.want.ConnectAddr)
				}
				return
			}
			var fixer interface{ Fix() string }
			if !errors.As(err, &fixer) || fixer.Fix() == "" || got != (Credentials{}) {
				t.Fatalf("error %v with %v, want one with a fix", err, got)
			}
			if errors.Is(err, ErrNoToken) != test.none {
				t.Errorf("error %v, is ErrNoToken: %t", err, !test.none)
			}
			for _, name := range test.names {
				if !strings.Contains(err.Error(), name) {
					t.Errorf("error %q does not name %q", err, name)
				}
			}
			if strings.Contains(err.Error()+fixer.Fix(), "secret_1") {
				t.Errorf("error %q shows the token", err)
			}
		})
	}
}

func TestTheConfigurationFileCanNameAnotherService(t *testing.T) {
	s := start(t, standin.Options{})
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(ca, s.CAPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	yml := fmt.Sprintf("version: 3\nagent:\n  authtoken: %s\n  connect_url: %s\n  connect_cas: %s\n", token, s.Addr(), ca)
	env := map[string]string{"HOME": dir}
	read := func(name string) ([]byte, error) {
		if name == ca {
			return os.ReadFile(name)
		}
		return []byte(yml), nil
	}
	f, err := findToken("linux", lookup(env), read)
	if err != nil {
		t.Fatal(err)
	}
	tun := listen(t, Config{Token: f.Token, ConnectAddr: f.ConnectAddr, CAs: f.CAs})
	until(t, tun, "live", in(Live))
	if got := s.Auths()[0].Extra; got.Authtoken != token || got.Version != "0.0.0" {
		t.Errorf("signed in as %+v", got)
	}
}

func TestCredentialsDoNotPrintTheToken(t *testing.T) {
	f := Credentials{Token: token, Source: "NGROK_AUTHTOKEN"}
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("found", "it", f)
	asJSON, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprintf("%v %+v %#v %s %v %s %s", f, f, f, f, &f, log.String(), asJSON)
	if strings.Contains(all, token) || !strings.Contains(all, "NGROK_AUTHTOKEN") {
		t.Error(all)
	}
}
