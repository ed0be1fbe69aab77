package main

import (
	"context"
	"os"
	"strings"
	"time"

	"github.com/hooktop/hooktop/tui"
)

// envLook is how often the .env files are looked at: two small reads, which
// work alike on every system, over the network and in a container.
const envLook = 300 * time.Millisecond

// watch looks at the .env files until unwatch is called. A tunnel that it opens
// lasts as long as life does.
func (h *hooktop) watch(life context.Context) {
	watching, halt := context.WithCancel(life)
	look := time.NewTicker(envLook)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer look.Stop()
		h.watchFiles(watching, life, look.C)
	}()
	h.unwatch = func() {
		halt()
		<-done
	}
}

// watchFiles takes up what changes in the .env files, until ctx ends: a secret
// that was wrong is mended without a new start. A file is taken up once it is
// the same at two looks, or one that is just being written would be read.
func (h *hooktop) watchFiles(ctx, life context.Context, look <-chan time.Time) {
	seen := h.settings.env.text
	pending := seen
	for {
		select {
		case <-ctx.Done():
			return
		case <-look:
		}
		text := contents(h.settings.envFile)
		settled := text == pending
		pending = text
		if settled && text != seen {
			seen = text
			h.reload(life)
		}
	}
}

// contents are the .env files' texts as one. A file that is not there has none.
func contents(file string) (all string) {
	for _, name := range envFiles(file) {
		text, _ := os.ReadFile(name) // what is wrong with it is told when it is read in earnest
		all += marked(name, text)
	}
	return all
}

// reload reads the .env files again. What is wrong with them is said, and all
// stays as it was.
func (h *hooktop) reload(life context.Context) {
	defer h.checkup.soon() // the Setup tab shows at once what is wrong with them
	s := h.settings
	env, err := readEnvironment(s.env.process, s.envFile)
	if err != nil {
		h.trouble(err)
		return
	}
	s.env = env // read here and before the watch began alone
	c, err := s.signing.reload(env)
	if err != nil {
		h.trouble(err)
		return
	}
	var rejected int64
	if c.renewed {
		counts, err := h.store.Counts(life)
		if err != nil {
			h.trouble(err)
		}
		rejected = counts.Rejected
	}
	if opened := h.openLate(life); opened != "" {
		c.words = append(c.words, opened)
	}
	if len(c.words) > 0 {
		h.tell(tui.News{Text: strings.Join(c.words, "; "), Rejected: rejected, Warning: c.warns})
	}
}

// tell passes news on without waiting; of a flood of it, some.
func (h *hooktop) tell(n tui.News) {
	select {
	case h.news <- n:
	default:
	}
}
