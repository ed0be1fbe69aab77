package bench

import (
	"context"
	"os"
	"path/filepath"
)

// sized is how many deliveries size stores.
const sized = 20_000

// size measures how much of the disk a delivery takes.
func (b *bench) size(ctx context.Context) error {
	for _, p := range b.programs() {
		b.say("size: %d deliveries", sized)
		folder := filepath.Join(b.folder, "size-"+p.name)
		c, err := b.startHooktop(ctx, p.path, folder)
		if err != nil {
			return err
		}
		l := load{address: c.address, requests: b.messages.make(sized, false), connections: 64, lasting: 100 * b.Round, wants: 200}
		r, err := l.run(ctx)
		now, _ := c.memory()
		if err := c.end(); err != nil { // which writes the log back
			return err
		}
		if err != nil {
			return err
		}
		payload := float64(r.answered * b.messages.size())
		info, err := os.Stat(database(folder))
		if err != nil {
			return err
		}
		b.compare(p.name, "file size, of the bodies", float64(info.Size())/1e6, "MB", payload/1e6, atMost(1.25, ""))
		b.add(p.name, "memory after 20,000", now, "MiB")
	}
	return nil
}
