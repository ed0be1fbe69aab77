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
// for each tab; setup.go and walkthrough.go are the Setup tab, providerside.go is what
// the sender says beside it, connection.go how the public side is; dialogs are in the
// files called …sheet.go.
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
	Resend func(ctx context.Context, id int64, how webhook.Resending, target string) (webhook.Delivery, error)
	// Edit writes a delivery's body to a file that only the user can read, and
	// returns the program that opens it in their editor. What was written there
	// before and could not be sent is opened again. Edited then sends the file,
	// re-signed as a new message, and returns the new deliveries: none if
	// nothing was changed.
	Edit   func(ctx context.Context, id int64, signRejected bool) (tea.ExecCommand, error)
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
	Vouched func(ctx context.Context, d webhook.Delivery) bool
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

	// CheckSecret says what is wrong with a signing secret that is being typed or
	// was pasted, "" for nothing. It is called at every key and has to be cheap.
	// Its answer never contains the secret.
	CheckSecret func(text string) (problem string)
	// SaveSecret verifies with a signing secret from now on and, with write,
	// writes it to Setup.EnvFile, too. It returns what it did in a sentence, which
	// shows no more of the secret than its last four characters.
	SaveSecret func(ctx context.Context, text string, write bool) (string, error)
	// OpenTunnel opens the public side of a kind of Setup.Tunnels, in place of the
	// one that is open, and returns when it is being opened: Connection says how
	// it goes. Opening the relay records that the user agreed to it.
	OpenTunnel func(ctx context.Context, kind string) error
	// DeclineRelay records that the user does not want the relay.
	DeclineRelay func(ctx context.Context) error
	// Register registers the webhook endpoint of this machine and folder at Clerk
	// with the public URL, and reads its signing secret into memory. Where that is
	// not possible the error's Fix() holds the manual steps, one on each line.
	Register func(ctx context.Context) (Registration, error)
	// WriteSecret writes the secret that Register read to Setup.EnvFile, and returns
	// what it did in a sentence.
	WriteSecret func(ctx context.Context) (string, error)
	// SendExample has Clerk send its example of an event to the registered
	// endpoint.
	SendExample func(ctx context.Context, event string) error
	// ProviderSide asks Clerk's sender (Svix) what it knows of the endpoint and
	// what it sent, next to what arrived here.
	ProviderSide func(ctx context.Context) (ProviderSide, error)
	// ProviderResend has the sender send a message once more.
	ProviderResend func(ctx context.Context, messageID string) error

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
