package doctor

import (
	"context"
	"fmt"

	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/tui/text"
)

// messages compares what Clerk says that it sent here lately with what arrived. It says
// nothing without a key, or without an endpoint of this folder.
func (x *Checker) messages(ctx context.Context) []Finding {
	if x.ProviderSide == nil {
		return nil
	}
	var here ndjson.Tunnel
	for _, n := range x.instances {
		if len(n.condition.Tunnel.WebhookURLs) > 0 {
			here = n.condition.Tunnel
			break
		}
	}
	side, err := x.ProviderSide(ctx, here)
	if err != nil {
		f := fault("messages", Unknown, err)
		f.Text = "cannot ask Clerk what it sent: " + f.Text
		return []Finding{f}
	}
	if side.Endpoint == nil {
		return nil
	}
	lost := lostMessages(side)
	if len(lost) == 0 {
		return []Finding{{Name: "messages", Status: OK, Text: fmt.Sprintf("%s of Clerk's arrived in the last 24 hours; none was lost", text.Plural(side.Count(attempts.Arrived), "message"))}}
	}
	why := lost[0].Reason
	f := Finding{
		Name: "messages", Status: Warning,
		Text: fmt.Sprintf("Clerk says it sent %s in the last 24 hours that did not arrive here; of the last: %s", text.Plural(len(lost), "message"), why.Text),
		Fix:  []string{"hooktop endpoint status lists them, each with its cause"},
	}
	if why.Fix != "" {
		f.Fix = append([]string{why.Fix}, f.Fix...)
	}
	return []Finding{f}
}

// lostMessages returns the messages that were sent and are not here, newest first.
func lostMessages(side attempts.Side) (lost []attempts.Message) {
	for _, m := range side.Messages {
		if m.Delivery == 0 && (m.State == attempts.Failed || m.State == attempts.Missing) {
			lost = append(lost, m)
		}
	}
	return lost
}
