package relay

// Error says why a relay is not live, or cannot be used, and what to do about it.
type Error struct {
	Code   Code
	Title  string // what is wrong, in plain words
	Detail string // what the service said, as one printable line; "" if Title says it all
	fix    string
}

// Error returns one line: the title, and the detail if there is one.
func (e *Error) Error() string {
	if e.Detail != "" {
		return e.Title + ": " + e.Detail
	}
	return e.Title
}

// Fix returns one line that says what to do. It is never empty.
func (e *Error) Fix() string { return e.fix }

// Code names a problem. It is what Status has as its Code.
type Code string

// The codes.
const (
	CodeInUse       Code = "in-use"         // another listener has the token
	CodeRejected    Code = "token-rejected" // the service refuses the token
	CodeOtherToken  Code = "other-token"    // it confirmed a token that is not ours
	CodeNoAnswer    Code = "no-answer"      // it did not confirm the token in time
	CodeUnreachable Code = "unreachable"    // no connection
	CodeCertificate Code = "certificate"    // another server answers in its place
	CodeHTTP        Code = "http"           // it did not open a WebSocket
	CodeClosed      Code = "closed"         // it closed the connection
	CodeSilent      Code = "silent"         // nothing was heard for too long
	CodeSlept       Code = "slept"          // this computer slept
	CodeAddress     Code = "address"        // HOOKTOP_RELAY_URL or _INBOX is wrong
	CodeTokensFile  Code = "tokens-file"    // the tokens file cannot be used
)
