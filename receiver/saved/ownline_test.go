package saved

import (
	"bytes"
	"reflect"
	"testing"
	"time"
)

// A line of an export that is read and exported again is the same delivery.
func FuzzOwnLine(f *testing.F) {
	for _, line := range []string{
		`{"kind":"delivery","id":9,"at":"2026-11-29T10:00:00Z","provider":"clerk","event":"user.created","message_id":"msg_x","attempt":1,"verdict":"verified","code":null,"outcome":"created","status":200,"bytes":2,"origin":"local","method":"POST","url":"/api/webhooks/clerk","host":"x","remote_addr":"192.0.2.1:5","headers":{"Svix-Id":["msg_x"]},"body":"{}"}`,
		`{"verdict":"rejected","headers":{"A":["\u001b]0;x"]},"body_base64":"/w==","at":"x","diagnosis":{"checks":[{"name":"n"}]}}`,
		`{"verdict":"verified","headers":{},"body":"\ud800","duration_ms":1e308}`, `{"verdict":"verified","headers":null}`,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		p := parser{maxBody: 1 << 20, now: func() time.Time { return time.Unix(1e9, 0) }}
		first, err := p.ownLine(line)
		if err != nil || validate(&first) != nil {
			return
		}
		d := first.Delivery
		d.ID = first.id
		var out bytes.Buffer
		if err := (JSONLines{&out}).Add(d, first.masked); err != nil {
			return // a time after the year 9999 has no form
		}
		if bytes.ContainsRune(bytes.TrimSuffix(out.Bytes(), []byte("\n")), '\n') || bytes.ContainsRune(out.Bytes(), 0x1b) {
			t.Fatalf("it is written raw: %q", out.Bytes())
		}
		again, err := p.ownLine(out.Bytes())
		if err != nil {
			t.Fatalf("%s\nwas written as %s\nand cannot be read: %v", line, out.Bytes(), err)
		}
		if !bytes.Equal(again.Body, first.Body) || again.Method != first.Method || again.URL != first.URL || !again.At.Equal(first.At) || len(again.Header)+len(first.Header) > 0 && !reflect.DeepEqual(again.Header, first.Header) {
			t.Fatalf("%s\nbecame %s\n%+v\n%+v", line, out.Bytes(), first.Request, again.Request)
		}
	})
}
