package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/hooktop/hooktop/cmd/hooktop/edit"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/providers"
)

// read takes a body of the user's own, which is sent as it is, and the event
// type out of it.
func (o *triggerRequest) read(stdin io.Reader, name string) error {
	read := func() ([]byte, error) { return os.ReadFile(name) }
	if name == "-" {
		name, read = "standard input", func() ([]byte, error) { return io.ReadAll(stdin) }
	}
	body, err := read()
	if err != nil {
		return exit.Usage(fmt.Sprintf("cannot read %s: %v", name, exit.Reason(err)), "name a file with the event's JSON, or - for standard input")
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
