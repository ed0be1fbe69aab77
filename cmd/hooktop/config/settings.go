// Package config reads what hooktop is set up with: flags, the environment, the
// .env files, the signing secrets in them and the apps to forward to. It opens
// no database, listens nowhere and prints nothing: that is up to the commands.
package config

import (
	"fmt"
	"path/filepath"
	"sync"

	"github.com/dustin/go-humanize"
	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/trust"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/store/mirror"
)

// Settings are the flags and the environment, resolved: flag, then process
// environment, then the .env files.
type Settings struct {
	// Env is what was read at the start. While .env files are watched, Current has
	// what they hold now.
	Env     Environment
	reading sync.RWMutex // Env, which Reload replaces
	// EnvFile is the file that --env-file names, "" for the usual ones.
	EnvFile string

	DB string
	// DBNamed is set if the user named it: with a flag, or in the process's environment.
	DBNamed      bool
	Addr         string
	AddrGiven    bool
	Paths        map[string]string // by provider
	Stripe       providers.Stripe  // with the rules that were given
	Secrets      *Secrets
	Forwarding   Forwarding
	UsersDB      mirror.Target
	Tunnel       string
	Domain       string
	PublicURL    string
	NoEdgePolicy bool
	// Register points Clerk's endpoint at the public URL, at the start and whenever
	// it changes.
	Register bool
	// Yes answers yes to every question; YesProduction accepts the key of a
	// production instance.
	Yes, YesProduction bool
	Services           Services
	MaxBody            int64
	Keep               Keep
	Theme              string
	NoMouse            bool
	NoColor            bool
	JSON               bool
	// fromFiles are what .env files name that needs a yes.
	fromFiles []fromFile
	// Warnings are things about the set-up that are worth a word.
	Warnings []string

	// readApp reads what the project's files say about the app; clerkVerifies is set
	// if, as far as they say, Clerk's own library verifies its webhooks.
	readApp       sync.Once
	app           advice.App
	clerkVerifies bool
}

// Part names what a setting is about: doctor's check of it has the same name.
type Part string

const (
	partReceiver  Part = "receiver"
	partEndpoint  Part = "endpoint"
	partDatabase  Part = "database"
	partTunnel    Part = "tunnel"
	partUsersDB   Part = "users-db"
	partStripe    Part = "stripe"
	partApp       Part = "app"
	partDashboard Part = "dashboard"
)

// resolving reads the flags of one command into settings.
type resolving struct {
	*Settings
	flags *pflag.FlagSet
}

// parts returns what reads each part of the settings.
func (r resolving) parts() []settingsPart {
	return []settingsPart{
		{partReceiver, r.readAddresses},
		{partEndpoint, r.readPaths},
		{partDatabase, r.readSizes},
		{partTunnel, r.readTunnel},
		{partUsersDB, r.readUsersDB},
		{partStripe, r.readStripe},
		{partApp, r.readForwarding},
		{partDashboard, r.readScreen},
	}
}

type settingsPart struct {
	part Part
	read func() error
}

// Resolve reads the flags of a command, the environment and the .env files.
func Resolve(flags *pflag.FlagSet, process func(string) string) (*Settings, error) {
	r, err := beginResolving(flags, process)
	if err != nil {
		return nil, err
	}
	for _, p := range r.parts() {
		if err := p.read(); err != nil {
			return nil, err
		}
	}
	return r.Settings, r.readSecrets()
}

// ResolveDatabase reads what a command needs that only reads the database. What
// is wrong with a .env file is an error only if --env-file names it.
func ResolveDatabase(flags *pflag.FlagSet, process func(string) string) (*Settings, error) {
	r, err := beginResolving(flags, process)
	if r.EnvFile == "" {
		err = nil
	}
	return r.Settings, err
}

