package receiver

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The headers by which hooktop's own senders say what they are. They count
// only together with the door's token, and are then not a part of the delivery.
const (
	tokenHeader    = "Hooktop-Door"
	originHeader   = "Hooktop-Origin"
	parentHeader   = "Hooktop-Parent"
	deliveryHeader = "Hooktop-Delivery"
	instanceHeader = "Hooktop-Instance"
)

// Door is a running receiver as hooktop's own senders, trigger and resend,
// reach it: over HTTP like any sender, with a token that lets them name the
// origin.
type Door struct {
	// URL is the local address: http://127.0.0.1:4747.
	URL string
	// Instance tells one run of hooktop from another; it is no secret.
	Instance string
	// Token is new at each start and never leaves this machine.
	Token string
}

// NewDoor makes the door of a new run.
func NewDoor() Door { return Door{Instance: rand.Text(), Token: rand.Text()} }

// Open says whether the hooktop of this door still answers at its URL, and
// that it is the same one and not what took its port since.
func (d Door) Open(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL+"/healthz", nil)
	if err != nil {
		return false
	}
	res, err := d.client().Do(req)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	return res.StatusCode == http.StatusOK && res.Header.Get(instanceHeader) == d.Instance
}

// Ask asks the hooktop of this door for its Condition, and reads it into what
// condition points to.
func (d Door) Ask(ctx context.Context, condition any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, d.URL+"/healthz", nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", d.URL, err)
	}
	req.Header.Set(tokenHeader, d.Token)
	res, err := d.client().Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", d.URL, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get(instanceHeader) != d.Instance {
		return fmt.Errorf("ask %s: it is another program", d.URL)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(condition); err != nil {
		return fmt.Errorf("ask %s: %w", d.URL, err)
	}
	return nil
}

// Receipt is what the door answered to a sender of its own.
type Receipt struct {
	DeliveryID int64
	Status     int
	Message    string
}

// Send posts a signed message through the door and returns once it is
// committed. parent is the delivery that it resends, else 0.
func (d Door) Send(ctx context.Context, path string, h http.Header, body []byte, origin webhook.Origin, parent int64) (Receipt, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL+path, bytes.NewReader(body))
	if err != nil {
		return Receipt{}, fmt.Errorf("send to %s: %w", d.URL, err)
	}
	req.Header = h.Clone()
	req.Header.Set(tokenHeader, d.Token)
	req.Header.Set(originHeader, string(origin))
	req.Header.Set(parentHeader, strconv.FormatInt(parent, 10))
	res, err := d.client().Do(req)
	if err != nil {
		return Receipt{}, fmt.Errorf("send to %s: %w", d.URL, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return Receipt{}, fmt.Errorf("read the answer of %s: %w", d.URL, err)
	}
	receipt := Receipt{Status: res.StatusCode, Message: message(text)}
	receipt.DeliveryID, err = strconv.ParseInt(res.Header.Get(deliveryHeader), 10, 64)
	if err != nil {
		return receipt, fmt.Errorf("%s did not capture it: %d %s", d.URL, res.StatusCode, receipt.Message)
	}
	return receipt, nil
}

// client goes straight to this machine, past any proxy, and follows nothing.
func (d Door) client() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true, DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       SendTimeout,
	}
}

// message is the message of a JSON answer, or the answer itself.
func message(answer []byte) string {
	var said struct{ Message string }
	if json.Unmarshal(answer, &said) == nil && said.Message != "" {
		return said.Message
	}
	return strings.TrimSpace(string(answer))
}

// knows says whether a request bears the door's token.
func (d Door) knows(h http.Header) bool {
	return d.Token != "" && subtle.ConstantTimeCompare([]byte(h.Get(tokenHeader)), []byte(d.Token)) == 1
}

// admit takes the door's own headers off a delivery that came with the token,
// and takes its origin and parent from them.
func (d Door) admit(delivery *webhook.Delivery) bool {
	if delivery.Origin != webhook.Local || !d.knows(delivery.Header) {
		return false
	}
	if origin := webhook.Origin(delivery.Header.Get(originHeader)); origin == webhook.Trigger || origin == webhook.Resend {
		delivery.Origin = origin
	}
	if parent, err := strconv.ParseInt(delivery.Header.Get(parentHeader), 10, 64); err == nil {
		delivery.ParentID = parent
	}
	for _, name := range []string{tokenHeader, originHeader, parentHeader} {
		delivery.Header.Del(name)
	}
	return true
}
