package print

import (
	"cmp"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// Direct returns an app's answer to a delivery that hooktop did not keep, on one
// line; below it, if the app did not accept it, what it said, unless that is
// quoted in what it means, and what to do.
func Direct(d webhook.Delivery, app advice.App) Text {
	f := d.Forwards[0]
	event, at := cmp.Or(d.Type, "?"), Faint(Time(f.At))
	line := Sprintf("%s %s %s %s %s", at, StatusStyle(f.Status)(Sprintf("→ %d", f.Status)), event, f.Target, Duration(f.Duration))
	if f.Status == 0 {
		line = Sprintf("%s %s %s %s %s", at, Bad("→ ✗"), event, f.Target, f.Error)
	}
	lines := []Text{line}
	means := advice.On(d, f, app)
	if said := AnswerHead(f); f.Failed() && said != "" && !strings.Contains(means.Says, strings.ReplaceAll(said, `"`, "'")) {
		lines = append(lines, Sprintf("  it said: %s", said))
	}
	if a := Advice(means); !a.IsEmpty() {
		lines = append(lines, a)
	}
	return Join("\n", lines...)
}
