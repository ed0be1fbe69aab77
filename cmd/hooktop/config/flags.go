package config

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/pflag"

	"github.com/hooktop/hooktop/receiver/providers"
)

// kind is what a flag takes.
type kind int

const (
	kindText   kind = iota
	kindList        // a text, any number of times
	kindToggle      // on or off
)

// option is a flag, with the variable behind it, if there is one.
type option struct {
	flag, variable, fallback string
	// value stands for the flag's value in the help: HOST:PORT.
	value, help string
	group       string
	kind        kind
}

// The groups that flags stand in in the help.
const (
	GroupOwn        = "Flags" // a flag of one command alone
	GroupCommon     = "Common"
	GroupClerk      = "Clerk"
	GroupStripe     = "Stripe"
	GroupReceiving  = "Receiving"
	GroupTunnel     = "Tunnel"
	GroupForwarding = "Forwarding"
	GroupDashboard  = "Dashboard"
)

// Groups returns the groups but GroupOwn in the order of the help.
func Groups() []string {
	return []string{GroupClerk, GroupStripe, GroupReceiving, GroupTunnel, GroupForwarding, GroupDashboard, GroupCommon}
}

// options returns every flag that is read into settings. Each start asks for them a hundred
// times.
var options = sync.OnceValue(func() []option {
	all := []option{
		{flag: "db", variable: "HOOKTOP_DB", fallback: filepath.Join(".hooktop", "hooktop.db"), value: "PATH", help: "database file", group: GroupCommon},
		{flag: "env-file", value: "FILE", help: "read this file instead of the .env files", group: GroupCommon},
		{flag: "no-color", variable: "NO_COLOR", kind: kindToggle, help: "print without colour", group: GroupCommon},
		{flag: "json", kind: kindToggle, help: "print JSON, one object per line", group: GroupCommon},

		{flag: "stripe-plan-key", variable: "HOOKTOP_STRIPE_PLAN_KEY", fallback: providers.DefaultPlanRules, value: "RULES", help: "where planKey is read from, in this order", group: GroupStripe},
		{flag: "stripe-user-key", variable: "HOOKTOP_STRIPE_USER_KEY", value: "KEY", help: "metadata key with the user's id, besides clerkUserId", group: GroupStripe},
		{flag: "stripe-link-email", variable: "HOOKTOP_STRIPE_LINK_EMAIL", kind: kindToggle, help: "match customers to users by e-mail if no id does", group: GroupStripe},

		{flag: "addr", variable: "HOOKTOP_ADDR", fallback: "127.0.0.1:4747", value: "HOST:PORT", help: "where to listen; port 0 picks a free one", group: GroupReceiving},
		{flag: "max-body", variable: "HOOKTOP_MAX_BODY", fallback: "1MiB", value: "SIZE", help: "largest body to accept", group: GroupReceiving},
		{flag: "keep", variable: "HOOKTOP_KEEP", fallback: "100000", value: "N", help: "how many deliveries to keep", group: GroupReceiving},
		{flag: "keep-bytes", variable: "HOOKTOP_KEEP_BYTES", fallback: "2GiB", value: "SIZE", help: "bytes to keep; with --keep alone, of rejected ones only", group: GroupReceiving},
		{flag: "users-db", variable: "HOOKTOP_USERS_DB", value: "URL", help: "also write users to this PostgreSQL database", group: GroupReceiving},
		{flag: "local", kind: kindToggle, help: "work offline, with a secret that hooktop makes", group: GroupReceiving},

		{flag: "tunnel", variable: "HOOKTOP_TUNNEL", fallback: "auto", value: "auto|ngrok|relay|pull|off", help: "how deliveries get here; relay and pull need no ngrok", group: GroupTunnel},
		{flag: "domain", variable: "NGROK_DOMAIN", value: "DOMAIN", help: "static ngrok domain", group: GroupTunnel},
		{flag: "public-url", variable: "HOOKTOP_PUBLIC_URL", value: "URL", help: "your own tunnel's URL; hooktop then opens none", group: GroupTunnel},
		{flag: "register", variable: "HOOKTOP_REGISTER", kind: kindToggle, help: "point Clerk's endpoint at the public URL (experimental)", group: GroupTunnel},
		{flag: "yes", kind: kindToggle, help: "answer yes to every question", group: GroupTunnel},
		{flag: "yes-production", kind: kindToggle, help: "accept the key of a production instance (sk_live_…)", group: GroupTunnel},
		{flag: "no-edge-policy", kind: kindToggle, help: "let ngrok pass all requests, not just POSTs of webhooks", group: GroupTunnel},

		{flag: "forward-to", variable: "HOOKTOP_FORWARD_TO", kind: kindList, value: "[PATTERN=]URL", help: "your app's URL; repeatable; user.*=URL for some events", group: GroupForwarding},
		{flag: "forward-header", variable: "HOOKTOP_FORWARD_HEADER", kind: kindList, value: "'NAME: VALUE'", help: "set this header on requests to your app; repeatable", group: GroupForwarding},
		{flag: "insecure-forward", kind: kindToggle, help: "accept your app's self-signed certificate", group: GroupForwarding},
		{flag: "forward-retry", kind: kindToggle, help: "retry failed forwards after 1 s, 5 s and 30 s", group: GroupForwarding},
		{flag: "reply", variable: "HOOKTOP_REPLY", fallback: "hooktop", value: "hooktop|app", help: "whose answer the sender gets", group: GroupForwarding},

		{flag: "theme", variable: "HOOKTOP_THEME", fallback: "auto", value: "auto|dark|light", help: "colours; auto detects the terminal's background", group: GroupDashboard},
		{flag: "no-mouse", variable: "HOOKTOP_NO_MOUSE", kind: kindToggle, help: "leave the mouse to the terminal", group: GroupDashboard},
	}
	for _, p := range providers.All() {
		name, title := p.Name(), p.Title()
		all = append(all,
			option{flag: secretFlag(name), value: "SECRET", help: "signing secret, whsec_…; commas separate several", group: title},
			option{flag: pathFlag(name), variable: "HOOKTOP_" + strings.ToUpper(name) + "_PATH", fallback: p.Signing().Path, value: "PATH", help: "path of " + title + "'s webhooks", group: title},
		)
	}
	return all
})

