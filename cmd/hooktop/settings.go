package main

import (
	"cmp"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store/mirror"
)

// settings are the flags and the environment, resolved: flag, then process
// environment, then .env.local, then .env.
type settings struct {
	env environment
	// envFile is the file that --env-file names, "" for .env.local and .env.
	envFile string

	db         string
	addr       string
	addrGiven  bool
	paths      map[string]string // by provider
	stripe     webhook.Stripe    // with the rules that were given
	signing    *signing
	forwarding forwarding
	usersDB    mirror.Target
	tunnel     string
	domain     string
	publicURL  string
	noPolicy   bool
	maxBody    int64
	keep       int64
	theme      string
	noMouse    bool
	noColor    bool
	json       bool
	// warnings are things about the set-up that are worth a word.
	warnings []string
}

// option is a flag, the variable behind it and its default.
type option struct {
	flag, variable, fallback, help string
}

// The options, by what a command does: every command opens the database, some
// sign and send, some receive.
var (
	storeOptions = []option{
		{"db", "HOOKTOP_DB", filepath.Join(".hooktop", "hooktop.db"), "the database"},
		{"env-file", "", "", "read this file instead of .env.local and .env"},
	}
	secretOptions, pathOptions = providerOptions()

	sendOptions = slices.Concat(secretOptions, pathOptions)
	planKey     = option{"stripe-plan-key", "HOOKTOP_STRIPE_PLAN_KEY", webhook.DefaultPlanRules, "where planKey is read from, in order; also metadata.NAME, product, price_123=pro"}

	receiveOptions = []option{
		{"keep", "HOOKTOP_KEEP", "100000", "how many deliveries are kept"},
		{"max-body", "HOOKTOP_MAX_BODY", "1MiB", "the largest body that is taken"},
		{"addr", "HOOKTOP_ADDR", "127.0.0.1:4747", "where the receiver listens; port 0: any"},
		{"tunnel", "HOOKTOP_TUNNEL", "auto", "auto (ngrok, given a token and a signing secret), ngrok (or fail), off"},
		{"domain", "NGROK_DOMAIN", "", "a static ngrok domain"},
		{"users-db", "HOOKTOP_USERS_DB", "", "postgres://…: apply the changes of the users to the table \"User\" of that database, too"},
		{"public-url", "HOOKTOP_PUBLIC_URL", "", "the URL of your own tunnel to here; opens none"},
	}
	screenOptions = []option{
		{"theme", "HOOKTOP_THEME", "auto", "the colours: auto, dark or light"},
	}
)

// providerOptions are the flags that each provider has.
func providerOptions() (secrets, paths []option) {
	for _, p := range webhook.Providers() {
		name, title := p.Name(), p.Title()
		secrets = append(secrets, option{name + "-secret", "", "", title + "'s signing secret, whsec_…; several separated by commas (env " + p.SecretVars()[0] + ")"})
		paths = append(paths, option{name + "-path", "HOOKTOP_" + strings.ToUpper(name) + "_PATH", p.DefaultPath(), "the path of " + title + "'s endpoint"})
	}
	return secrets, paths
}

func addOptions(flags *pflag.FlagSet, options []option) {
	for _, o := range options {
		help := o.help
		if o.variable != "" {
			help += " (env " + o.variable + ")"
		}
		flags.String(o.flag, o.fallback, help)
	}
}

// addStoreFlags puts on the root command what all commands take.
func addStoreFlags(root *cobra.Command) {
	flags := root.PersistentFlags()
	addOptions(flags, storeOptions)
	flags.Bool("no-color", false, "no colour (env NO_COLOR)")
	flags.Bool("json", false, "print NDJSON on stdout")
}

// What is on or off is a flag, and a variable behind it.
const (
	linkEmailFlag     = "stripe-link-email"
	linkEmailVariable = "HOOKTOP_STRIPE_LINK_EMAIL"

	noMouseFlag     = "no-mouse"
	noMouseVariable = "HOOKTOP_NO_MOUSE"
)

// addStripeFlags puts on a command that reads events out of bodies how it is to
// understand Stripe's.
func addStripeFlags(flags *pflag.FlagSet) {
	addOptions(flags, []option{planKey})
	flags.Bool(linkEmailFlag, false, "link a Stripe customer to the user with its e-mail address where no id says whose it is (env "+linkEmailVariable+")")
}

