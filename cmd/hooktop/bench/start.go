package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// starts are how often start starts.
const starts = 20

// start measures how long it takes until connections are accepted: with a new
// database, and with one that is there.
func (b *bench) start(ctx context.Context) error {
	programs := b.programs()
	fresh, again := make([][]float64, len(programs)), make([][]float64, len(programs))
	for n := range starts {
		b.say("start: %d of %d", n+1, starts)
		for i, p := range programs {
			folder := filepath.Join(b.folder, fmt.Sprintf("start-%s-%d", p.name, n))
			for _, took := range []*[]float64{&fresh[i], &again[i]} {
				c, err := b.startHooktop(ctx, p.path, folder)
				if err != nil {
					return err
				}
				*took = append(*took, c.ready.Seconds()*1000)
				if err := c.end(); err != nil {
					return err
				}
			}
		}
	}
	for i, p := range programs {
		b.check(p.name, "start to ready", median(again[i]), "ms", atMost(25, " ms"))
		b.add(p.name, "start to ready, new database", median(fresh[i]), "ms")
	}
	return nil
}

// binary measures the program's own size.
func (b *bench) binary(context.Context) error {
	for _, p := range b.programs() {
		info, err := os.Stat(p.path)
		if err != nil {
			return err
		}
		b.check(p.name, "program", float64(info.Size())/1e6, "MB", atMost(25, " MB"))
	}
	return nil
}
