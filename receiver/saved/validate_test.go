package saved

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// memory is a store that keeps what is imported in order.
type memory struct{ kept []webhook.Delivery }

func (m *memory) Import(_ context.Context, all []*webhook.Imported) error {
	for _, i := range all {
		i.ID = int64(len(m.kept) + 1)
		m.kept = append(m.kept, i.Delivery)
	}
	return nil
}

func (m *memory) Delivery(_ context.Context, id int64) (webhook.Delivery, error) {
	return m.kept[id-1], nil
}

// imported imports a text and returns what was kept, and what was refused.
func imported(t *testing.T, text string) (kept []webhook.Delivery, refused []string) {
	t.Helper()
	var store memory
	i := Importer{
		Store: &store, MaxBody: 1 << 20, Now: time.Now,
		Verify:   receiver.Importer{Keys: func(string) webhook.Keyring { return webhook.Keyring{} }},
		Imported: func(webhook.Delivery) error { return nil },
		Noted:    func(string, string) {},
		Refused:  func(place string, err error) { refused = append(refused, place+": "+err.Error()) },
	}
	sum, err := i.Run(t.Context(), strings.NewReader(text))
	if err != nil || sum.Refused != len(refused) || sum.New != len(store.kept) {
		t.Fatalf("%+v, %v", sum, err)
	}
	return store.kept, refused
}

// exportedLine returns a line of hooktop export, after change.
func exportedLine(t *testing.T, change func(map[string]any)) string {
	t.Helper()
	d := webhook.Delivery{
		ID: 7, At: time.Unix(1795341600, 0), Provider: "clerk", Origin: webhook.Tunnel, Outcome: webhook.Rejected, Attempt: 1,
		Request: webhook.Request{Method: http.MethodPost, URL: "/api/webhooks/clerk", Header: http.Header{"A": {"b"}}, Body: []byte("{}")},
		Bytes:   2, Answer: webhook.Answer{Status: 400, Body: []byte(`{}`)},
		Verdict:  webhook.Verdict{Code: webhook.WrongSecret, Title: "Another secret", Checks: []webhook.Check{{Name: "headers", OK: true}}},
		Forwards: []webhook.Forward{{ID: 1, DeliveryID: 7, At: time.Unix(1795341601, 0), Target: "http://localhost:3000", Failure: webhook.Timeout, Error: "no whole answer within 15 s"}},
	}
	text, err := json.Marshal(exportLine{ndjson.NewWhole(d, advice.App{}), false})
	if err != nil {
		t.Fatal(err)
	}
	line := map[string]any{}
	if err := json.Unmarshal(text, &line); err != nil {
		t.Fatal(err)
	}
	if change != nil {
		change(line)
	}
	text, err = json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAnImportRefusesValuesThatDoNotExist(t *testing.T) {
	good := exportedLine(t, nil)
	inside := func(m map[string]any, name string) map[string]any { return m[name].(map[string]any) }
	first := func(m map[string]any, name string) map[string]any { return m[name].([]any)[0].(map[string]any) }
	escape := "local\x1b]0;TITLE\a"
	for _, c := range []struct {
		name   string
		change func(map[string]any)
		says   string
	}{
		{"an origin", func(m map[string]any) { m["origin"] = escape }, fmt.Sprintf("unknown origin %q", escape)},
		{"no origin", func(m map[string]any) { m["origin"] = "" }, `unknown origin ""`},
		{"an outcome", func(m map[string]any) { m["outcome"] = "exploded" }, `unknown outcome "exploded"`},
		{"a code", func(m map[string]any) { m["code"] = "wrong-secret\x1b[2J" }, `unknown code "wrong-secret\x1b[2J"`},
		{"a verdict", func(m map[string]any) { m["verdict"] = "trusted" }, `unknown verdict "trusted"`},
		{"a provider", func(m map[string]any) { m["provider"] = "acme" }, `unknown provider "acme"`},
		{"a forward's failure", func(m map[string]any) { first(m, "forwards")["failure"] = "sulking" }, `forward 1: unknown failure "sulking"`},
		{"negative bytes", func(m map[string]any) { m["bytes"] = -1 }, "out of range"},
		{"a status", func(m map[string]any) { inside(m, "response")["status"] = 99999 }, "out of range"},
		{"a long title", func(m map[string]any) { inside(m, "diagnosis")["title"] = strings.Repeat("x", maxName+1) }, "title is 257 bytes long"},
		{"a long name of a check", func(m map[string]any) {
			inside(m, "diagnosis")["checks"].([]any)[0].(map[string]any)["name"] = strings.Repeat("x", maxName+1)
		}, "the name of a check is 257 bytes long"},
		{"long headers", func(m map[string]any) { m["headers"] = map[string]any{"A": []string{strings.Repeat("x", maxHeaders)}} }, "headers is"},
		{"a long error of a forward", func(m map[string]any) { first(m, "forwards")["error"] = strings.Repeat("x", maxProse+1) }, "forward 1: error is"},
		{"too many checks", func(m map[string]any) {
			inside(m, "diagnosis")["checks"] = make([]map[string]any, maxList+1)
		}, "checks; at most"},
	} {
		t.Run(c.name, func(t *testing.T) {
			kept, refused := imported(t, good+"\n"+exportedLine(t, c.change)+"\n"+good)
			if len(kept) != 2 || len(refused) != 1 || !strings.HasPrefix(refused[0], "line 2: ") || !strings.Contains(refused[0], c.says) {
				t.Errorf("kept %d, refused %q, want %q", len(kept), refused, c.says)
			}
		})
	}
}

func TestAnImportAcceptsEveryValueThatExists(t *testing.T) {
	var lines []string
	for _, o := range webhook.Origins() {
		lines = append(lines, exportedLine(t, func(m map[string]any) { m["origin"] = o }))
	}
	for _, o := range webhook.Outcomes() {
		lines = append(lines, exportedLine(t, func(m map[string]any) { m["outcome"] = o }))
	}
	for _, code := range webhook.Codes() {
		lines = append(lines, exportedLine(t, func(m map[string]any) { m["code"] = code }))
	}
	for _, f := range webhook.ForwardFailures() {
		lines = append(lines, exportedLine(t, func(m map[string]any) { m["forwards"].([]any)[0].(map[string]any)["failure"] = f }))
	}
	if kept, refused := imported(t, strings.Join(lines, "\n")); len(kept) != len(lines) || len(refused) > 0 {
		t.Errorf("of %d lines %d were kept; refused: %q", len(lines), len(kept), refused)
	}
}
