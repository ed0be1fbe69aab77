package tunnel

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"path"
	"runtime"
	"strings"

	"github.com/goccy/go-yaml"
)

// Credentials holds an authtoken and how to reach the ngrok service it is for. It
// prints and logs without the token.
type Credentials struct {
	Token       string `json:"-"`
	Source      string // where the token was found: "NGROK_AUTHTOKEN" or "~/.config/ngrok/ngrok.yml"
	ConnectAddr string // host:port; "" means ngrok's public service
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

// FindToken returns the authtoken from NGROK_AUTHTOKEN or, failing that, from the
// configuration file of ngrok's own agent (https://ngrok.com/docs/agent/config).
// The address of a service other than the public one comes from that file in
// both cases. FindToken returns ErrNoToken if there is no token. For a file it
// cannot use, it returns an error with a Fix; if the file cannot be read or
// parsed, the token from NGROK_AUTHTOKEN comes with that error.
//
// getenv is asked for NGROK_AUTHTOKEN and for the variables that locate the file:
// HOME and XDG_CONFIG_HOME, or USERPROFILE and LOCALAPPDATA. read reads a file, and
// bounds what it reads.
func FindToken(getenv func(string) string, read func(name string) ([]byte, error)) (Credentials, error) {
	return findToken(runtime.GOOS, getenv, read)
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

// agentFilePaths returns where ngrok.yml may be, the current place first. On
// Windows that is the local folder, not the roaming one of os.UserConfigDir.
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
		if xdg := getenv("XDG_CONFIG_HOME"); path.IsAbs(xdg) { // the specification says to ignore a relative one
			add(xdg, "ngrok", "ngrok.yml")
		} else {
			add(h, ".config", "ngrok", "ngrok.yml")
		}
	}
	add(h, ".ngrok2", "ngrok.yml")
	return files
}

// withTilde writes the home folder in a path as ~.
func withTilde(name, home string) string {
	home = strings.TrimRight(home, `\/`)
	rest, ok := strings.CutPrefix(name, home)
	if ok && home != "" && strings.IndexAny(rest, `\/`) == 0 {
		return "~" + rest
	}
	return name
}

// agentFile holds the settings that matter here from ngrok.yml, in both formats:
// version 3 has everything under agent and other names for two of the settings.
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
	if err := checkYAML(text); err != nil {
		return agentFile{}, err
	}
	if err := yaml.Unmarshal(text, &f); err != nil {
		// The parser's message quotes the lines around the error, so possibly the token.
		var at yaml.Error
		if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
			p := at.GetToken().Position
			return agentFile{}, fmt.Errorf("cannot be read as ngrok's configuration: error at line %d, column %d", p.Line, p.Column)
		}
		return agentFile{}, errors.New("cannot be read as ngrok's configuration")
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

// readCAs returns the certificates that connect_cas names: "trusted" means ngrok's
// own authority, which the SDK knows (nil), "host" means the system's, and
// anything else is the path of a PEM file.
func readCAs(cas string, read func(string) ([]byte, error)) (*x509.CertPool, error) {
	switch cas {
	case "", "trusted":
		return nil, nil
	case "host":
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("sets connect_cas to host, but the system's certificates cannot be read: %w", err)
		}
		return pool, nil
	}
	text, err := read(cas)
	if err != nil {
		return nil, fmt.Errorf("sets connect_cas to %s, which cannot be read: %s", cas, withoutPath(err))
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("sets connect_cas to %s, which contains no PEM certificate", cas)
	}
	return pool, nil
}

// withoutPath returns the text of err without the path, which the sentence already names.
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
		fix:   `correct the file ("ngrok config check" tests it), or move it away`,
	}
}

// Address returns where ngrok is reached with these credentials: host:port.
func (c Credentials) Address() string {
	return net.JoinHostPort(connectAddr(cmp.Or(c.ConnectAddr, defaultServiceAddr)))
}
