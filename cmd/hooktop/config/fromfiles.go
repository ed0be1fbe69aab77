package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/trust"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/appclient"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Use is what a command makes of the settings, and so which values need a yes if a .env
// file names them. Each includes those before it.
type Use int

// The uses.
const (
	// Keeps is a command that makes the database if there is none.
	Keeps Use = iota
	// Forwards is a command that sends deliveries to the app.
	Forwards
	// Receives is hooktop itself.
	Receives
)

// fromFile is a value that a .env file of the folder names, and that leads away from
// it: a cloned repository or an unpacked archive may have brought it.
type fromFile struct {
	trust.Value
	use    Use
	part   Part
	target string // that of a route, which a flag may have replaced
}

// isFile reports whether a value was found in a .env file; a flag and the process's own
// environment are the user's.
func isFile(source webhook.Source) bool { return source.File != "" }

// named takes note of a value if a file has it.
func (s *Settings) named(source webhook.Source, use Use, part Part, text, does, instead string) {
	if isFile(source) {
		v := trust.Value{Name: source.Variable, Source: source.String(), Text: text, Does: does, Instead: instead}
		s.fromFiles = append(s.fromFiles, fromFile{Value: v, use: use, part: part})
	}
}

// foundIn returns where the value of a flag was found, if not on the command line.
func (r resolving) foundIn(flag string) webhook.Source {
	if v, err := r.flags.GetString(flag); err == nil && v != "" && r.flags.Changed(flag) {
		return webhook.Source{}
	}
	_, source := r.Env.Lookup(optionNamed(flag).variable)
	return source
}

// NeedingYes returns what the files of this folder name that the user has not said yes
// to, of what a command uses.
func (s *Settings) NeedingYes(use Use, book trust.Book) []trust.Value {
	var values []trust.Value
	for _, f := range s.fromFiles {
		replaced := f.target != "" && !slices.ContainsFunc(s.Forwarding.Routes, func(r receiver.Route) bool { return r.Target == f.target })
		if f.use <= use && !replaced {
			values = append(values, f.Value)
		}
	}
	return book.Unanswered(values)
}

// nameRoutes takes note of the routes that lead to other machines.
func (s *Settings) nameRoutes(source webhook.Source, routes []receiver.Route) {
	for _, r := range routes {
		host := hostOf(r.Target)
		if !isFile(source) || isHere(host) {
			continue
		}
		s.named(source, Forwards, partApp, r.Target, fmt.Sprintf("sends deliveries to %s, on another machine (%s)", shown(r.Target), host), "--forward-to URL")
		s.fromFiles[len(s.fromFiles)-1].target = r.Target
	}
}

// nameUsersDB takes note of a database on another machine.
func (r resolving) nameUsersDB(text string) {
	var away []string
	for _, host := range r.UsersDB.Hosts() {
		if !isHere(host) {
			away = append(away, host)
		}
	}
	if len(away) > 0 {
		r.named(r.foundIn("users-db"), Receives, partUsersDB, text,
			fmt.Sprintf("copies the users to %s, on another machine (%s)", r.UsersDB, strings.Join(away, ", ")), "--users-db URL")
	}
}

// nameOpenings takes note of what lets others in, or leads them elsewhere.
func (r resolving) nameOpenings() {
	if r.Register {
		_, source := r.Env.Lookup(optionNamed("register").variable)
		if r.flags.Changed("register") {
			source = webhook.Source{}
		}
		r.named(source, Receives, partTunnel, "on", "changes an endpoint at Clerk with your key, at each start", "--register")
	}
	if r.PublicURL != "" && !isHere(hostOf(r.PublicURL)) {
		r.named(r.foundIn("public-url"), Receives, partTunnel, r.PublicURL, "says that senders reach you at "+shown(r.PublicURL), "--public-url URL")
	}
}

// nameAddr takes note of an address that other machines reach.
func (r resolving) nameAddr() {
	if host, _, err := net.SplitHostPort(r.Addr); err == nil && !isLoopback(host) {
		r.named(r.foundIn("addr"), Receives, partReceiver, r.Addr, "lets other machines connect to "+r.Addr, "--addr "+r.Addr)
	}
}

// nameDatabase takes note of a database outside the folder: one that a file names and
// that does not exist yet, or one that a link leads to.
func (r resolving) nameDatabase() {
	_, given := r.value("db")
	source := r.foundIn("db")
	r.DBNamed = given != "" && !isFile(source)
	switch to, away := leadsAway(r.DB); {
	case r.DBNamed:
	case isFile(source) && !filepath.IsLocal(r.DB):
		if isMissing(r.DB) {
			r.named(source, Keeps, partDatabase, r.DB, "creates a database outside this folder: "+r.DB, "--db "+r.DB)
		}
	case away:
		v := trust.Value{Name: "database", Source: r.DB, Text: to, Does: "is a link to a database outside this folder: " + to, Instead: "--db " + to}
		r.fromFiles = append(r.fromFiles, fromFile{Value: v, use: Keeps, part: partDatabase})
	}
}

// leadsAway reports whether links lead from a path in this folder out of it, and where to.
func leadsAway(path string) (to string, away bool) {
	here, err := real(".")
	if err != nil {
		return "", false
	}
	for p := path; filepath.IsLocal(p) && p != "."; p = filepath.Dir(p) {
		info, err := os.Lstat(p)
		if err != nil {
			continue
		}
		if to, err = real(p); err != nil && info.Mode()&os.ModeSymlink != 0 {
			to, _ = os.Readlink(p) // it is made when something is written
			return to + strings.TrimPrefix(path, p), true
		}
		to += strings.TrimPrefix(path, p) // which may not be there yet
		relative, err := filepath.Rel(here, to)
		return to, err != nil || !filepath.IsLocal(relative)
	}
	return "", false
}

// real returns a path without links in it.
func real(path string) (string, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(absolute)
}

// withhold has doctor leave alone what nobody said yes to, and say so.
func (s *Settings) withhold(book trust.Book, faults map[Part]error) {
	for _, v := range s.NeedingYes(Receives, book) {
		for _, f := range s.fromFiles {
			if f.Value != v || faults[f.part] != nil {
				continue
			}
			faults[f.part] = exit.Usage("not confirmed: "+v.Source+" "+v.Does, "run hooktop on a terminal, which asks once, or add --yes; if you do not want it, remove it from the file")
		}
	}
	if faults[partApp] != nil {
		s.Forwarding.Routes = nil
	}
	if faults[partUsersDB] != nil {
		s.UsersDB = noTarget
	}
}

// shown returns a URL without its password and its query, which may hold a secret.
func shown(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return webhook.WithoutPassword(text)
	}
	u.RawQuery, u.Fragment = "", ""
	return u.Redacted()
}

func hostOf(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// isHere reports whether a connection to a host stays on this machine, whatever any
// name server says.
func isHere(host string) bool {
	ip, err := netip.ParseAddr(host)
	return appclient.IsLocalName(host) || strings.HasPrefix(host, "/") || err == nil && (ip.Unmap().IsLoopback() || ip.Unmap().IsUnspecified())
}

// isLoopback reports whether only this machine can connect to an address.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return appclient.IsLocalName(host) || err == nil && ip.Unmap().IsLoopback()
}
