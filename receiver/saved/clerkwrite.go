package saved

import (
	"errors"
	"io"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// ClerkLines writes each delivery as clerk webhooks listen --json prints it, so that
// clerk webhooks verify --delivery reads it:
// https://github.com/clerk/cli/blob/main/packages/cli-core/src/commands/webhooks/verify.ts
type ClerkLines struct{ To io.Writer }

type clerkLine struct {
	Type      string            `json:"type"`
	SvixID    string            `json:"svix_id"`
	EventType string            `json:"event_type"`
	Headers   map[string]string `json:"headers"`
	BodyB64   []byte            `json:"body_b64"`
	Status    *int              `json:"forward_status"`
	LatencyMS float64           `json:"latency_ms"`
	// At is hooktop's own field; clerk ignores it.
	At time.Time `json:"at"`
}

// Begin implements Writer.
func (c ClerkLines) Begin() error { return nil }

// End implements Writer.
func (c ClerkLines) End() error { return nil }

// Add implements Writer. clerk reads only svix- headers, so webhook- headers
// are written under those names.
func (c ClerkLines) Add(d webhook.Delivery, masked bool) error {
	switch {
	case d.Provider != "clerk":
		return &LeftOut{errors.New("it is not a delivery of Clerk")}
	case d.Bytes != int64(len(d.Body)) && !masked:
		return &LeftOut{errors.New("its body was not stored")}
	}
	line := clerkLine{Type: "event", SvixID: d.MessageID, EventType: d.Type, Headers: map[string]string{}, BodyB64: d.Body, At: d.At.UTC()}
	if d.Body == nil {
		line.BodyB64 = []byte{}
	}
	for name, values := range d.Header {
		line.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	for _, part := range []string{"id", "timestamp", "signature"} {
		if v, ok := line.Headers["webhook-"+part]; ok && line.Headers["svix-"+part] == "" {
			line.Headers["svix-"+part] = v
		}
	}
	if n := len(d.Forwards); n > 0 {
		last := d.Forwards[n-1]
		line.Status, line.LatencyMS = ndjson.Null(last.Status), ndjson.Milliseconds(last.Duration)
	}
	return ndjson.Write(c.To, line)
}
