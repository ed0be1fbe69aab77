package saved

import (
	"io"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
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
	return ndjson.Write(j.To, exportLine{ndjson.NewWhole(d), masked})
}