func secretFlag(provider string) string { return provider + "-secret" }
func pathFlag(provider string) string   { return provider + "-path" }

// optionNamed returns the option of a flag, which must exist.
func optionNamed(flag string) option {
	all := options()
	i := slices.IndexFunc(all, func(o option) bool { return o.flag == flag })
	if i < 0 {
		panic("no option " + flag)
	}
	return all[i]
}

// The annotations of a flag, for whoever prints the help.
const (
	groupAnnotation    = "hooktop_group"
	valueAnnotation    = "hooktop_value"
	variableAnnotation = "hooktop_variable"
)

// GroupOf returns the group of a flag.
func GroupOf(f *pflag.Flag) string { return cmp.Or(annotation(f, groupAnnotation), GroupOwn) }

// ValueOf returns what stands for a flag's value in the help: all values in
// lower case if there are only a few, auto|ngrok|off, else a word in capitals.
func ValueOf(f *pflag.Flag) string { return annotation(f, valueAnnotation) }

// VariableOf returns the environment variable behind a flag, "" for none.
func VariableOf(f *pflag.Flag) string { return annotation(f, variableAnnotation) }

func annotation(f *pflag.Flag, key string) string { return strings.Join(f.Annotations[key], "") }

// NameValues says what stands for the values of flags in the help, in pairs of
// a flag and a name.
func NameValues(flags *pflag.FlagSet, pairs ...string) {
	for pair := range slices.Chunk(pairs, 2) {
		annotate(flags, pair[0], valueAnnotation, pair[1])
	}
}

// Group puts flags into a group.
func Group(flags *pflag.FlagSet, group string, names ...string) {
	for _, name := range names {
		annotate(flags, name, groupAnnotation, group)
	}
}

func annotate(flags *pflag.FlagSet, flag, key, value string) {
	if value == "" {
		return
	}
	if err := flags.SetAnnotation(flag, key, []string{value}); err != nil {
		panic(err)
	}
}

