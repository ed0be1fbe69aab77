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

	"github.com/hooktop/hooktop/receiver/proof"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// The headers in which hooktop's own senders say what they are. They count only
// together with the instance's token, and are not part of the delivery then.
const (
	tokenHeader    = "Hooktop-Door"
	originHeader   = "Hooktop-Origin"
	parentHeader   = "Hooktop-Parent"
	deliveryHeader = "Hooktop-Delivery"
	instanceHeader = "Hooktop-Instance"
)

// Instance is a running hooktop as its own senders, trigger and resend, reach it:
// over HTTP like any sender, with a token that lets them name the origin.
type Instance struct {
	// URL is the local address: http://127.0.0.1:4747.
	URL string
	// ID tells one run of hooktop from another; it is not secret.
	ID string
	// Token is new at each start and never leaves this machine.
	Token string
}

// NewInstance returns the instance of a new run, without its URL.
func NewInstance() Instance { return Instance{ID: rand.Text(), Token: rand.Text()} }

// Alive reports whether the instance still answers at its URL, and not another
// program that took its port since. Only an address on this machine is asked.
func (i Instance) Alive(ctx context.Context) bool { return i.Check(ctx) == nil }

// Check returns why the instance cannot be reached, proof.ErrUnproven for a program
// that gives its ID without knowing its token.
func (i Instance) Check(ctx context.Context) error {
	client, err := i.connect(ctx)
	if err != nil {
		return err
	}
	client.CloseIdleConnections()
	return nil
}

// connect returns a client for the program at the URL, which has proven that it is
// this instance. Nothing is sent to any other.
func (i Instance) connect(ctx context.Context) (*http.Client, error) {
	return i.self().Connect(ctx, SendTimeout)
}

func (i Instance) self() proof.Self { return proof.Self{URL: i.URL, ID: i.ID, Token: i.Token} }

// Status asks the instance for its Receiver's Status and reads it into what
// status points to.
func (i Instance) Status(ctx context.Context, status any) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, i.URL+proof.Path, nil)
	if err != nil {
		return fmt.Errorf("ask %s: %w", i.URL, err)
	}
	client, err := i.connect(ctx)
	if err != nil {
		return fmt.Errorf("ask %s: %w", i.URL, err)
	}
	defer client.CloseIdleConnections()
	req.Header.Set(tokenHeader, i.Token)
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", i.URL, err)
	}
	defer res.Body.Close()
	if !i.answered(res) {
		return fmt.Errorf("ask %s: another program answered", i.URL)
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, 64<<10)).Decode(status); err != nil {
		return fmt.Errorf("ask %s: %w", i.URL, err)
	}
	return nil
}

func (i Instance) answered(res *http.Response) bool {
	return res.StatusCode == http.StatusOK && res.Header.Get(instanceHeader) == i.ID
}

// Receipt is what an instance answered to a sender of hooktop's own.
type Receipt struct {
	DeliveryID int64
	Status     int
	Message    string
}

// Send posts a signed message to the instance and returns once it is committed.
// parent is the delivery that it resends, or 0.
func (i Instance) Send(ctx context.Context, path string, h http.Header, body []byte, origin webhook.Origin, parent int64) (Receipt, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, i.URL+path, bytes.NewReader(body))
	if err != nil {
		return Receipt{}, fmt.Errorf("send to %s: %w", i.URL, err)
	}
	req.Header = h.Clone()
	req.Header.Set(tokenHeader, i.Token)
	req.Header.Set(originHeader, string(origin))
	req.Header.Set(parentHeader, strconv.FormatInt(parent, 10))
	client, err := i.connect(ctx)
	if err != nil {
		return Receipt{}, fmt.Errorf("send to %s: %w", i.URL, err)
	}
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		return Receipt{}, fmt.Errorf("send to %s: %w", i.URL, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil {
		return Receipt{}, fmt.Errorf("read the answer of %s: %w", i.URL, err)
	}
	receipt := Receipt{Status: res.StatusCode, Message: message(text)}
	receipt.DeliveryID, err = strconv.ParseInt(res.Header.Get(deliveryHeader), 10, 64)
	if err != nil {
		return receipt, fmt.Errorf("%s did not store it: %d %s", i.URL, res.StatusCode, receipt.Message)
	}
	return receipt, nil
}

// message returns the message of a JSON answer, or the answer itself.
func message(answer []byte) string {
	var said struct{ Message string }
	if json.Unmarshal(answer, &said) == nil && said.Message != "" {
		return said.Message
	}
	return strings.TrimSpace(string(answer))
}

// knows reports whether a request has the instance's token.
func (i Instance) knows(h http.Header) bool {
	return i.Token != "" && subtle.ConstantTimeCompare([]byte(h.Get(tokenHeader)), []byte(i.Token)) == 1
}

// admit takes origin and parent from the headers of a delivery that has the
// token, and removes those headers. It reports whether the delivery has it.
func (i Instance) admit(d *webhook.Delivery) bool {
	if d.Origin != webhook.Local || !i.knows(d.Header) {
		return false
	}
	if origin := webhook.Origin(d.Header.Get(originHeader)); origin == webhook.Trigger || origin == webhook.Resend {
		d.Origin = origin
	}
	if parent, err := strconv.ParseInt(d.Header.Get(parentHeader), 10, 64); err == nil {
		d.ParentID = parent
	}
	for _, name := range []string{tokenHeader, originHeader, parentHeader} {
		d.Header.Del(name)
	}
	return true
}
