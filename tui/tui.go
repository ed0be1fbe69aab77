// Package tui is the dashboard: the deliveries, what each of them did, the users
// and the set-up, live in a terminal.
//
// It reads windows of the store and calls the functions it is given for
// everything else. It never hears from the receiver directly, so that nothing it
// does, and no stalled terminal, can delay the response to a delivery. It prints
// nothing but printable text in the styles of tui/draw.
//
// There is one Bubble Tea model (model.go); layout.go and header.go draw it,
// keymap.go says what each key does. The panes are plain structs: deliveries.go,
// causes.go and users.go are the lists, deliverycolumns.go and usercolumns.go
// their columns, detail.go and userdetail.go what is beside them, with one file
// for each tab; dialogs are in the files called …sheet.go.
package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// Store is what the dashboard reads. Search runs for some hundredths of a
// second and says how far it got.
type Store interface {
	Search(ctx context.Context, p query.Page) (query.Found, error)
	Deliveries(ctx context.Context, p query.Page) ([]webhook.Delivery, error)
	Delivery(ctx context.Context, id int64) (webhook.Delivery, error)
	Users(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error)
	// Moment returns that of a delivery, of the newest for 0.
	Moment(ctx context.Context, at int64) (webhook.Moment, error)
	Counts(ctx context.Context) (webhook.Counts, error)
	Causes(ctx context.Context) ([]query.Failures, error)
}

// Dashboard is what the dashboard needs. Store is required; whatever else is
// nil or empty cannot be done, and its key says why.
//
// The functions are called outside the event loop and may block. Their errors
// may have a Fix() string, which is shown with them.
type Dashboard struct {
	Store Store
	// Changed has a capacity of one and says that something was committed, by
	// this process or another. It is read at most ten times a second.
	Changed <-chan struct{}

	// Connection returns the state of the tunnel. ConnectionChanged, with a
	// capacity of one, says that it changed.
	Connection        func() Connection
	ConnectionChanged <-chan struct{}

	// Troubles are errors that nobody else waits for, such as a delivery that
	// could not be kept. They are shown as they come.
	Troubles <-chan error

	// News are changes that nobody asked for, such as a new secret in a .env
	// file. They are shown as they come.
	News <-chan News

	// Setup returns the facts for the header and the Setup tab. It is called at
	// least once a second and has to be cheap.
	Setup func() Setup

	// App returns what the project's files say about the app. It is called as often
	// as a delivery is drawn and has to be cheap. nil: nothing is known.
	App func() advice.App

	// Remember keeps a value under a name for the next start. Remembered
	// returns it, "" if there is none.
	Remember   func(ctx context.Context, name, value string) error
	Remembered func(ctx context.Context, name string) (string, error)

	// Events are the event types that Trigger can send, and stories of several.
	Events []string
	// Providers are the names of the senders, for the filter.
	Providers []string
	// About describes one of them in a line, "" if its name says it all.
	About func(event string) string
	// Trigger sends a signed sample, or those of a story, and returns the
	// captured delivery that says how it went.
	Trigger func(ctx context.Context, eventType string) (webhook.Delivery, error)
	// Resend resends a delivery, to hooktop itself if target is "", and returns
	// the new delivery.
	Resend func(ctx context.Context, id int64, mode webhook.Mode, target string) (webhook.Delivery, error)
	// Edit writes a delivery's body to a file that only the user can read, and
	// returns the program that opens it in their editor. What was written there
	// before and could not be sent is opened again. Edited then sends the file,
	// re-signed as a new message, and returns the new deliveries: none if
	// nothing was changed.
	Edit   func(ctx context.Context, id int64) (tea.ExecCommand, error)
	Edited func(ctx context.Context, id int64) ([]webhook.Delivery, error)
	// Reverify re-verifies a rejected delivery with the current secrets and
	// returns it as it is then. ReverifyAll re-verifies all rejected
	// deliveries.
	Reverify    func(ctx context.Context, id int64) (webhook.Delivery, error)
	ReverifyAll func(ctx context.Context) (judged, verified int, err error)
	// Acknowledge marks failures as needing no more attention, or with undo takes
	// that back, and returns those that it changed.
	Acknowledge func(ctx context.Context, undo bool, ids ...int64) (changed []int64, err error)
	// Redirect forwards deliveries to other apps from now on, as typed: 3000, a
	// URL, PATTERN=URL, or several separated by spaces; "" for none.
	Redirect func(routes string) error
	// Vouched reports whether a delivery's signature is right with the current
	// secrets, whenever it was made: only then may it be re-signed for hooktop
	// itself. nil: if its verdict says so.
	Vouched func(d webhook.Delivery) bool
	// Export writes deliveries to a new file in the working directory.
	Export func(ctx context.Context, e Export) (Exported, error)
	// Curl returns a command line that resends the delivery, re-signed.
	Curl func(ctx context.Context, id int64) (string, error)
	// Copy puts text on the system's clipboard or, if there is none, in a file,
	// and returns which: "pbcopy", "/tmp/hooktop-body.json". The terminal was
	// asked before (OSC 52); no terminal confirms that.
	Copy func(text string) (how string, err error)
	// OpenURL opens a browser.
	OpenURL func(url string) error

	// Now is the clock. Times are shown in its location. nil: time.Now.
	Now func() time.Time

	// Theme is "dark", "light", or "auto" or "" to ask the terminal.
	Theme string
	// NoColor shows no colour. The environment variable NO_COLOR, set to
	// anything, does the same.
	NoColor bool
	// NoMouse leaves the mouse to the terminal until m is pressed.
	NoMouse bool
}

// News is a change that nobody asked for.
type News struct {
	Text string
	// Rejected is how many rejected deliveries may verify now.
	Rejected int64
	// Warning says that it is bad news.
	Warning bool
}

// State is the state of the tunnel.
type State string

// The states.
const (
	// Local: there is no public URL.
	Local        State = "local"
	Connecting   State = "connecting"
	Live         State = "live"
	Reconnecting State = "reconnecting"
	Failed       State = "failed"
	// Own: the user's own tunnel ends here (--public-url).
	Own State = "own"
)

// Connection is the proven state of the tunnel.
type Connection struct {
	State State
	// URL is the webhook URL to give to the sender, with its path.
	URL string
	// Since is when the state began. LastProof is when the tunnel last proved
	// to be alive, and Latency how long that took.
	Since, LastProof time.Time
	Latency          time.Duration
	// Reason says why the state is reconnecting or failed, Fix what to do.
	Reason, Fix string
}

// Setup is what was found at the start, and what is left to do.
type Setup struct {
	// LocalURL and PublicURL are webhook URLs, with their path. PublicURL is ""
	// if there is none.
	LocalURL, PublicURL string
	// Apps are where deliveries are forwarded to, in the order given.
	Apps []App
	// Local says that hooktop's own is the only signing secret, so that only
	// hooktop sends what verifies.
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
	// Text says in a line how far it is. Lines say what to do, one each.
	Text  string
	Lines []string
	// Counted adds the current number of deliveries and users to Text.
	Counted bool
}

// StepState is the state of a step.
type StepState string

// The states of a step.
const (
	StepDone     StepState = "done"
	StepTodo     StepState = "todo"
	StepWarning  StepState = "warning"
	StepFailed   StepState = "failed"
	StepOptional StepState = "optional"
)
