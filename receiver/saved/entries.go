package saved

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/saved/command"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// fileEntry is a delivery out of a file, and what only the file knows.
type fileEntry struct {
	webhook.Imported
	// id and parent are the file's own; 0 if it has none.
	id, parent int64
	// verdict is the one in the file, nil for none.
	verdict *webhook.Verdict
	// masked is set if the body is not the one that was signed; sent if the
	// delivery went to an app and did nothing here.
	masked, sent bool
	// read is the request as the file has it; At is zero there if the file does not
	// say when it was received.
	read Request
}

// notDelivery is an entry that is something else, such as a ready line.
type notDelivery struct{ what string }

func (n *notDelivery) Error() string { return "it is " + n.what }

// parser reads the entries of a file.
type parser struct {
	maxBody int64
	now     func() time.Time
	// longest is how long an entry may be in the file, 0 for the usual bound.
	longest int64
	// files opens what a command names, nil for nothing.
	files command.Files
	// last is when the last delivery with a known time was received.
	last time.Time
}

// entryExtra bounds, beyond some copies of the largest body, what is read as one
// entry: the forwards that a delivery has, and their answers.
const entryExtra = 64 << 20

// most is how long an entry may be in the file, in bytes.
func (p *parser) most() int64 {
	if p.longest > 0 {
		return p.longest
	}
	return entryExtra + 8*p.maxBody
}

// checked passes entries to visit after it has validated their values. What is
// wrong with a request that no provider can have sent does not matter.
func (p *parser) checked(visit visitor) visitor {
	return func(f fileEntry, place string, err error) error {
		if err == nil && int64(len(f.Body)) > p.maxBody {
			err = fmt.Errorf("the body of %d bytes is larger than --max-body", len(f.Body))
		}
		if err == nil {
			err = validate(&f)
		}
		if err == nil && signedByVariables(f.read.Header) {
			err = errVariable
		}
		if err != nil && f.verdict == nil && len(f.read.Header) > 0 && !signed(f.read.Header) {
			err = &notDelivery{"a request without a signature"}
		}
		return visit(f, place, err)
	}
}

// signed reports whether a request has a provider's signature headers.
func signed(h http.Header) bool {
	_, ok := providers.Claimed(h)
	return ok
}

// signedByVariables reports whether a signature header is one of an API client's
// variables, {{signature}}.
func signedByVariables(h http.Header) bool {
	for name, values := range h {
		if isSigning(name) && slices.ContainsFunc(values, func(v string) bool { return strings.Contains(v, "{{") }) {
			return true
		}
	}
	return false
}

// take makes a saved request into a delivery.
func (p *parser) take(f *fileEntry, r Request) {
	f.read = r
	f.Request, f.At, f.Origin, f.Bytes = r.Request, r.At, webhook.Local, int64(len(r.Body))
	f.Method = http.MethodPost
	if !f.At.IsZero() {
		p.last = f.At
		return
	}
	// Without a better clue, it was received when it was signed, otherwise with the one
	// before it.
	at, known := providers.SignedAt(f.Header)
	switch {
	case known:
	case !p.last.IsZero():
		at = p.last
	default:
		at = p.now()
	}
	f.At = at.UTC()
}

// post makes a saved request that is a POST into a delivery, and reports any other
// as something else.
func (p *parser) post(r Request) (f fileEntry, err error) {
	if r.Method != "" && !isPost(r.Method) {
		return f, &notDelivery{"not a POST"}
	}
	p.take(&f, r)
	return f, nil
}
