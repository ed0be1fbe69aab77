// Package webhook is hooktop's vocabulary and its rules: what a delivery is,
// when its signature holds and why it does not, what an event says about a
// user, and what the sender is told. It does no input or output and knows no
// clock but the times it is given.
//
// A provider of webhooks is one file here and one line in Providers.
package webhook
