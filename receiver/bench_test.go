package receiver_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// kept stands for the store: it keeps nothing.
type kept struct{}

func (kept) Capture(_ context.Context, d *webhook.Delivery, _ webhook.Event) error {
	d.ID, d.Outcome = 1, webhook.Created
	if !d.Verdict.Verified {
		d.Outcome = webhook.Rejected
	}
	d.Answer = webhook.AnswerTo(*d)
	return nil
}

// BenchmarkReceive measures what a delivery costs outside the store and net/http.
func BenchmarkReceive(b *testing.B) {
	p := providers.Clerk{}
	right, wrong := webhook.NewSecret(providers.NewSecret(p), webhook.Source{}), webhook.NewSecret(providers.NewSecret(p), webhook.Source{})
	body, err := p.Sample(webhook.Sample{Type: "user.created", Set: []webhook.Assignment{{Path: "data.unsafe_metadata.note", Value: []byte(`"` + strings.Repeat("x", 900) + `"`)}}})
	if err != nil {
		b.Fatal(err)
	}
	for name, secret := range map[string]webhook.Secret{"verified": right, "rejected": wrong} {
		b.Run(name, func(b *testing.B) {
			r := &receiver.Receiver{
				Store: kept{}, MaxBody: 1 << 20, Now: time.Now, Self: receiver.NewInstance(), SelfTest: receiver.NewSelfTest(),
				Endpoints: receiver.Endpoints{{Path: "/api/webhooks/clerk", Provider: p, Secrets: func() []webhook.Secret { return []webhook.Secret{right} }}},
				Captured:  func(webhook.Delivery) {},
			}
			h := r.Local()
			header := http.Header{"User-Agent": {"Svix-Webhooks/1.99.1 (sender-9YMgn; +https://www.svix.com/http-sender/)"}, "Content-Type": {"application/json"}, "Accept": {"*/*"}}
			if err := p.Signing().SignMessage(header, secret, "msg_1", time.Now(), body); err != nil {
				b.Fatal(err)
			}
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				req := httptest.NewRequest(http.MethodPost, "/api/webhooks/clerk", io.NopCloser(bytes.NewReader(body)))
				req.Header, req.ContentLength = header, int64(len(body))
				w := httptest.NewRecorder()
				h.ServeHTTP(w, req)
				if (w.Code == http.StatusOK) != (name == "verified") {
					b.Fatalf("answered %d: %s", w.Code, w.Body)
				}
			}
		})
	}
}
