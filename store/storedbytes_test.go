package store

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Whatever is done, the bytes that the rows and the totals tell are those that
// are there.
func TestTheStoredBytesAreThoseThatAreThere(t *testing.T) {
	for seed := range uint64(8) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 0))
			s := open(t, Config{Parse: read, Keep: int64(r.IntN(2) * 12)})
			for i := range 60 {
				if err := randomStep(t, s, r, i); err != nil && !errors.Is(err, ErrNotFound) { // it was let go, or is not rejected
					t.Fatal(err)
				}
			}
			consistent(t, s)
		})
	}
}

// randomStep does one of the things that change what is stored.
func randomStep(t *testing.T, s *Store, r *rand.Rand, i int) error {
	text := func() string { return strings.Repeat([]string{"", "a", "ü", "\x00"}[r.IntN(4)], r.IntN(40)) }
	verdict := func(code webhook.Code) webhook.Verdict { return webhook.Verdict{Code: code, Detail: text()} }
	e := upsert(fmt.Sprint("u", i%3), fmt.Sprintf("e%d@b.c", r.IntN(4)), i)
	d := written(message(r.IntN(30)), e)
	d.At, d.Host, d.URL, d.Body = second(i), text(), "/"+text(), append(d.Body, text()...)
	d.Header.Set("X-Text", text())
	f := webhook.Forward{Target: "http://" + text(), Failure: webhook.PartialAnswer, Error: text(), Body: []byte(text())}
	some := int64(r.IntN(i + 1)) // 0 is none
	switch r.IntN(9) {
	case 0:
		return s.Keep(t.Context(), d)
	case 1:
		d.Forwards = []webhook.Forward{f, f}
		return s.Import(t.Context(), []*webhook.Imported{{Delivery: *d, Event: &e}})
	case 2, 3:
		d.Verdict = verdict(webhook.TooOld)
		return s.Capture(t.Context(), d, e)
	case 4:
		return s.UpdateVerdict(t.Context(), some, verdict(webhook.WrongSecret))
	case 5:
		was, err := s.Delivery(t.Context(), some)
		if err != nil {
			return err
		}
		was.Verdict = webhook.Verdict{Verified: true, Detail: text()}
		return s.Reverify(t.Context(), &was, e)
	case 6:
		f.DeliveryID, f.Answered = some, &webhook.Answer{Status: 500, Body: []byte(text())}
		return s.RecordForward(t.Context(), &f)
	case 7:
		f.DeliveryID = some
		return s.RecordForward(t.Context(), &f)
	}
	d.AppAnswers = r.IntN(2) == 0
	return s.Capture(t.Context(), d, e)
}
