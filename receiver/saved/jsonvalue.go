package saved

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/loosejson"
)

// mostNested is how deep in a value requests are looked for.
const mostNested = 5

// containers are the lists that programs put requests into: requests (ngrok), data
// (webhook.site, Svix), models (Hookdeck), records (AWS), and names of one's own.
var containers = []string{"entries", "requests", "data", "models", "records", "items", "events", "deliveries", "messages", "results", "logs"}

// value finds the requests in a JSON value and passes them to visit.
func (p *parser) value(raw json.RawMessage, place string, depth int, visit visitor) error {
	if items, ok := loosejson.List(raw); ok {
		return p.list(items, raw, place, depth, visit)
	}
	o, ok := loosejson.Parse(raw)
	if !ok {
		return visit(fileEntry{}, place, errNotJSON)
	}
	kind := o.Text("kind")
	if kind == "delivery" {
		f, err := p.ownLine(raw)
		return visit(f, place, err)
	}
	if o["starteddatetime"] != nil || o["hooktop"] != nil {
		if f, found, err := p.harEntry(o); found {
			return visit(f, place, err)
		}
	}
	r, found, err := requestIn(o, 0)
	if found {
		return p.visitRequest(r, place, err, visit)
	}
	all := o
	if inner, ok := o.Object("log"); ok && depth < mostNested {
		o = inner
	}
	for _, name := range containers {
		items, ok := o.Objects(name)
		if !ok || depth >= mostNested {
			continue
		}
		if err := p.list(items, raw, place, depth+1, visit); err != nil {
			return err
		}
		if folders, ok := all["folders"]; ok { // an API client's collection
			_, err := p.signedInside(folders, place+", folders", 0, visit)
			return err
		}
		return nil
	}
	if n, err := p.signedInside(raw, place, 0, visit); n > 0 || err != nil {
		return err
	}
	if err == nil {
		err = &notDelivery{notRequest(o)}
		if kind != "" {
			err = &notDelivery{"a line of kind " + clipped(kind)}
		}
	}
	return visit(fileEntry{}, place, err)
}

// list finds the requests in the items of a list.
func (p *parser) list(items []json.RawMessage, raw json.RawMessage, place string, depth int, visit visitor) error {
	if _, isBuffer := loosejson.Buffer(raw); isBuffer || depth >= mostNested || len(items) == 0 {
		return visit(fileEntry{}, place, errNotJSON)
	}
	for i, item := range items {
		if err := p.value(item, fmt.Sprintf("%s, item %d", place, i+1), depth+1, visit); err != nil {
			return err
		}
	}
	return nil
}

// notRequest names an object that holds no request.
func notRequest(o loosejson.Object) string {
	id := o.Text("id")
	_, hasData := o["data"]
	switch {
	case o.Text("object") == "event" && strings.HasPrefix(id, "evt_"), strings.HasPrefix(o.Text("object"), "v2.core.event"):
		return "a Stripe event without the headers of its request"
	case o.Text("object") == "event" && hasData && o.Text("type") != "":
		return "a Clerk event without the headers of its request"
	case strings.HasPrefix(id, "atmpt_"):
		return "an attempt as Svix lists it, without the request"
	case strings.HasPrefix(id, "msg_") && o.Text("eventtype") != "":
		return "a message as Svix lists it, without the request"
	}
	return "an object without headers"
}
