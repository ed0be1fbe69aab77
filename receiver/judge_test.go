package receiver

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// signedDelivery returns a delivery as it is before it is verified.
func signedDelivery(t *testing.T, message, body string, with webhook.Secret) webhook.Delivery {
	t.Helper()
	h := http.Header{}
	if err := (providers.Clerk{}).Signing().SignMessage(h, with, message, now, []byte(body)); err != nil {
		t.Fatal(err)
	}
	return webhook.Delivery{At: now, Request: webhook.Request{Method: http.MethodPost, Header: h, Body: []byte(body)}, Bytes: int64(len(body))}
}

func TestAnEventWithoutATimeHasThatOfItsReceipt(t *testing.T) {
	d := signedDelivery(t, "msg_1", `{"data":{"email_addresses":[{"email_address":"ada@example.com","id":"idn_1"}],"id":"user_1"},"type":"user.created"}`, secret)
	if event := judge(&d, providers.Clerk{}, []webhook.Secret{secret}); !d.Verdict.Verified || !event.At.Equal(now) {
		t.Errorf("verified %v, the event's time is %v, want %v", d.Verdict.Verified, event.At, now)
	}
}

func TestALargeBodyIsParsedOnlyIfItVerifies(t *testing.T) {
	body := `{"type":"user.created","data":{"id":"` + strings.Repeat("x", maxUnverified) + `"}}`
	for _, c := range []struct {
		name string
		with webhook.Secret
		want string
	}{
		{"it verifies", secret, "user.created"},
		{"it does not verify", other, ""},
	} {
		d := signedDelivery(t, "msg_1", body, c.with)
		judge(&d, providers.Clerk{}, []webhook.Secret{secret})
		if d.Type != c.want {
			t.Errorf("%s: the type is %q, want %q", c.name, d.Type, c.want)
		}
	}
}

func TestATooLongMessageIDIsDropped(t *testing.T) {
	d := signedDelivery(t, strings.Repeat("m", 300), clerkText, secret)
	if judge(&d, providers.Clerk{}, []webhook.Secret{secret}); !d.Verdict.Verified || d.MessageID != "" {
		t.Errorf("verified %v, the message id has %d bytes", d.Verdict.Verified, len(d.MessageID))
	}
}

func TestJudgeNamesTheCauseOfARejection(t *testing.T) {
	d := signedDelivery(t, "msg_1", clerkText, other)
	Judge(&d, providers.Clerk{}, webhook.Keyring{Secrets: []webhook.Secret{secret}, Others: []webhook.Secret{other}})
	if d.Verdict.Code != webhook.OtherKnownSecret {
		t.Errorf("the code is %s, want %s", d.Verdict.Code, webhook.OtherKnownSecret)
	}
}
