package ndjson

import (
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// Direct is an app's answer to a delivery that hooktop did not keep: a forward
// without ids, with the whole answer and what it means.
type Direct struct {
	Kind       string              `json:"kind"`
	ID         *int64              `json:"id"`
	DeliveryID *int64              `json:"delivery_id"`
	At         time.Time           `json:"at"`
	Event      *string             `json:"event"`
	MessageID  string              `json:"message_id"`
	Target     string              `json:"target"`
	Status     *int                `json:"status"`
	DurationMS float64             `json:"duration_ms"`
	Error      *string             `json:"error"`
	Failure    *string             `json:"failure"`
	Headers    map[string][]string `json:"headers"`
	Body       *string             `json:"body"`
	BodyBase64 []byte              `json:"body_base64"`
	Truncated  bool                `json:"truncated"`
	Advice
}

// NewDirect returns the object of a delivery that was sent to an app and not kept.
// It has one forward.
func NewDirect(d webhook.Delivery, app advice.App) Direct {
	f := d.Forwards[0]
	line := Direct{
		Kind: "forward", At: f.At.UTC(), Event: Null(d.Type), MessageID: d.MessageID, Target: f.Target, Status: Null(f.Status),
		DurationMS: Milliseconds(f.Duration), Failure: Null(string(f.Failure)), Error: Null(f.Error), Headers: Headers(f.Header), Truncated: f.Truncated,
		Advice: newAdvice(advice.On(d, f, app)),
	}
	line.Body, line.BodyBase64 = Body(f.Body)
	return line
}
