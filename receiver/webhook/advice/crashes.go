package advice

import (
	"net/http"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// crash is an error of the app's own code that its answer names.
type crash struct {
	cause Cause
	texts *lazyregexp.Regexp
	// sure is set if the text proves the cause.
	sure      bool
	says, fix string
}

// crashes are the errors that are known, the more specific ones first.
var crashes = []crash{
	{
		UniqueColumn, lazyregexp.New(`Unique constraint failed|UNIQUE constraint failed|duplicate key value violates unique constraint|\bP2002\b|ER_DUP_ENTRY|Duplicate entry '[^']*' for key|E11000 duplicate key|UniqueViolation|RecordNotUnique|SQLITE_CONSTRAINT_UNIQUE|Violation of UNIQUE KEY constraint`), true,
		"The app hit a unique column: a row with this value already exists.", "Upsert by the user's id: events can come twice or out of order.",
	},
	{
		MissingRow, lazyregexp.New(`\bP2025\b|RecordNotFound|matching query does not exist|DoesNotExist|No record was found for an update|No query results for model`), true,
		"The app found no row to update, delete or read.", "Upsert by the user's id, and ignore deletes of missing rows: user.updated may come before user.created, and events can come twice.",
	},
	{
		OldTables, lazyregexp.New(`\bP202[12]\b|relation "[^"]*" does not exist|no such (?:table|column)|does not exist in the current database|Unknown column '|column "[^"]*" (?:of relation "[^"]*" )?does not exist|Base table or view not found|UndefinedTable`), true,
		"The app's database lacks a table or a column that its code uses.", "Run the app's migrations (prisma migrate dev, drizzle-kit migrate, rails db:migrate or the like), then resend.",
	},
	{
		NullColumn, lazyregexp.New(`null value in column|NOT NULL constraint failed|\bP2011\b|Null constraint violation|Column '[^']*' cannot be null|NotNullViolation`), true,
		"The app left a required column empty.", "Allow null, or set a default: most fields of a Clerk user may be null.",
	},
	{
		ForeignKey, lazyregexp.New(`violates foreign key constraint|FOREIGN KEY constraint failed|\bP2003\b|Foreign key constraint (?:failed|violated)|ForeignKeyViolation|a foreign key constraint fails`), true,
		"A foreign key forbids what the app wrote: it refers to a row that does not exist, or it deletes a row that others refer to.", "Upsert the referenced row first, or handle the event later: events come out of order. If it deletes: use ON DELETE CASCADE, or delete the referring rows first.",
	},
	{
		Unreachable, lazyregexp.New(`\bP1001\b|Can't reach database|ECONNREFUSED|could not connect to server|Connection refused|connection refused|ENOTFOUND|getaddrinfo|\bP1000\b|password authentication failed|MongoServerSelectionError|ECONNRESET`), true,
		"The app could not reach a service that it needs, such as its database, or lost the connection to it.", "Start it, or check the address and password that the app has for it, then resend: same message, new signature.",
	},
	{
		MissingEmail, lazyregexp.New(`reading 'email_address'|evaluating '[^']*email_address`), true,
		"The app expected an e-mail address, but this event has none where it looked.", emailFix,
	},
	{
		MissingEmail, lazyregexp.New(`reading '0'|undefined is not an object \(evaluating '[^']*\[0\]|IndexError: list index out of range|index out of range \[0\]|\bemail_addresses\b|Undefined array key 0|undefined method .* for nil`), false,
		"The app probably expected an e-mail address, but this event has none where it looked. Or it read some other empty list.", emailFix + " The line in the app's log shows which.",
	},
	{
		ClerkKeys, lazyregexp.New(`Publishable key not valid|Missing publishableKey|(?i:clerk)\S*:? Missing secretKey|publishableKey is missing|The publishableKey passed to Clerk is invalid|Missing Clerk (?:Secret|Publishable)`), true,
		"The app's Clerk keys are missing or invalid, so Clerk's code in it fails.", "Set NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY (pk_…) and CLERK_SECRET_KEY (sk_…) from Clerk Dashboard → API keys as your framework names them, and restart the app.",
	},
	{
		CompileError, lazyregexp.New(`(?m)^\./\S+:\d+:\d+|Module not found: Can't resolve|Failed to compile|Parsing ecmascript source code failed|Transform failed with \d+ error|Build failed with \d+ error|Cannot find module '`), true,
		"The app's code does not compile, or lacks a module.", "Fix the file that the error names, then resend: same message, new signature.",
	},
}

// NamedByApp reports whether the app's answer names the error in its code.
func (a Advice) NamedByApp() bool {
	return slices.ContainsFunc(crashes, func(c crash) bool { return c.cause == a.Cause })
}

// usersTable matches a violation in the table that --users-db writes.
var usersTable = lazyregexp.New(`\bUser_\w*key\b`)

const emailFix = "Use the address that primary_email_address_id names, else the first, and allow for none: user.deleted has none, and some users have none either."

// knownCrash explains an answer that names one of the crashes. It is not about the
// statuses that routers answer.
func (e *evidence) knownCrash() (Advice, bool) {
	switch e.f.Status {
	case http.StatusNotFound, http.StatusMethodNotAllowed, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnauthorized, http.StatusForbidden:
		return Advice{}, false
	}
	for _, c := range crashes {
		found := c.texts.FindString(e.text)
		if found == "" {
			continue
		}
		if e.f.Status < 500 && !c.sure {
			return Advice{}, false
		}
		said := e.said()
		if e.message == "" {
			said = " " + saidIt(found)
		}
		switch {
		case c.cause == Unreachable && e.relayed():
			return likely(Proxy, []Cause{Unreachable}, "Probably a proxy in front of the app could not reach it: the app does not run at the address that the proxy has; or the app could not reach a service that it needs."+said,
				"Start the app, or send to its own port with --forward-to; then resend. If the app itself answered, read its log."), true
		case c.cause == UniqueColumn && e.app.UsersDB:
			return likely(UsersDB, []Cause{UniqueColumn},
				"The app hit a unique column: a row with this value already exists. If --users-db is the app's own database, hooktop probably wrote that row itself, before the app did; otherwise the event came twice or out of order."+said,
				"Make the app upsert by the user's id, which works either way, or run hooktop without --users-db. If the event then goes through, hooktop's row was the cause."), true
		case c.cause == UniqueColumn && usersTable.MatchString(e.text):
			return certain(c.cause, c.says+said, c.fix+" If hooktop runs with --users-db on this database, it wrote that row before the app did."), true
		case c.sure:
			return certain(c.cause, c.says+said, c.fix), true
		}
		return likely(c.cause, []Cause{AppError}, c.says+said, c.fix), true
	}
	return Advice{}, false
}

const readLog = "Read what the app logged at the time of this delivery, fix the error, then resend: same message, new signature."

// crashed explains a 500 whose error is not known.
func (e *evidence) crashed() Advice {
	switch {
	case e.handVerifier():
		return likely(WrongSecret, []Cause{ChangedBody, SecretNotSet, NoRawBody, AppError},
			"The app failed in cryptography: probably in its own signature check, for which the secret or the raw body is missing, or is another one."+e.said(),
			"Verify with the sender's library. "+e.secretFix()+" "+e.orRawBody())
	case e.message != "" && e.typed:
		return certain(AppError, "The app failed with an error of its own."+e.said(), readLog)
	case e.message != "":
		return likely(AppError, []Cause{WrongSecret, ChangedBody}, "The app failed, probably with the error that it names. Or that error hides a failed signature check."+e.said()+" Its log shows which.", readLog)
	}
	first, others := AppError, []Cause{ChangedBody, WrongSecret, SecretNotSet, UniqueColumn, MissingEmail}
	secret := "(a different secret, none set, or a changed body)"
	fix := readLog
	if e.onlyOldName() {
		first, others = SecretName, append([]Cause{AppError}, others...)
		secret = "(" + strings.TrimSuffix(e.oldName(), ".") + ")"
		fix = e.renameFix() + " If that is not it: " + lowerFirst(readLog)
	}
	return likely(first, others, "The app failed, and its answer does not say why; its log does. Probably an error was not caught: from the signature check "+secret+", or from the code after it (the same event twice, events out of order, no e-mail address).", fix)
}

// proxyWords are what dev servers' proxies say.
var proxyWords = lazyregexp.New(`(?i)trying to proxy|could not proxy|proxy error|failed to proxy`)

// relayed reports whether a proxy may have answered in the app's place.
func (e *evidence) relayed() bool {
	return e.f.Status == http.StatusBadGateway || e.f.Status == http.StatusServiceUnavailable || e.f.Status == http.StatusGatewayTimeout || proxyWords.MatchString(e.text)
}

// cryptography are the errors of an HMAC without a key or a text, and of comparing
// signatures of different lengths.
var cryptography = lazyregexp.New(`TIMING_SAFE_EQUAL_LENGTH|must have the same byte length|The "(?:key|data)" argument must be of type|key: expected bytes or bytearray|hash_hmac\(\)|Zero-length key|Empty key`)

// handVerifier reports whether the app seems to have failed in a check of the
// signature that it makes itself.
func (e *evidence) handVerifier() bool { return cryptography.MatchString(e.text) }
