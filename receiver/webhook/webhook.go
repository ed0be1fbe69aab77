// Package webhook is hooktop's vocabulary and its rules: what a delivery is,
// when its signature holds and why it does not, what an event says about a
// user, and what the sender is told. It does no input or output and knows no
// clock but the times it is given.
//
// It knows no sender by name: those stand in receiver/providers. How a signature
// is made and why it does not hold are told by the leaves scheme and autopsy; here
// it is said in words.
//
// Where to look:
//
//   - delivery.go, event.go, user.go, forward.go, secret.go, story.go: what
//     everybody speaks of; provider.go and signing.go: what a sender says of itself
//   - verify.go: the checks of a signature in their order; malformed.go,
//     timeunit.go, otherprovider.go and senderhints.go: some of these checks;
//     verdict.go: the result and its codes
//   - explain.go: the search for the cause of a wrong signature; findingverdict.go:
//     what it found as a verdict; changewords.go: the words for each change to a
//     body, a signature or a key; phrases.go: words that all of these share
//   - answer.go: the status and body that the sender gets, for every outcome
//   - standing.go: a delivery's state in one word, with its symbol
//   - cause.go: why a delivery failed, in hooktop or in the app, to group failures
//   - reason.go: why a verified event had the outcome that it had
//   - failure.go: why an app gave no answer, or half of one
//   - errors.go: errors with a fix
package webhook
