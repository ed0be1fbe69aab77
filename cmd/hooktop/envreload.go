package main

import (
	"context"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/tui"
)

// envLook is how often the .env files are looked at: two small reads, which
// work alike on every system, over the network and in a container.
const envLook = 300 * time.Millisecond

// Watch looks at the .env files until unwatch is called; config/watch.go sees that
// they changed, Reload acts on it. A tunnel that it opens lasts as long as life does.
func (h *hooktop) Watch(life context.Context) {
	watching, halt := context.WithCancel(life)
	look := time.NewTicker(envLook)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer look.Stop()
		h.settings.Watch(watching, look.C, func() { h.Reload(life) })
	}()
	h.unwatch = func() {
		halt()
		<-done
	}
}

// Reload reads the .env files again. What is wrong with them is said, and all
// stays as it was.
func (h *hooktop) Reload(life context.Context) {
	defer h.checkup.requestCheck() // the Setup tab shows at once what is wrong with them
	c, err := h.settings.Reload()
	if err != nil {
		h.trouble(err)
		return
	}
	h.takeUp(life, c)
	h.registrar.Retry()
}

// takeUp does what secrets that are in use from now on bring with them, and tells of
// it: a tunnel that waited for one opens.
func (h *hooktop) takeUp(ctx context.Context, c config.Renewal) {
	defer h.checkup.requestCheck()
	var rejected int64
	if c.Renewed {
		counts, err := h.store.Counts(ctx)
		if err != nil {
			h.trouble(err)
		}
		rejected = counts.Rejected
	}
	opened, err := h.public.OpenLate()
	if err != nil {
		h.trouble(err)
	}
	if opened != "" {
		c.Notes = append(c.Notes, opened)
	}
	if len(c.Notes) > 0 {
		h.tell(tui.News{Text: strings.Join(c.Notes, "; "), Rejected: rejected, Warning: c.Warning})
	}
}

// warn tells of a change that the user has to do something about.
func (h *hooktop) warn(text string) { h.tell(tui.News{Text: text, Warning: true}) }

// tell passes news on without waiting; of a flood of it, some.
func (h *hooktop) tell(n tui.News) {
	select {
	case h.news <- n:
	default:
	}
}
