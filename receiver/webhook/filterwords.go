package webhook

// Codes are all there are.
func Codes() []Code {
	return []Code{
		MissingHeaders, Unsigned, BadTimestamp, TooOld, TooNew, MalformedSignature, UnsupportedVersion, WrongProvider, WrongSecret,
		OtherKnownSecret, SwappedSecrets, LiteralSecret, BodyReserialized, BodyNewline, WrongPath, WrongMethod, TooLarge,
		IncompleteBody, NoSecret,
	}
}

// Outcomes are all there are.
func Outcomes() []Outcome {
	return []Outcome{
		Created, Updated, Unchanged, Deleted, Stale, Duplicate, Unhandled, MissingEmail, Malformed, Conflict, Unlinked, Synced, Rejected,
	}
}

// Origins are all there are.
func Origins() []Origin { return []Origin{Tunnel, Local, Trigger, Resend} }

// What is: may say beside the outcomes.
const (
	stateVerified  = "verified"
	stateForwarded = "forwarded"
	stateFailed    = "failed"
	stateResent    = "resent"
)

// States are the words after is: first those that are not outcomes.
//
//   - verified: the signature holds; rejected: it was refused for it
//   - failed: as Delivery.Failed
//   - forwarded: it was sent on to an app, whatever came of it
//   - resent: it is a resend of another
func States() []string {
	return append([]string{stateVerified, stateFailed, stateForwarded, stateResent}, words(Outcomes())...)
}

func words[T ~string](all []T) []string {
	out := make([]string, len(all))
	for i, w := range all {
		out[i] = string(w)
	}
	return out
}
