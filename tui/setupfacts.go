package tui

import "time"

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

	// Secret names Clerk's signing secret by its last four characters and says
	// where it comes from: "whsec_…LaSw, read from Clerk". "": there is none.
	Secret string
	// EnvFile is the file that SaveSecret writes to. "": .env.local.
	EnvFile string
	// Tunnels are the ways to be reached, in the order to show them.
	Tunnels []TunnelChoice
	// OfferRelay says that the relay is worth offering at the start: no tunnel, no
	// ngrok token, a secret to verify with or a key to register with, and not yet
	// answered.
	OfferRelay bool

	// CannotRegister says why Register cannot be used, such as that there is no
	// CLERK_SECRET_KEY. "": it can.
	CannotRegister string
	// Events are the event types that Register selects.
	Events []string
	// Registering says that the endpoint is being registered, as at a start with
	// --register.
	Registering bool
	// Registered is the endpoint as it was last registered by this hooktop, nil if
	// it was not. RegisterFailed is why the last attempt failed, with the manual
	// steps, one on each line.
	Registered     *Registration
	RegisterFailed Problem
	// CannotAskProvider says why ProviderSide, ProviderResend and SendExample
	// cannot be used. "": they can.
	CannotAskProvider string
}

// TunnelChoice is one way to be reached.
type TunnelChoice struct {
	// Kind is one of the kinds of Connection.
	Kind string
	// Why says why it cannot be chosen, "" if it can, and Fix what to do about it:
	// how to get and set an ngrok token.
	Why, Fix string
	// Chosen says that it is the one in use.
	Chosen bool
	// Warning is what to know, and agree to, before it is chosen: for the relay,
	// who can read what passes. Agreed says that the user did so before.
	Warning string
	Agreed  bool
}

// Problem is what went wrong, and what to do about it.
type Problem struct{ Text, Fix string }

// Registration is an endpoint as it was registered.
type Registration struct {
	// Endpoint is the sender's id of it, ep_….
	Endpoint string
	// URL is where it sends to now, Was where it did before, "" if that is the same
	// or it is new.
	URL, Was string
	// Events are the event types selected, none for all.
	Events []string
	// Created: it is new. Enabled: it was disabled and no longer is. Added are
	// event types that were not selected before.
	Created, Enabled bool
	Added            []string
	// Secret names the signing secret that was read, as Setup.Secret does. "": it
	// could not be read.
	Secret string
	At     time.Time
}

// ProviderSide is what the sender knows of the endpoint and its messages.
type ProviderSide struct {
	// At is when it was asked.
	At time.Time
	// Endpoint is "" if there is none of this machine and folder.
	Endpoint, URL string
	Disabled      bool
	// Events are the event types selected, none for all.
	Events []string
	// Messages are the sender's newest messages, newest first. More says that there
	// are older ones that are not listed.
	Messages []ProviderMessage
	More     bool
	// Causes say why messages do not arrive: another URL, disabled, an event that
	// is not selected, another path.
	Causes []Problem
	// CannotResend and CannotSendExample say why the sender cannot be asked to do
	// so, such as that the key does not allow it. "": it can.
	CannotResend, CannotSendExample string
}

// ProviderMessage is one message of the sender's and how it fared.
type ProviderMessage struct {
	ID, Event string
	At        time.Time
	State     MessageState
	// Delivery is the newest delivery here with that message id, 0 for none.
	Delivery int64
	// Status is the HTTP status that the sender got last, 0 for none. Attempts is how
	// often it tried, NextTry when it tries again.
	Status, Attempts int
	NextTry          time.Time
	// Reason says why it failed, was not tried or did not arrive, Fix what to do.
	Reason, Fix string
}

// MessageState is how a message fared.
type MessageState string

// The states of a message.
const (
	MessageArrived MessageState = "arrived"
	MessageFailed  MessageState = "failed"
	// MessageMissing: the sender got a 2xx, but nothing arrived here.
	MessageMissing    MessageState = "missing"
	MessageNeverTried MessageState = "never-tried"
	// MessagePending: it is being sent, or will be tried again.
	MessagePending MessageState = "pending"
)

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