// addReceiveFlags puts on a command what receiving takes.
func addReceiveFlags(cmd *cobra.Command) {
	flags := cmd.Flags()
	addOptions(flags, sendOptions)
	addStripeFlags(flags)
	addOptions(flags, receiveOptions)
	addForwardFlags(flags)
	addAnswerFlags(flags)
	flags.Bool("no-edge-policy", false, "do not restrict the ngrok edge to POST on the webhook paths")
	flags.Bool("local", false, "without a signing secret: use one of hooktop's own, offline")
}

// resolve reads the flags of a command, the environment and the .env files.
func resolve(cmd *cobra.Command, process func(string) string) (*settings, error) {
	s, value, err := resolveStore(cmd, process)
	if err != nil {
		return nil, err
	}
	for _, read := range []func(func(string) (string, string)) error{s.readAddresses, s.readPaths, s.readSizes, s.readTunnel, s.readUsersDB} {
		if err := read(value); err != nil {
			return nil, err
		}
	}
	flags := cmd.Flags()
	if err := s.readStripe(flags, value); err != nil {
		return nil, err
	}
	if err := s.readForwarding(flags, value); err != nil {
		return nil, err
	}
	if err := s.readScreen(flags, value); err != nil {
		return nil, err
	}
	s.noPolicy, _ = flags.GetBool("no-edge-policy")
	return s, s.readSecrets(flags)
}

// readSecrets finds the signing secrets. A malformed one is an error.
func (s *settings) readSecrets(flags *pflag.FlagSet) error {
	given := map[string]string{}
	for _, p := range webhook.Providers() {
		given[p.Name()], _ = flags.GetString(p.Name() + "-secret")
	}
	var warnings []string
	var err error
	s.signing, warnings, err = newSigning(given, s.env)
	s.warnings = append(s.warnings, warnings...)
	return err
}

// resolveStore reads what every command needs, and gives what the rest is read
// with. With an error, which is about the .env files, the settings are those
// that the others give.
func resolveStore(cmd *cobra.Command, process func(string) string) (s *settings, value func(flag string) (value, source string), err error) {
	flags := cmd.Flags()
	s = &settings{}
	s.envFile, _ = flags.GetString("env-file")
	s.env, err = readEnvironment(process, s.envFile)
	value = func(flag string) (value, source string) {
		for _, o := range slices.Concat(storeOptions, sendOptions, []option{planKey}, receiveOptions, answerOptions, screenOptions) {
			if o.flag != flag {
				continue
			}
			if v, _ := flags.GetString(flag); flags.Changed(flag) && v != "" {
				return v, "--" + flag
			}
			if o.variable != "" {
				if v, source := s.env.lookup(o.variable); v != "" {
					return v, source.String()
				}
			}
			return o.fallback, ""
		}
		panic("no option " + flag)
	}
	s.db, _ = value("db")
	s.db = filepath.Clean(s.db)
	s.json, _ = flags.GetBool("json")
	noColor, _ := flags.GetBool("no-color")
	s.noColor = noColor || s.env.get("NO_COLOR") != ""
	return s, value, err
}

func (s *settings) readAddresses(value func(string) (string, string)) error {
	addr, source := value("addr")
	host, port, err := net.SplitHostPort(addr)
	if err != nil && !strings.Contains(addr, ":") {
		host, port, err = "", addr, nil
	}
	if n, convErr := strconv.Atoi(port); err != nil || convErr != nil || n < 0 || n > 65535 {
		return exit.Usage(fmt.Sprintf("%s: %q is not an address", cmp.Or(source, "--addr"), addr), "write HOST:PORT, such as 127.0.0.1:4747")
	}
	if host == "" { // loopback unless the user names another
		host = "127.0.0.1"
	}
	s.addr, s.addrGiven = net.JoinHostPort(host, port), source != ""
	return nil
}

