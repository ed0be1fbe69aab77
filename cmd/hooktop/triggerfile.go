package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/hooktop/hooktop/cmd/hooktop/edit"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
	"github.com/hooktop/hooktop/receiver/providers"
)

// maxTriggerFile is the largest body that --file sends: many times what senders send.
const maxTriggerFile = 32 << 20

// readEvent takes a body of the user's own, which is sent as it is, and the event
// type out of it.
func (p *program) readEvent(ctx context.Context, o *triggerRequest, name string) error {
	in, err := p.openInput(ctx, name, searched, "name a file with the event's JSON, or - for standard input")
	if err != nil {
		return err
	}
	defer in.Close() //nolint:errcheck // it was only read from
	name = in.name
	body, err := userfile.All(in, maxTriggerFile)
	if err != nil {
		return in.failed(ctx, err)
	}
	if trouble := edit.NotJSON(body); trouble != "" {
		return exit.Usage(fmt.Sprintf("%s is not JSON: %s", name, trouble), "fix the file; hooktop trigger user.created --print shows a valid body")
	}
	var event struct {
		Type json.RawMessage `json:"type"`
	}
	var kind string
	if json.Unmarshal(body, &event) == nil && json.Unmarshal(event.Type, &kind) != nil {
		kind = "" // what receives it says so
	}
	if o.sample.Type != "" && o.sample.Type != kind {
		return exit.Usage(fmt.Sprintf("the event in %s is %s, not %s", name, cmp.Or(kind, "without a type"), o.sample.Type), "leave the event out: the file names it")
	}
	o.body, o.sample.Type, o.provider = body, kind, providers.All()[0]
	if p, ok := providers.Sampler(kind); ok {
		o.provider = p
	}
	return nil
}
