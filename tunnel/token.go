package tunnel

import (
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"runtime"
	"strings"

	"github.com/goccy/go-yaml"
)

// Credentials is an authtoken and the way to the ngrok service that it is for. It
// prints and logs without the token.
type Credentials struct {
	Token       string `json:"-"`
	Source      string // where from, for people: "NGROK_AUTHTOKEN", "~/.config/ngrok/ngrok.yml"
	ConnectAddr string // host:port; "" is ngrok's public service
	CAs         *x509.CertPool
}

func (f Credentials) String() string {
	if f.Token == "" {
		return "no ngrok authtoken"
	}
	return "ngrok authtoken from " + f.Source
}

// GoString keeps the token out of %#v.
func (f Credentials) GoString() string { return f.String() }

// LogValue keeps the token out of logs.
func (f Credentials) LogValue() slog.Value { return slog.StringValue(f.String()) }

// FindToken looks for an authtoken: in NGROK_AUTHTOKEN, else in the file that
// ngrok's own agent keeps (https://ngrok.com/docs/agent/config), which also says
// how to reach a service that is not ngrok's public one. It returns ErrNoToken
// when there is none, and an error with a Fix for a file that cannot be read:
// with it the token of NGROK_AUTHTOKEN, if there is one.
//
// getenv is asked for NGROK_AUTHTOKEN and for what says where the file is: HOME
// and XDG_CONFIG_HOME, or USERPROFILE and LOCALAPPDATA.
func FindToken(getenv func(string) string) (Credentials, error) {
	return findToken(runtime.GOOS, getenv, os.ReadFile)
}

func findToken(goos string, getenv func(string) string, read func(string) ([]byte, error)) (Credentials, error) {
	f := Credentials{Token: strings.TrimSpace(getenv("NGROK_AUTHTOKEN"))}
	if f.Token != "" {
		f.Source = "NGROK_AUTHTOKEN"
	}
	for _, name := range agentFilePaths(goos, getenv) {
		shown := withTilde(name, homeDir(goos, getenv))
		text, err := read(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return f, fileError(shown, "cannot be read: "+withoutPath(err))
		}
		c, err := parseAgentFile(text)
		if err != nil {
			return f, fileError(shown, err.Error())
		}
		if f.Token == "" {
			f.Token, f.Source = c.token(), shown
		}
		if f.Token == "" {
			continue
		}
		f.ConnectAddr = c.address()
		if f.CAs, err = readCAs(c.certificates(), read); err != nil {
			return Credentials{}, fileError(shown, err.Error())
		}
		return f, nil
	}
	if f.Token == "" {
		return Credentials{}, ErrNoToken
	}
	return f, nil
}

func homeDir(goos string, getenv func(string) string) string {
	if goos == "windows" {
		return getenv("USERPROFILE")
	}
	return getenv("HOME")
}

// agentFilePaths are the places of ngrok.yml, newest first. On Windows it is in
// the local folder, not in the roaming one that os.UserConfigDir gives.
func agentFilePaths(goos string, getenv func(string) string) []string {
	var files []string
	add := func(base string, parts ...string) {
		if base == "" {
			return
		}
		if goos == "windows" {
			files = append(files, strings.TrimRight(base, `\/`)+`\`+strings.Join(parts, `\`))
		} else {
			files = append(files, path.Join(append([]string{base}, parts...)...))
		}
	}
	h := homeDir(goos, getenv)
	switch goos {
	case "windows":
		local := getenv("LOCALAPPDATA")
		if local == "" && h != "" {
			local = h + `\AppData\Local`
		}
		add(local, "ngrok", "ngrok.yml")
	case "darwin":
		add(h, "Library", "Application Support", "ngrok", "ngrok.yml")
	default:
		if xdg := getenv("XDG_CONFIG_HOME"); path.IsAbs(xdg) { // a relative one is to be ignored, says its specification
			add(xdg, "ngrok", "ngrok.yml")
		} else {
			add(h, ".config", "ngrok", "ngrok.yml")
		}
	}
	add(h, ".ngrok2", "ngrok.yml")
	return files
}

// withTilde shortens a path for people.
func withTilde(name, home string) string {
	home = strings.TrimRight(home, `\/`)
	rest, ok := strings.CutPrefix(name, home)
	if ok && home != "" && strings.IndexAny(rest, `\/`) == 0 {
		return "~" + rest
	}
	return name
}

// agentFile is what matters of ngrok.yml, in both formats: version 3 has
// everything under agent, and other names for two of the settings.
type agentFile struct {
	Authtoken  string     `yaml:"authtoken"`
	ConnectURL string     `yaml:"connect_url"`
	ServerAddr string     `yaml:"server_addr"`
	ConnectCAs string     `yaml:"connect_cas"`
	RootCAs    string     `yaml:"root_cas"`
	Agent      *agentFile `yaml:"agent"`
}

func parseAgentFile(text []byte) (agentFile, error) {
	var f agentFile
	if err := yaml.Unmarshal(text, &f); err != nil {
		// The parser's own message quotes the lines around, and with them the token.
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
			p := at.GetToken().Position
			return agentFile{}, fmt.Errorf("is not valid YAML, or not ngrok's: line %d, column %d", p.Line, p.Column)
		}
		return agentFile{}, errors.New("is not valid YAML, or not ngrok's")
	}
	if f.Agent == nil {
		f.Agent = &agentFile{}
	}
	return f, nil
}

func (f agentFile) token() string { return firstNonEmpty(f.Agent.Authtoken, f.Authtoken) }

func (f agentFile) address() string {
	return firstNonEmpty(f.Agent.ConnectURL, f.Agent.ServerAddr, f.ConnectURL, f.ServerAddr)
}

func (f agentFile) certificates() string {
	return firstNonEmpty(f.Agent.ConnectCAs, f.Agent.RootCAs, f.ConnectCAs, f.RootCAs)
}

func firstNonEmpty(values ...string) string {
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			return v
		}
	}
	return ""
}

// readCAs knows ngrok's words: "trusted" is its own authority, which the SDK
// has (nil), "host" is the system's, and anything else is a PEM file.
func readCAs(cas string, read func(string) ([]byte, error)) (*x509.CertPool, error) {
	switch cas {
	case "", "trusted":
		return nil, nil
	case "host":
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("says connect_cas: host, and this system's certificates cannot be read: %w", err)
		}
		return pool, nil
	}
	text, err := read(cas)
	if err != nil {
		return nil, fmt.Errorf("names %s as connect_cas, which cannot be read: %s", cas, withoutPath(err))
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("names %s as connect_cas, which holds no PEM certificate", cas)
	}
	return pool, nil
}

// cause leaves out the path that the sentence has already.
func withoutPath(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return err.Error()
}

func fileError(file, what string) error {
	return &Error{
		Title: oneLine(file+" "+what, ""),
		fix:   `correct that file ("ngrok config check" looks it over), or move it away`,
	}
}