// ResolveStripe reads what resolveDatabase does, and how Stripe's events are
// understood.
func ResolveStripe(flags *pflag.FlagSet, process func(string) string) (*Settings, error) {
	r, err := beginResolving(flags, process)
	if err != nil {
		return nil, err
	}
	return r.Settings, r.readStripe()
}

// ResolveEndpoint reads what a command needs that sets up the endpoint at the sender.
// The signing secrets are not read: one that is malformed is a reason to do so.
func ResolveEndpoint(flags *pflag.FlagSet, process func(string) string) (*Settings, error) {
	r, err := beginResolving(flags, process)
	if err == nil {
		err = r.readPaths()
	}
	if err == nil {
		err = r.readTunnel()
	}
	r.Secrets = &Secrets{flags: secretFlags(flags)}
	return r.Settings, err
}

// Diagnose reads what resolve does, for doctor: a part that is wrong, or a .env
// file that cannot be read, does not keep the others from being read. The
// secrets are left to doctor, which looks at each of them.
func Diagnose(flags *pflag.FlagSet, process func(string) string) (s *Settings, faults map[Part]error, unread []error) {
	r, unread := startResolving(flags, process)
	faults = map[Part]error{}
	for _, p := range r.parts() {
		if err := p.read(); err != nil {
			faults[p.part] = err
		}
	}
	r.Secrets = &Secrets{flags: secretFlags(flags)}
	r.withhold(trust.Open(trust.StateFolder(process), "."), faults)
	return r.Settings, faults, unread
}

// beginResolving reads what every command needs. With an error, which is about
// the .env files, the settings are those that the others give.
func beginResolving(flags *pflag.FlagSet, process func(string) string) (r resolving, err error) {
	r, unread := startResolving(flags, process)
	if len(unread) > 0 {
		err = unread[0]
	}
	return r, err
}

// startResolving is beginResolving with an error for each file.
func startResolving(flags *pflag.FlagSet, process func(string) string) (r resolving, unread []error) {
	r = resolving{&Settings{}, flags}
	r.EnvFile, _ = flags.GetString("env-file")
	r.Env, unread = ReadEachFile(process, r.EnvFile)
	r.Warnings = r.Env.FileWarnings()
	r.DB = r.path()
	r.nameDatabase()
	r.JSON, _ = flags.GetBool("json")
	noColor, _ := flags.GetBool("no-color")
	r.NoColor = noColor || r.Env.Get("NO_COLOR") != ""
	return r, unread
}

// DefaultDatabase returns the database file that is used unless one is named.
func DefaultDatabase() string { return optionNamed("db").fallback }

// DatabaseGiven reports whether a flag or a variable names the database, or a flag
// the .env file. A pipe is not read for it: what comes from there comes once.
func DatabaseGiven(flags *pflag.FlagSet, process func(string) string) bool {
	if file, _ := flags.GetString("env-file"); file != "" {
		return true
	}
	r := resolving{&Settings{}, flags}
	r.Env, _ = readEach(process, "", func(name string) (userfile.Content, error) { // what is wrong with a file is found again
		text, err := userfile.Regular(name, maxEnvFile)
		return userfile.Content{Text: text, Regular: true}, err
	})
	_, source := r.value("db")
	return source != ""
}

func (r resolving) path() string {
	path, _ := r.value("db")
	return filepath.Clean(path)
}

// value returns the value of a flag, else that of the variable behind it, else
// its default; and where it was found, "" for the default.
func (r resolving) value(flag string) (value, source string) {
	o := optionNamed(flag)
	if v, _ := r.flags.GetString(flag); r.flags.Changed(flag) && v != "" {
		return v, "--" + flag
	}
	if o.variable != "" {
		if v, source := r.Env.Lookup(o.variable); v != "" {
			return v, source.String()
		}
	}
	return o.fallback, ""
}