func addFlags(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		o := optionNamed(name)
		switch o.kind {
		case kindText:
			flags.String(o.flag, o.fallback, o.help)
		case kindList:
			flags.StringArray(o.flag, nil, o.help)
		case kindToggle:
			flags.Bool(o.flag, false, o.help)
		}
		annotate(flags, o.flag, groupAnnotation, o.group)
		annotate(flags, o.flag, valueAnnotation, o.value)
		annotate(flags, o.flag, variableAnnotation, cmp.Or(o.variable, secretVariable(o.flag)))
	}
}

// secretVariable returns the variable that is recommended for the secrets of a
// provider's flag: the one whose name its own library reads.
func secretVariable(flag string) string {
	for _, p := range providers.All() {
		if secretFlag(p.Name()) != flag {
			continue
		}
		return RecommendedVariable(p)
	}
	return ""
}

// HideFlags leaves flags out of the help of a command that takes them and does
// not read them: scripts may pass all commands the same flags.
func HideFlags(flags *pflag.FlagSet, names ...string) {
	for _, name := range names {
		if flags.Lookup(name) == nil { // one of the commands above, which this one stands before
			addFlags(flags, name)
		}
		flags.Lookup(name).Hidden = true
	}
}

// Describe gives a flag that every command takes its meaning on one command.
func Describe(flags *pflag.FlagSet, name, help string) {
	addFlags(flags, name)
	flags.Lookup(name).Usage = help
}

// CommonFlags returns the names of the flags that every command takes.
func CommonFlags() []string { return []string{"db", "env-file", "no-color", "json"} }

// AddCommonFlags adds the flags that every command takes.
func AddCommonFlags(flags *pflag.FlagSet) { addFlags(flags, CommonFlags()...) }

// AddSigningFlags adds what verifying and signing take: each provider's secret
// and path.
func AddSigningFlags(flags *pflag.FlagSet) {
	for _, p := range providers.All() {
		addFlags(flags, secretFlag(p.Name()), pathFlag(p.Name()))
	}
}

// AddStripeFlags adds how Stripe's events are understood, for a command that
// applies events to users.
func AddStripeFlags(flags *pflag.FlagSet) {
	addFlags(flags, "stripe-plan-key", "stripe-user-key", "stripe-link-email")
}

// AddAccountFlags adds what asking the sender about its endpoints takes.
func AddAccountFlags(flags *pflag.FlagSet) { addFlags(flags, "yes-production") }

// AddRegisterFlags adds what registering an endpoint at Clerk takes.
func AddRegisterFlags(flags *pflag.FlagSet) {
	AddAccountFlags(flags)
	addFlags(flags, "yes", pathFlag(providers.Clerk{}.Name()))
}

// AddForwardFlags adds what sending to an app takes.
func AddForwardFlags(flags *pflag.FlagSet) {
	AddTargetFlags(flags)
	addFlags(flags, "yes")
}

// AddTargetFlags adds where deliveries would be sent, for a command that sends none.
func AddTargetFlags(flags *pflag.FlagSet) {
	addFlags(flags, "forward-to")
	AddAppFlags(flags)
}

// AddAppFlags adds how requests to an app are made, for a command that has a flag of
// its own for where the app is.
func AddAppFlags(flags *pflag.FlagSet) { addFlags(flags, "forward-header", "insecure-forward") }

// AddMaxBodyFlag adds how large a body may be.
func AddMaxBodyFlag(flags *pflag.FlagSet) { addFlags(flags, "max-body") }

// AddReceiveFlags adds all that receiving takes.
func AddReceiveFlags(flags *pflag.FlagSet) {
	AddSigningFlags(flags)
	AddStripeFlags(flags)
	AddForwardFlags(flags)
	addFlags(flags, "addr", "max-body", "keep", "keep-bytes", "users-db", "local", "tunnel", "domain", "public-url", "register", "yes-production", "no-edge-policy", "forward-retry", "reply")
}

// AddScreenFlags adds the dashboard's flags.
func AddScreenFlags(flags *pflag.FlagSet) { addFlags(flags, "theme", "no-mouse") }
