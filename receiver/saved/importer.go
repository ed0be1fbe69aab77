package saved

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/saved/command"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// Store keeps what is imported. Import stores deliveries in one commit, sets
// their ids, and says which were there already.
type Store interface {
	Import(ctx context.Context, all []*webhook.Imported) error
	Delivery(ctx context.Context, id int64) (webhook.Delivery, error)
}

// Importer reads a file of deliveries into a store. Each is verified as of the
// time when it was received.
type Importer struct {
	Store  Store
	Verify receiver.Importer
	// MaxBody is the longest body that is imported, in bytes.
	MaxBody int64
	Now     func() time.Time
	// Folder holds the files that a command names.
	Folder string
	// Imported is called for each delivery that was not there already, and
	// Refused for each entry that cannot be imported, with its place in the file.
	Imported func(webhook.Delivery) error
	Refused  func(place string, err error)
	// Noted is called with what was passed over in an entry that is imported.
	Noted func(place, text string)

	batch []*webhook.Imported
	was   []int64 // the ids of the batch in the file, 0 for none
	// ids are the deliveries' ids here, by those in the file.
	ids map[int64]int64
	sum ImportSummary
}

// ImportSummary is what an import came to.
type ImportSummary struct {
	// New and Known count the deliveries that were imported, and those that were
	// there already. Of the new ones Verified verified; the body of Masked had been
	// masked. Refused counts the entries that could not be imported.
	New, Known, Verified, Masked, Refused int
	// Other are the entries that are not deliveries, by what they are.
	Other map[string]Skipped
}

// Total is how many entries were found.
func (s ImportSummary) Total() int {
	n := s.New + s.Known + s.Refused
	for _, skipped := range s.Other {
		n += skipped.Count
	}
	return n
}

// Skipped are entries of one kind that were not imported.
type Skipped struct {
	Count int
	// First is the place of the first.
	First string
}

// importAtOnce is how many deliveries are stored in one commit: a sender that
// delivers meanwhile waits that long.
const importAtOnce = 64

// Run imports a file. An entry that cannot be imported does not end it.
func (i *Importer) Run(ctx context.Context, in io.Reader) (ImportSummary, error) {
	i.ids, i.sum = map[int64]int64{}, ImportSummary{Other: map[string]Skipped{}}
	p := parser{maxBody: i.MaxBody, now: i.Now, files: command.Beside(i.Folder)}
	var stopped error
	err := p.entries(in, func(f fileEntry, place string, err error) error {
		if ctx.Err() != nil {
			stopped = context.Cause(ctx)
		} else {
			stopped = i.take(ctx, f, place, err)
		}
		return stopped
	})
	if stopped == nil { // what came before a place that cannot be read counts
		if failed := i.flush(ctx); failed != nil {
			err = failed
		}
	}
	return i.sum, err
}

// take verifies an entry and adds it to the batch; unreadable is what is wrong
// with it, nil for nothing.
func (i *Importer) take(ctx context.Context, f fileEntry, place string, unreadable error) error {
	var other *notDelivery
	switch {
	case errors.As(unreadable, &other):
		i.skip(place, other.what)
		return nil
	case unreadable != nil:
		i.sum.Refused++
		i.Refused(place, unreadable)
		return nil
	}
	m := &f.Imported
	i.settle(&f)
	if f.parent != 0 {
		if err := i.flush(ctx); err != nil { // the parent may be in the batch
			return err
		}
		m.ParentID = i.ids[f.parent]
	}
	if f.sent {
		i.Verify.Sent(m)
		if err := i.takeAfterParent(ctx, m); err != nil {
			return err
		}
	} else if !i.Verify.Judge(m, f.verdict, f.masked) {
		i.skip(place, "a request from no known provider")
		return nil
	}
	i.note(place, &f)
	if f.masked {
		i.sum.Masked++
	}
	i.batch, i.was = append(i.batch, m), append(i.was, f.id)
	if len(i.batch) < importAtOnce {
		return nil
	}
	return i.flush(ctx)
}

func (i *Importer) skip(place, what string) {
	s := i.sum.Other[what]
	if s.Count++; s.Count == 1 {
		s.First = place
	}
	i.sum.Other[what] = s
}

// settle takes the body with which the request verifies, if the file leaves a choice.
func (i *Importer) settle(f *fileEntry) {
	if len(f.read.Others) == 0 {
		return
	}
	d := f.Delivery
	f.read.Settle(func(r webhook.Request) bool {
		d.Request = r
		d.Method = http.MethodPost
		return i.Verify.Holds(d)
	})
	f.Body, f.Bytes = f.read.Body, int64(len(f.read.Body))
}

// note says what is odd about an entry. If the file may not hold the bytes that were
// sent, that is why it does not verify.
func (i *Importer) note(place string, f *fileEntry) {
	notes := f.read.Notes
	if f.read.Undated != "" {
		notes = append(notes, f.read.Undated+": taken as received at "+f.At.Format(time.RFC3339))
	}
	if v := f.Verdict; f.read.Doubt != "" && !v.Verified && (v.Code == webhook.WrongSecret || f.read.Parsed && v.Code == webhook.BodyReserialized) {
		f.Verdict = receiver.AlteredVerdict(f.read.Doubt, f.read.Parsed)
		notes = append(notes, f.read.Doubt)
	}
	for _, text := range notes {
		i.Noted(place, text)
	}
}

// takeAfterParent gives a resend to an app the user of the delivery that it resent, if
// that is here. hooktop itself made its signature, so it is as true as its parent.
func (i *Importer) takeAfterParent(ctx context.Context, m *webhook.Imported) error {
	var parent webhook.Delivery
	if m.ParentID != 0 {
		var err error
		parent, err = i.Store.Delivery(ctx, m.ParentID)
		if err != nil && !errors.Is(err, webhook.ErrNotFound) { // retention may have removed it already
			return err
		}
		m.UserID, m.Email = parent.UserID, parent.Email
	}
	if parent.VouchedBy() == "" && (parent.Reason == webhook.NotVouched || !i.Verify.Holds(parent)) {
		m.Because(webhook.NotVouched, 0, "")
	}
	return nil
}

func (i *Importer) flush(ctx context.Context) error {
	if len(i.batch) == 0 {
		return nil
	}
	if err := i.Store.Import(ctx, i.batch); err != nil {
		return err
	}
	for n, m := range i.batch {
		if i.was[n] != 0 {
			i.ids[i.was[n]] = m.ID
		}
		if m.Known {
			i.sum.Known++
			continue
		}
		i.sum.New++
		if m.Verdict.Verified {
			i.sum.Verified++
		}
		if err := i.Imported(m.Delivery); err != nil {
			return err
		}
	}
	i.batch, i.was = i.batch[:0], i.was[:0]
	return nil
}
