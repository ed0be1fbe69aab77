package attempts

// Cause is why a message did not arrive, as a word that scripts match on.
type Cause string

// The causes.
const (
	// OtherURL: it was sent to another URL than this hooktop's.
	OtherURL Cause = "other-url"
	// OtherPath: right host, another path than the webhook path.
	OtherPath Cause = "other-path"
	// Disabled: the endpoint is disabled.
	Disabled Cause = "disabled"
	// NotSelected: its event type is not selected.
	NotSelected Cause = "event-not-selected"
	// BeforeEndpoint: the message is older than the endpoint.
	BeforeEndpoint Cause = "before-endpoint"
	// Channels: the endpoint's channels keep it out.
	Channels Cause = "channels"
	// TunnelOffline: ngrok answered in hooktop's place that nothing is there.
	TunnelOffline Cause = "tunnel-offline"
	// NobodyListened: the relay answered while no hooktop was connected.
	NobodyListened Cause = "nobody-listened"
	// NoAnswer: nothing answered in time.
	NoAnswer Cause = "no-answer"
	// AnsweredElsewhere: something else than this hooktop answered.
	AnsweredElsewhere Cause = "answered-elsewhere"
	// RejectedHere: it arrived and was rejected, or the app that answers refused it.
	RejectedHere Cause = "rejected-here"
	// SlowAnswer: it arrived, and the answer came too late for Svix.
	SlowAnswer Cause = "slow-answer"
	// OtherDatabase: it arrived at a hooktop with another database, or was deleted
	// here since.
	OtherDatabase Cause = "other-database"
	// NoEndpoint: there is no endpoint for this machine and folder.
	NoEndpoint Cause = "no-endpoint"
	// Unknown: nothing that was read explains it.
	Unknown Cause = "unknown"
)

// Reason is why a message did not arrive, or what is wrong with an endpoint.
type Reason struct {
	Cause Cause
	// Text says it in a sentence, Fix what to do, "" for nothing. They may quote
	// a server's text: make them printable.
	Text, Fix string
	// Certain is set if what was read proves it. Otherwise Others are the causes that
	// it may have as well, most likely first.
	Certain bool
	Others  []Cause
}

func certain(c Cause, text, fix string) Reason {
	return Reason{Cause: c, Text: text, Fix: fix, Certain: true}
}

func likely(c Cause, others []Cause, text, fix string) Reason {
	return Reason{Cause: c, Text: text, Fix: fix, Others: others}
}

// The fixes. The dashboard puts keys in place of the commands.
const (
	register  = "run hooktop endpoint register: it points the endpoint here"
	enable    = "run hooktop endpoint register: it enables the endpoint"
	sendAgain = "run hooktop endpoint resend %s: Svix sends it again"
)
