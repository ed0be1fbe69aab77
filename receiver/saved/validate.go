package saved

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// What an imported delivery may hold at most, texts in bytes. hooktop itself
// never exports more.
const (
	maxName     = 256
	maxLine     = 32 << 10 // what a request line or a header holds
	maxProse    = 64 << 10 // a detail, a fix, an error
	maxHeaders  = 64 << 10 // all headers of a request or an answer
	maxAnswer   = 256 << 10
	maxResponse = 8 * maxAnswer // as JSON
	maxList     = 1 << 12       // checks of a verdict, forwards of a delivery
	maxStatus   = 999
)

// validate returns what is wrong with an entry's values. Anybody may have written
// the file: codes, origins and outcomes must be ones that exist, and nothing may
// be endless.
func validate(f *fileEntry) error {
	if err := validDelivery(f); err != nil {
		return err
	}
	if f.verdict != nil {
		if err := validVerdict(f.verdict); err != nil {
			return err
		}
	}
	if len(f.Forwards) > maxList {
		return fmt.Errorf("it has %d forwards; at most %d are allowed", len(f.Forwards), maxList)
	}
	for i := range f.Forwards {
		if err := validForward(&f.Forwards[i]); err != nil {
			return fmt.Errorf("forward %d: %w", i+1, err)
		}
	}
	return nil
}

func validDelivery(f *fileEntry) error {
	if _, ok := providers.Named(f.Provider); f.Provider != "" && !ok {
		return unknown("provider", f.Provider)
	}
	if !f.Outcome.Valid() {
		return unknown("outcome", string(f.Outcome))
	}
	if !f.Origin.Valid() {
		return unknown("origin", string(f.Origin))
	}
	if f.Bytes < 0 || f.Duration < 0 || f.Answer.Status < 0 || f.Answer.Status > maxStatus {
		return errors.New("bytes, duration_ms or status is out of range")
	}
	return firstTooLong(
		size{"method", len(f.Method), maxLine}, size{"url", len(f.URL), maxLine}, size{"host", len(f.Host), maxLine},
		size{"remote_addr", len(f.RemoteAddr), maxName}, size{"event", len(f.Type), maxProse}, size{"message_id", len(f.MessageID), maxName},
		size{"headers", length(f.Header), maxHeaders}, size{"response", len(f.Answer.Body), maxResponse},
	)
}

func validVerdict(v *webhook.Verdict) error {
	if !v.Code.Valid() {
		return unknown("code", string(v.Code))
	}
	if len(v.Checks) > maxList {
		return fmt.Errorf("it has %d checks; at most %d are allowed", len(v.Checks), maxList)
	}
	sizes := []size{{"title", len(v.Title), maxName}, {"detail", len(v.Detail), maxProse}, {"fix", len(v.Fix), maxProse}, {"secret", len(v.Secret), maxLine}}
	for _, c := range v.Checks {
		sizes = append(sizes, size{"the name of a check", len(c.Name), maxName}, size{"the detail of a check", len(c.Detail), maxProse})
	}
	if d := v.Difference; d != nil {
		sizes = append(sizes, size{"signed", len(d.Signed.Text), maxName}, size{"arrived", len(d.Arrived.Text), maxName})
	}
	return firstTooLong(sizes...)
}

func validForward(f *webhook.Forward) error {
	if f.Duration < 0 || f.Status < 0 || f.Status > maxStatus {
		return errors.New("duration_ms or status is out of range")
	}
	if !f.Failure.Valid() {
		return unknown("failure", string(f.Failure))
	}
	return firstTooLong(
		size{"target", len(f.Target), maxLine}, size{"error", len(f.Error), maxProse},
		size{"body", len(f.Body), maxAnswer}, size{"headers", length(f.Header), maxHeaders},
	)
}

func unknown(what, value string) error { return fmt.Errorf("unknown %s %q", what, clipped(value)) }

// size is how long a part of an entry is, and may be.
type size struct {
	name     string
	len, max int
}

func firstTooLong(sizes ...size) error {
	for _, s := range sizes {
		if s.len > s.max {
			return fmt.Errorf("%s is %d bytes long; at most %d are allowed", s.name, s.len, s.max)
		}
	}
	return nil
}

func length(h http.Header) (n int) {
	for name, values := range h {
		for _, v := range values {
			n += len(name) + len(v)
		}
	}
	return n
}
