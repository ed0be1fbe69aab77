// Package tui is the dashboard: the deliveries, what each of them did, the
// users and the set-up, live in a terminal.
//
// It reads windows of what is stored and calls the functions it was given for
// everything else. It never hears from the receiver directly, so that nothing
// it does, and no stalled terminal, can hold up the answer to a delivery.
package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// Store is what the dashboard reads. Search looks for some hundredths of a
// second and says how far it came.
type Store interface {
	Search(ctx context.Context, p query.Page) (query.Found, error)
	Deliveries(ctx context.Context, p query.Page) ([]webhook.Delivery, error)
	Delivery(ctx context.Context, id int64) (webhook.Delivery, error)
	Users(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error)
	// Moment is that of a delivery, of the newest for 0.
	Moment(ctx context.Context, at int64) (webhook.Moment, error)
	Counts(ctx context.Context) (webhook.Counts, error)
	Causes(ctx context.Context) ([]query.Failures, error)
}

// Dashboard is what the dashboard is made of. Store is required; of the rest,
// what is nil or empty cannot be done, and its key says why.
//
// The functions are called outside the event loop and may block. Their errors
// may have a Fix() string, which is shown with them.
type Dashboard struct {
	Store Store
	// Changed has a capacity of one: something was committed, by this process
	// or another. It is read at most ten times a second.
	Changed <-chan struct{}

	// Connection is the present state of the public side. ConnectionChanged,
	// with a capacity of one, says that it is another one.
	Connection        func() Connection
	ConnectionChanged <-chan struct{}

	// Troubles are errors of what runs behind the dashboard, that nobody else
	// waits for: a delivery that could not be kept. They are shown as they come.
	Troubles <-chan error

	// News are what changed by itself, such as a secret in a .env file. They are
	// shown as they come.
	News <-chan News

	// Setup are the facts for the header and the Setup tab. Cheap: it is called
	// on each refresh, at least once a second.
	Setup func() Setup

	// Remember keeps a value under a name from one start to the next, Remembered
	// gives it back, "" where there is none.
	Remember   func(ctx context.Context, name, value string) error
	Remembered func(ctx context.Context, name string) (string, error)

	// Events are the event types that Trigger can send, and stories of several.
	Events []string
	// Providers are the names of the senders, for the filter.
	Providers []string
	// About says in a line what one of them does, "" where its name says it.
	About func(event string) string
	// Trigger sends a signed sample, or those of a story, and returns the captured
	// delivery that tells how it went.
	Trigger func(ctx context.Context, eventType string) (webhook.Delivery, error)
	// Resend sends a delivery again, to hooktop itself where target is "", and
	// returns the new delivery.
	Resend func(ctx context.Context, id int64, mode webhook.Mode, target string) (webhook.Delivery, error)
	// Edit writes a delivery's body to a file for the user alone, and gives the
	// program that opens it in their editor; what was written there before and
	// could not be sent is opened as it is. Edited then sends what the file holds,
	// signed afresh as a new message, and gives the new deliveries: none where
	// nothing was changed.
	Edit   func(ctx context.Context, id int64) (tea.ExecCommand, error)
	Edited func(ctx context.Context, id int64) ([]webhook.Delivery, error)
	// Reverify judges a rejected delivery again with the secrets of now, and
	// returns it as it is then. ReverifyAll does so with all rejected ones.
	Reverify    func(ctx context.Context, id int64) (webhook.Delivery, error)
	ReverifyAll func(ctx context.Context) (judged, verified int, err error)
	// Redirect has deliveries go on to other apps from now on, as they are typed:
	// 3000, a URL, PATTERN=URL, or several with blanks between; "" for none.
	Redirect func(routes string) error
	// Vouched says whether a delivery's signature is right with the secrets of
	// today, at whatever time it was made: only such a one may be signed afresh
	// for hooktop itself. nil: where its verdict says so.
	Vouched func(d webhook.Delivery) bool
	// Export writes deliveries to a new file in the working directory.
	Export func(ctx context.Context, e Export) (Exported, error)
	// Curl is a command line that sends the delivery again, signed afresh.
	Curl func(ctx context.Context, id int64) (string, error)
	// Copy puts text on the system's clipboard or, where there is none, in a
	// file, and says which: "pbcopy", "/tmp/hooktop-body.json". The terminal
	// itself was asked before (OSC 52), which no terminal confirms.
	Copy func(text string) (how string, err error)
	// OpenURL opens a browser.
	OpenURL func(url string) error

	// Now is the clock; its times' location is the one that times are shown in.
	// nil: time.Now.
	Now func() time.Time

	// Theme is "dark", "light" or, by the terminal's own answer, "auto" or "".
	Theme string
	// NoColor shows no colour at all. The environment variable NO_COLOR, set to
	// anything, does the same.
	NoColor bool
	// NoMouse leaves the mouse to the terminal until m is pressed.
	NoMouse bool
}

// News is something that changed by itself.
type News struct {
	Text string
	// Rejected is how many rejected deliveries may verify now.
	Rejected int64
	// Warning says that it is nothing good.
	Warning bool
}

// State is the state of the public side.
type State string

// The states.
const (
	// Local: there is no public side.
	Local        State = "local"
	Connecting   State = "connecting"
	Live         State = "live"
	Reconnecting State = "reconnecting"
	Failed       State = "failed"
	// Own: the user's own tunnel ends here (--public-url).
	Own State = "own"
)

// Connection is the proven state of the public side.
type Connection struct {
	State State
	// URL is the webhook URL that the sender is to be given, with its path.
	URL string
	// Since is when the state began. LastProof is when the tunnel last showed
	// that it lives, and Latency how long it took.
	Since, LastProof time.Time
	Latency          time.Duration
	// Reason says why the state is reconnecting or failed, Fix what to do.
	Reason, Fix string
}

// Setup is what was found at the start, and what remains to be done.
type Setup struct {
	// LocalURL and PublicURL are webhook URLs, with their path. PublicURL is ""
	// where there is no public side.
	LocalURL, PublicURL string
	// Apps are where deliveries go on to, in the order that they were given.
	Apps []App
	// Local says that there is no signing secret but one of hooktop's own, so
	// that only hooktop itself sends what verifies.
	Local bool
	// Database is the database's path.
	Database string
	// Page is the provider's page about webhooks, which o opens. "": Clerk's.
	Page  string
	Steps []Step
	// Notices are things to know about this start: that the port was taken,
	// that a secret is short.
	Notices []string
}

// Step is one part of the set-up.
type Step struct {
	State StepState
	// Name is one word: receiver, database, secret, tunnel, app.
	Name string
	// Text says how it stands, in a line. Lines say what to do, one each.
	Text  string
	Lines []string
	// Counted has how many deliveries and users there are follow Text, as of now.
	Counted bool
}

// StepState says how a step stands.
type StepState string

// The states of a step.
const (
	StepDone     StepState = "done"
	StepTodo     StepState = "todo"
	StepWarning  StepState = "warning"
	StepFailed   StepState = "failed"
	StepOptional StepState = "optional"
)
