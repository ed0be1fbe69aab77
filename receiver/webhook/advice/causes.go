package advice

import "github.com/hooktop/hooktop/receiver/webhook"

// Cause is the stable code of what explains an app's answer; scripts match on it.
// Without an answer it is the forward's failure, such as not-running.
type Cause string

// The causes. Those of one group can look alike.
const (
	// RejectedHere: the delivery does not verify here either.
	RejectedHere Cause = "rejected-here"
	// AcceptedUnverified: the app accepted a delivery that does not verify.
	AcceptedUnverified Cause = "accepted-unverified"
	// SlowAnswer: the answer came close to the sender's limit.
	SlowAnswer Cause = "slow-answer"
	// WebPage: a page answered, not the webhook route.
	WebPage Cause = "web-page"
	// ErrorWithSuccess: a 2xx whose body says that it failed.
	ErrorWithSuccess Cause = "error-with-success"

	// WrongSecret: the app verifies with another secret.
	WrongSecret Cause = "wrong-secret"
	// ChangedBody: the app verifies a body that it parsed and wrote again.
	ChangedBody Cause = "changed-body"
	// NoRawBody: the app's verifier gets no body, or an object in its place.
	NoRawBody Cause = "no-raw-body"
	// BodyReadTwice: the body was read before the verifier read it.
	BodyReadTwice Cause = "body-read-twice"
	// SecretNotSet: the app has no secret to verify with.
	SecretNotSet Cause = "secret-not-set"
	// SecretName: the secret is set under a name that verifyWebhook does not read.
	SecretName Cause = "secret-name"
	// UnusableSecret: the app's secret cannot be decoded.
	UnusableSecret Cause = "unusable-secret"
	// HeadersMissing: the signature headers did not reach the verifier.
	HeadersMissing Cause = "headers-missing"
	// HeadersChanged: they did, but not as they were sent.
	HeadersChanged Cause = "headers-changed"
	// OtherSender: the route verifies the webhooks of another sender.
	OtherSender Cause = "other-sender"
	// AppClock: the app's clock is wrong.
	AppClock Cause = "app-clock"
	// ArrivedLate: it reached the app after the signature's tolerance.
	ArrivedLate Cause = "arrived-late"

	// AuthMiddleware: middleware in front of the route wants a signed-in user.
	AuthMiddleware Cause = "auth-middleware"
	// AuthInHandler: the route's own handler does.
	AuthInHandler Cause = "auth-in-handler"
	// DeploymentProtection: the host of the deployment does.
	DeploymentProtection Cause = "deployment-protection"
	// Guard: a guard of the framework refused it.
	Guard Cause = "guard"
	// CSRF: the CSRF check refused it.
	CSRF Cause = "csrf"
	// HostCheck: the Host header is not allowed.
	HostCheck Cause = "host-check"
	// Firewall: something else in front of the app refused it.
	Firewall Cause = "firewall"
	// RateLimit: too many requests.
	RateLimit Cause = "rate-limit"

	// NoRoute: no route takes the request at this path.
	NoRoute Cause = "no-route"
	// NoPost: what answers at this path does not accept POST.
	NoPost Cause = "no-post"
	// RewrittenPath: middleware rewrote the path.
	RewrittenPath Cause = "rewritten-path"
	// HandlerNotFound: the route's own code answered 404.
	HandlerNotFound Cause = "handler-not-found"
	// ClosedTunnel: the target is a tunnel that is not open.
	ClosedTunnel Cause = "closed-tunnel"
	// BodyLimit: the app accepts only smaller bodies.
	BodyLimit Cause = "body-limit"
	// MediaType: the app does not read this content type.
	MediaType Cause = "media-type"
	// Schema: the app validated the body and refused it.
	Schema Cause = "schema"

	// LocaleRedirect: middleware puts a language before the path.
	LocaleRedirect Cause = "locale-redirect"
	// SlashRedirect: the path has a slash too few or too many at its end.
	SlashRedirect Cause = "slash-redirect"
	// SchemeRedirect: from http to https, or back.
	SchemeRedirect Cause = "scheme-redirect"
	// HostRedirect: to another host.
	HostRedirect Cause = "host-redirect"
	// PathRedirect: to another path of the app.
	PathRedirect Cause = "path-redirect"

	// UniqueColumn: a value that has to be unique is there already.
	UniqueColumn Cause = "unique-column"
	// UsersDB: the row that is there already is the one that --users-db wrote.
	UsersDB Cause = "users-db"
	// MissingRow: the row to update or delete is not there.
	MissingRow Cause = "missing-row"
	// MissingEmail: the code takes an e-mail address for granted.
	MissingEmail Cause = "missing-email"
	// Unreachable: the app cannot reach its database or another service.
	Unreachable Cause = "unreachable-service"
	// NullColumn: a required column was left empty.
	NullColumn Cause = "null-column"
	// ForeignKey: it refers to a row that is not there.
	ForeignKey Cause = "foreign-key"
	// OldTables: the database lacks a table or a column.
	OldTables Cause = "old-tables"
	// ClerkKeys: the app's Clerk keys are missing or wrong.
	ClerkKeys Cause = "clerk-keys"
	// CompileError: the app's code does not compile.
	CompileError Cause = "compile-error"
	// AppError: the app failed with the error that it names.
	AppError Cause = "app-error"
	// Proxy: a proxy in front of the app got no answer from it.
	Proxy Cause = "proxy"
	// Unknown: the answer does not say.
	Unknown Cause = "unknown"
)

// Causes lists all causes, those without an answer at the end.
func Causes() []Cause {
	all := []Cause{
		RejectedHere, AcceptedUnverified, SlowAnswer, WebPage, ErrorWithSuccess, WrongSecret, ChangedBody, NoRawBody, BodyReadTwice,
		SecretNotSet, SecretName, UnusableSecret, HeadersMissing, HeadersChanged, OtherSender, AppClock, ArrivedLate, AuthMiddleware,
		AuthInHandler, DeploymentProtection, Guard, CSRF, HostCheck, Firewall, RateLimit, NoRoute, NoPost, RewrittenPath, HandlerNotFound,
		ClosedTunnel, BodyLimit, MediaType, Schema, LocaleRedirect, SlashRedirect, SchemeRedirect, HostRedirect, PathRedirect, UniqueColumn, UsersDB,
		MissingRow, MissingEmail, Unreachable, NullColumn, ForeignKey, OldTables, ClerkKeys, CompileError, AppError, Proxy, Unknown,
	}
	for _, f := range webhook.ForwardFailures() {
		all = append(all, Cause(f))
	}
	return all
}

// certain returns advice whose cause the evidence proves.
func certain(c Cause, says, fix string) Advice {
	return Advice{Cause: c, Certain: true, Says: says, Fix: fix}
}

// likely returns advice whose cause is only the most likely one.
func likely(c Cause, others []Cause, says, fix string) Advice {
	return Advice{Cause: c, Others: others, Says: says, Fix: fix}
}