func (s *settings) readPaths(value func(string) (string, string)) error {
	s.paths = map[string]string{}
	taken := map[string]string{}
	for _, p := range webhook.Providers() {
		path, source := value(p.Name() + "-path")
		if !strings.HasPrefix(path, "/") || strings.ContainsAny(path, "?# \t") || path == "/healthz" {
			return exit.Usage(fmt.Sprintf("%s: %q is not a webhook path", source, path), "write a path such as "+p.DefaultPath())
		}
		if other := taken[path]; other != "" {
			return exit.Usage(fmt.Sprintf("%s: %s has the path %s already", cmp.Or(source, "--"+p.Name()+"-path"), other, path), "give each provider a path of its own")
		}
		s.paths[p.Name()], taken[path] = path, p.Title()
	}
	return nil
}

// readStripe reads how Stripe's events are understood.
func (s *settings) readStripe(flags *pflag.FlagSet, value func(string) (string, string)) error {
	text, source := value(planKey.flag)
	rules, err := webhook.ParsePlanRules(text)
	if err != nil {
		return exit.Usage(source+": "+err.Error(), exit.FixOf(err))
	}
	s.stripe.Plan = rules
	s.stripe.LinkEmail, err = s.env.switched(flags, linkEmailFlag, linkEmailVariable)
	return err
}

// providers are the senders, with what was set about them.
func (s *settings) providers() []webhook.Provider {
	all := webhook.Providers()
	for i, p := range all {
		if p.Name() == s.stripe.Name() {
			all[i] = s.stripe
		}
	}
	return all
}

// shownPaths are the webhook paths that people are told of: of the providers
// that there is a secret of, or Clerk's.
func (s *settings) shownPaths() (paths []string) {
	for _, p := range webhook.Providers() {
		if len(s.signing.of(p.Name())) > 0 {
			paths = append(paths, s.paths[p.Name()])
		}
	}
	if len(paths) == 0 {
		return []string{s.clerkPath()}
	}
	return paths
}

// clerkPath is the path of the provider that the first look is about.
func (s *settings) clerkPath() string { return s.paths[webhook.Clerk{}.Name()] }

func (s *settings) readSizes(value func(string) (string, string)) error {
	text, source := value("max-body")
	size, err := humanize.ParseBytes(text)
	if err != nil || size < 1 || size > 1<<30 {
		return exit.Usage(fmt.Sprintf("%s: %q is not a size", source, text), "write a size such as 1MiB, at most 1GiB")
	}
	s.maxBody = int64(size)
	text, source = value("keep")
	s.keep, err = strconv.ParseInt(text, 10, 64)
	if err != nil || s.keep < 1 {
		return exit.Usage(fmt.Sprintf("%s: %q is not a number of deliveries", source, text), "write a number from 1 up, such as 100000")
	}
	return nil
}

// readScreen reads what is about the dashboard alone.
func (s *settings) readScreen(flags *pflag.FlagSet, value func(string) (string, string)) (err error) {
	var source string
	s.theme, source = value("theme")
	switch s.theme {
	case "auto", "dark", "light":
		s.noMouse, err = s.env.switched(flags, noMouseFlag, noMouseVariable)
		return err
	}
	return exit.Usage(fmt.Sprintf("%s: there is no theme %q", source, s.theme), "choose auto, dark or light")
}

func (s *settings) readTunnel(value func(string) (string, string)) error {
	var source string
	s.tunnel, source = value("tunnel")
	switch s.tunnel {
	case "auto", "ngrok", "off":
	default:
		return exit.Usage(fmt.Sprintf("%s: there is no tunnel %q", source, s.tunnel), "choose auto, ngrok or off")
	}
	s.domain, _ = value("domain")
	text, source := value("public-url")
	if text == "" {
		return nil
	}
	u, err := receiver.ParseURL(text)
	if err != nil {
		return exit.Usage(fmt.Sprintf("%s: %v", source, err), "write the URL of your tunnel, such as https://hooks.example.com")
	}
	u.User = nil // it is for showing
	s.publicURL = strings.TrimSuffix(u.String(), "/")
	for _, path := range s.paths {
		s.publicURL = strings.TrimSuffix(s.publicURL, path)
	}
	return nil
}

// endpoints are the webhook paths with their secrets.
func (s *settings) endpoints() []receiver.Endpoint {
	var all []receiver.Endpoint
	for _, p := range s.providers() {
		all = append(all, receiver.Endpoint{
			Path: s.paths[p.Name()], Provider: p,
			Secrets: func() []webhook.Secret { return s.signing.of(p.Name()) },
		})
	}
	return all
}