// on reports whether a toggle is on: by its flag, else by the variable behind it.
func (r resolving) on(flag string) (bool, error) {
	o := optionNamed(flag)
	if r.flags.Changed(flag) || o.variable == "" {
		on, _ := r.flags.GetBool(flag)
		return on, nil
	}
	return r.Env.toggle(o.variable)
}

// readSecrets finds the signing secrets. A malformed one is an error.
func (r resolving) readSecrets() (err error) {
	var warnings []string
	r.Secrets, warnings, err = FindSecrets(secretFlags(r.flags), r.Env)
	r.Warnings = append(r.Warnings, warnings...)
	return err
}

// secretFlags returns the values of --clerk-secret and the like, by provider.
func secretFlags(flags *pflag.FlagSet) map[string]string {
	given := map[string]string{}
	for _, p := range providers.All() {
		given[p.Name()], _ = flags.GetString(secretFlag(p.Name()))
	}
	return given
}

// readStripe reads how Stripe's events are understood.
func (s resolving) readStripe() error {
	text, source := s.value("stripe-plan-key")
	rules, err := providers.ParsePlanRules(text)
	if err != nil {
		return exit.Usage(source+": "+err.Error(), exit.FixOf(err))
	}
	s.Stripe.Plan = rules
	if text, source = s.value("stripe-user-key"); text != "" {
		if s.Stripe.UserKeys, err = providers.ParseUserKeys(text); err != nil {
			return exit.Usage(source+": "+err.Error(), exit.FixOf(err))
		}
	}
	s.Stripe.LinkEmail, err = s.on("stripe-link-email")
	return err
}

// providers are the senders, with what was set about them.
func (s *Settings) providers() []webhook.Provider {
	all := providers.All()
	for i, p := range all {
		if p.Name() == s.Stripe.Name() {
			all[i] = s.Stripe
		}
	}
	return all
}

func (s resolving) readSizes() error {
	text, source := s.value("max-body")
	size, err := humanize.ParseBytes(text)
	if err != nil || size < 1 || size > 1<<30 {
		return exit.Usage(fmt.Sprintf("%s: %q is not a size", source, text), "write a size such as 1MiB, at most 1GiB")
	}
	s.MaxBody = int64(size)
	return s.readKeep()
}

// readScreen reads what is about the dashboard alone.
func (s resolving) readScreen() (err error) {
	var source string
	s.Theme, source = s.value("theme")
	switch s.Theme {
	case "auto", "dark", "light":
		s.NoMouse, err = s.on("no-mouse")
		return err
	}
	return exit.Usage(fmt.Sprintf("%s: unknown theme %q", source, s.Theme), "choose auto, dark or light")
}

// readUsersDB reads --users-db. Its URL may hold a password: no error shows it.
func (s resolving) readUsersDB() error {
	text, source := s.value("users-db")
	if text == "" {
		return nil
	}
	var err error
	if s.UsersDB, err = mirror.ParseTarget(text); err != nil {
		return exit.Usage(fmt.Sprintf("%s: not a PostgreSQL URL", source), exit.FixOf(err))
	}
	s.nameUsersDB(text)
	return nil
}

// noTarget is no database for the users.
var noTarget mirror.Target

// Endpoints are the webhook paths with their secrets.
func (s *Settings) Endpoints() []receiver.Endpoint {
	var all []receiver.Endpoint
	for _, p := range s.providers() {
		all = append(all, receiver.Endpoint{
			Path: s.Paths[p.Name()], Provider: p,
			Secrets: func() []webhook.Secret { return s.Secrets.Accepted(p.Name()) },
		})
	}
	return all
}

// Parse reads the event of a body that a provider signed.
func (s *Settings) Parse(provider string, body []byte) webhook.Event {
	for _, p := range s.providers() {
		if p.Name() == provider {
			return p.Parse(body)
		}
	}
	return webhook.Event{Outcome: webhook.Unhandled}
}

// Missing reports whether there is no database yet.
func (s *Settings) Missing() bool { return isMissing(s.DB) }
