package webhook

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
	"github.com/hooktop/hooktop/receiver/webhook/scheme"
)

// Signing is how a provider signs its deliveries, where they go, and what people
// are told about it. Its fields are not changed after it was made.
type Signing struct {
	scheme.Scheme
	// Sender is who signs and sends for the provider: Clerk's deliveries are
	// Svix's.
	Sender string
	// Path is the webhook path where no flag says another.
	Path string
	// Variables are the environment variables that hold the signing secret, the
	// one to recommend first.
	Variables []string
	// MessageIDPrefix begins the ids of messages: "msg_".
	MessageIDPrefix string
	// Library returns the index of the secret that signed, as the sender's own
	// library decides it, -1 for none; nil leaves it to the Scheme.
	Library func(m scheme.Message, secrets []Secret) int
	// Misuses are how code of one's own gets the scheme wrong.
	Misuses autopsy.Misuses
	// Hints reads what a request gives away of its sender.
	Hints func(Request) Hints

	// Place says where the signing secret is found, {endpoint} standing for the
	// endpoint: "Stripe Dashboard → Webhooks → {endpoint} → Signing secret".
	// PlaceNote is a sentence more about it.
	Place, PlaceNote string
	// Endpoint is whose URL decides where deliveries go: "Clerk's endpoint".
	Endpoint string
	// Form says how a signature is written and what is signed, after "Send".
	Form string
	// Content names what is signed: "id.timestamp.body".
	Content string
	// KeyTitle and KeyFix are what is said where the secret was used in another
	// way, ContentFix where something else was signed.
	KeyTitle, KeyFix, ContentFix string
	// TestEvent is an event for a signed test run.
	TestEvent string
}

// MessageID returns the message's stable id, "" where the headers have none: then
// Event.MessageID is it, and SignMessage cannot give a message another.
func (s *Signing) MessageID(h http.Header) string {
	if s.ID.Header == "" {
		return ""
	}
	return s.Read(h, "", nil).ID
}

// SignedAt returns the time that a request's signature headers give, whether or
// not the signature holds. A time in another unit is none.
func (s *Signing) SignedAt(h http.Header) (at time.Time, ok bool) {
	at, err := s.Sent(s.Read(h, "", nil))
	unit, _ := UnitOf(at)
	return at, err == nil && at.Unix() > 0 && (unit == "" || s.Unit != scheme.Seconds)
}

// SignMessage puts the signature headers of a message on h, in the place and the
// form of those that are there. A public key cannot sign: that error has a Fix.
func (s *Signing) SignMessage(h http.Header, secret Secret, messageID string, at time.Time, body []byte) error {
	if secret.Public() {
		return &mistake{
			fmt.Sprintf("cannot sign with %s (%s): it is a public key, which only verifies", secret, secret.Source),
			"put a shared secret (whsec_…) beside it, separated by a comma: the one that your app verifies with",
		}
	}
	if err := s.Sign(h, secret.Reveal(), messageID, at, "", body); err != nil {
		return &mistake{fmt.Sprintf("sign with %s: %v", secret, err), "copy the secret whole: " + s.placeOf("your endpoint")}
	}
	return nil
}

// placeOf says where the signing secret of an endpoint is found.
func (s *Signing) placeOf(endpoint string) string {
	return strings.ReplaceAll(s.Place, "{endpoint}", endpoint)
}

// headerNames are the headers of a signature, in lower case, under a prefix.
func (s *Signing) headerNames() []string {
	m := scheme.Message{}
	if len(s.Prefixes) > 0 {
		m.Prefix = s.Prefixes[0]
	}
	names, _ := s.Headers(m)
	return names
}

// anyHeader names the headers in short: "svix-* or webhook-*".
func (s *Signing) anyHeader() string {
	if len(s.Prefixes) == 0 {
		return strings.Join(s.headerNames(), ", ")
	}
	var names []string
	for _, prefix := range s.Prefixes {
		names = append(names, strings.ToLower(prefix)+"*")
	}
	return strings.Join(names, " or ")
}

// passOn says which headers a proxy must let through.
func (s *Signing) passOn() string {
	if len(s.Prefixes) == 0 {
		return "make any proxy in between pass " + strings.Join(s.headerNames(), " and ") + " on unchanged."
	}
	return "make any proxy in between pass on all headers that start with " + strings.ToLower(s.Prefixes[0]) + "."
}

// timeName is where the time of a signature stands, as it is called.
func (s *Signing) timeName(m scheme.Message) string {
	switch {
	case s.Timestamp.Field != "":
		return s.Timestamp.Field + " in " + strings.ToLower(m.Prefix+s.Signature)
	case s.Timestamp.Body != "":
		return s.Timestamp.Body + " in the body"
	}
	return strings.ToLower(m.Prefix + s.Timestamp.Header)
}

// kinds returns the scheme's kinds of signature: with a shared secret, and with
// a key pair; nil for what it has not.
func (s *Signing) kinds() (shared, asymmetric *scheme.Kind) {
	for i := range s.Kinds {
		switch k := &s.Kinds[i]; {
		case k.Algorithm == scheme.Ed25519 && asymmetric == nil:
			asymmetric = k
		case k.Algorithm != scheme.Ed25519 && shared == nil:
			shared = k
		}
	}
	return shared, asymmetric
}

// matching returns the secret that signed a message, whatever its time; nil for
// none.
func (s *Signing) matching(m scheme.Message, secrets []Secret) *Secret {
	var by int
	if s.Library != nil {
		by = s.Library(m, secrets)
	} else {
		by = s.Match(m, revealed(secrets))
	}
	if by < 0 {
		return nil
	}
	return &secrets[by]
}

func revealed(secrets []Secret) []string {
	texts := make([]string, len(secrets))
	for i, s := range secrets {
		texts[i] = s.Reveal()
	}
	return texts
}
