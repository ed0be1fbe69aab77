package store

import (
	"slices"
	"sync"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// fedMost is how many of the newest deliveries are kept in memory for Since.
	fedMost = 1024
	// fedFor is how long Since answers from memory alone before it looks into the
	// database, where other processes write, too.
	fedFor = pollInterval
)

// feed holds the newest deliveries that this process committed, so that who prints each of
// them need not read back what was just written. Nobody waits for it, and it may forget
// anything at any time: Since then reads the database.
type feed struct {
	mu sync.Mutex
	// newest have consecutive ids, oldest first.
	newest []webhook.Delivery
	// forward is the id of the newest forward that this process committed.
	forward int64
	// read is when Since read the database last.
	read time.Time
}

// add notes what was committed, in the order of the ids.
func (f *feed) add(committed []webhook.Delivery, forward int64) {
	if len(committed) == 0 && forward == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.forward = max(f.forward, forward)
	for _, d := range committed {
		if n := len(f.newest); n > 0 && f.newest[n-1].ID+1 != d.ID {
			f.newest = f.newest[:0] // another process has committed, or an import
		}
		f.newest = append(f.newest, d)
	}
	if excess := len(f.newest) - fedMost; excess > fedMost/2 { // seldom, as it copies
		f.newest = slices.Delete(f.newest, 0, excess)
	}
}

// since returns the deliveries after one, oldest first and at most so many. ok is false if
// that has to be read from the database: also if there is a forward after the given one.
func (f *feed) since(delivery, forward int64, most int, now time.Time) (list []webhook.Delivery, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	age := now.Sub(f.read)
	if f.forward > forward || age < 0 || age >= fedFor || len(f.newest) == 0 {
		f.read = now
		return nil, false
	}
	from := delivery + 1 - f.newest[0].ID
	if from < 0 || from > int64(len(f.newest)) {
		f.read = now
		return nil, false
	}
	rest := f.newest[from:]
	return slices.Clone(rest[:min(len(rest), most)]), true
}

// forget has the next Since read the database.
func (f *feed) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.read = time.Time{}
}

// listed returns a delivery as a list of deliveries has it: as scanDelivery reads it.
func listed(d *webhook.Delivery) webhook.Delivery {
	l := *d
	l.At, l.ReverifiedAt, l.AcknowledgedAt = asStored(d.At), asStored(d.ReverifiedAt), asStored(d.AcknowledgedAt)
	l.Request = webhook.Request{}
	l.Answer.Body = nil
	l.Verdict = webhook.Verdict{Code: d.Verdict.Code, Verified: d.Verdict.Verified, Unverified: d.Verdict.Unverified}
	l.AppAnswers, l.Forwards, l.Change, l.Resends = false, nil, nil, nil
	return l
}

// asStored returns a time as it is read back.
func asStored(t time.Time) time.Time { return fromNanos(nanos(t)) }
