package main

import (
	"context"
	"errors"

	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui"
)

// tellIncidents tells what happens to the files of the database while it is in use.
func (h *hooktop) tellIncidents(ctx context.Context) {
	for {
		select {
		case i := <-h.store.Incidents():
			if i.Err != nil {
				h.trouble(i.Err)
			} else {
				h.tell(tui.News{Text: i.Text, Warning: true})
			}
		case <-ctx.Done():
			return
		}
	}
}

// passes says whether reading may work again later: the next change reads what is new.
func passes(err error) bool {
	var e *store.Error
	return errors.As(err, &e)
}
