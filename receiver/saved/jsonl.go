package saved

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// JSONLines writes all that is kept of each delivery as an object on one line:
// what show --json prints, and whether the body was masked.
type JSONLines struct{ To io.Writer }

type exportLine struct {
	ndjson.Whole
	Masked bool `json:"masked"`
}

// Begin implements Writer.
func (j JSONLines) Begin() error { return nil }

// End implements Writer.
func (j JSONLines) End() error { return nil }

// Add implements Writer.
func (j JSONLines) Add(d webhook.Delivery, masked bool) error {
	return ndjson.Write(j.To, exportLine{ndjson.NewWhole(d, advice.App{}), masked})
}

// ownLine reads what JSONLines writes.
func (p *parser) ownLine(line []byte) (f fileEntry, err error) {
	var own exportLine
	if err := json.Unmarshal(line, &own); err != nil {
		return f, fmt.Errorf("it is not a line of hooktop export: %w", err)
	}
	if own.Headers == nil {
		return f, errors.New("it has no request: hooktop export writes whole deliveries, hooktop listen does not")
	}
	if !webhook.VerdictState(own.Verdict).Valid() {
		return f, unknown("verdict", own.Verdict)
	}
	d, err := ndjson.Restore(own.Whole)
	if err != nil {
		return f, err
	}
	p.take(&f, Request{Request: d.Request, At: d.At})
	d.At, f.Delivery = f.At, d
	f.id, f.parent, f.masked, f.verdict = d.ID, d.ParentID, own.Masked, &d.Verdict
	if f.masked {
		f.Bytes = int64(len(f.Body))
	}
	f.ID, f.ParentID = 0, 0
	f.sent = own.Response == nil && own.Outcome == nil
	return f, nil
}
