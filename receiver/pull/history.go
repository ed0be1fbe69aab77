package pull

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi"
)

const (
	// maxPages is how many pages one look reads at most.
	maxPages = 1000
	// maxHeld is how many bytes of payloads are held at once. Of the messages beyond
	// that, which are newer in a long list, each is read again when it is its turn.
	maxHeld = 32 << 20
	// knownAtOnce is how many messages are looked up at once.
	knownAtOnce = 500
)

// history delivers the messages of one application in order, each once.
type history struct {
	position
	// delivered are the messages of this run that a look may list again, by the time
	// that they are dated.
	delivered map[string]time.Time
	// first is set until the first look is through, and fresh if there never was one
	// before this run.
	first, fresh bool
	// unreadable counts the messages whose payloads Svix no longer had, beyond counts
	// the looks whose list did not end.
	unreadable int
	beyond     time.Time
}

func newHistory(p position, fresh bool) *history {
	return &history{position: p, delivered: map[string]time.Time{}, first: true, fresh: fresh}
}

// read delivers what is new, oldest first. lost says which messages could not be
// read.
func (h *history) read(ctx context.Context, from Source) (lost string, err error) {
	messages, err := h.list(ctx, from)
	if err != nil {
		return "", err
	}
	n, err := h.deliver(ctx, from, messages)
	if err != nil {
		return "", err
	}
	if h.first && !h.fresh && n > 0 {
		h.config.Say(fmt.Sprintf("pull delivered %s from before this start", counted(n)))
	}
	h.first = false
	for id, at := range h.delivered {
		if at.Before(h.from().Add(-overlap)) {
			delete(h.delivered, id)
		}
	}
	return h.lost(), nil
}

// list returns the messages that were not delivered in this run, oldest first. It
// relies on no order of the pages and of what is on them.
func (h *history) list(ctx context.Context, from Source) ([]svixapi.Message, error) {
	var list []svixapi.Message
	seen, held, iterator := map[string]bool{}, 0, ""
	for n := 0; ; n++ {
		page, err := from.Messages(ctx, h.from(), iterator)
		if err != nil {
			return nil, err
		}
		fresh := 0
		for _, m := range page.Messages {
			if seen[m.ID] {
				continue
			}
			seen[m.ID] = true
			fresh++
			if _, known := h.delivered[m.ID]; known || !m.At.IsZero() && m.At.Before(h.from().Add(-overlap)) { // a server may not know "after"
				continue
			}
			if held += len(m.Payload); held > maxHeld {
				m.Payload = nil
			}
			list = append(list, m)
		}
		if page.Done || page.Iterator == "" || page.Iterator == iterator || fresh == 0 {
			break
		}
		if n+1 == maxPages {
			h.beyond = oldest(list)
			break
		}
		iterator = page.Iterator
	}
	slices.SortFunc(list, func(a, b svixapi.Message) int {
		if c := a.At.Compare(b.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list, nil
}

// deliver delivers messages in order, except those that are known, and returns how
// many. After an error, the next look goes on with the one that failed.
func (h *history) deliver(ctx context.Context, from Source, messages []svixapi.Message) (n int, err error) {
	for some := range slices.Chunk(messages, knownAtOnce) {
		ids := make([]string, len(some))
		for i, m := range some {
			ids[i] = m.ID
		}
		known, err := h.config.Known(ctx, ids)
		if err != nil {
			return n, fmt.Errorf("look for the messages: %w", err)
		}
		last := h.at
		for _, m := range some {
			if !known[m.ID] {
				done, err := h.one(ctx, from, m)
				if err != nil {
					return n, h.stopAt(ctx, last, err)
				}
				if done {
					n++
				}
			}
			h.delivered[m.ID], last = m.At, m.At
		}
		if err := h.advance(ctx, last); err != nil {
			return n, err
		}
	}
	return n, nil
}

// stopAt keeps how far it came before an error.
func (h *history) stopAt(ctx context.Context, last time.Time, because error) error {
	if err := h.advance(ctx, last); err != nil {
		return err
	}
	return because
}

// one delivers one message. done is false for one whose payload is gone.
func (h *history) one(ctx context.Context, from Source, m svixapi.Message) (done bool, err error) {
	if len(m.Payload) == 0 {
		again, err := from.Message(ctx, m.ID)
		if err != nil && !gone(err) {
			return false, err
		}
		if m.Payload = again.Payload; len(m.Payload) == 0 {
			h.unreadable++
			return false, nil
		}
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if err := h.config.Deliver(ctx, m); err != nil {
		return false, fmt.Errorf("deliver %s: %w", m.ID, err)
	}
	return true, nil
}

// lost says which messages could not be read.
func (h *history) lost() string {
	var said []string
	if h.unreadable > 0 {
		said = append(said, "Svix no longer has the content of "+counted(h.unreadable))
	}
	if !h.beyond.IsZero() {
		said = append(said, "there are too many messages: those before "+h.beyond.UTC().Format(time.RFC3339)+" were not read")
	}
	return strings.Join(said, "; ")
}

func oldest(list []svixapi.Message) (at time.Time) {
	for _, m := range list {
		if at.IsZero() || m.At.Before(at) {
			at = m.At
		}
	}
	return at
}

func counted(n int) string {
	if n == 1 {
		return "1 message"
	}
	return fmt.Sprintf("%d messages", n)
}
