package providers

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func benchmarkBody(size int) string {
	filler := strings.Repeat(`{"id":"idn_1","text":"some text & <more>","n":12.50},`, size/52)
	return `{"data":[` + strings.TrimSuffix(filler, ",") + `],"type":"user.created"}`
}

func BenchmarkVerify(b *testing.B) {
	body := benchmarkBody(4 << 10)
	r := webhook.Request{Method: "POST", URL: "/api/webhooks/clerk", Body: []byte(body), Header: http.Header{
		"Svix-Id": {autopsyID}, "Svix-Timestamp": {"1716883200"}, "Svix-Signature": {officially(b, autopsyOurs, body)},
	}}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if v := Verify(Clerk{}, r, autopsyAt, autopsyKeys.Secrets); !v.Verified {
			b.Fatal(v)
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	for _, size := range []int{4 << 10, 64 << 10, 1 << 20} {
		body := benchmarkBody(size)
		b.Run(fmt.Sprintf("%dKiB", size>>10), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				autopsyOf(v1(make([]byte, 32)), body, autopsyKeys)
			}
		})
	}
}
