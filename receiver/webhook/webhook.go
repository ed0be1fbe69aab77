// Package webhook is hooktop's vocabulary and its rules: what a delivery is,
// when its signature holds and why it does not, what an event says about a
// user, and what the sender is told. It does no input or output and knows no
// clock but the times it is given.
//
// It knows no sender by name: those stand in receiver/providers. How a signature
// is made and why it does not hold are told by the leaves scheme and autopsy; here
// it is said in words.
package webhook
