// Package ndjson holds the objects that --json prints and export writes for a
// delivery, and reads such an object back. An absent value is null and never left
// out; times are RFC 3339 in UTC. It does not say which object a command prints.
package ndjson

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
)

// The objects of a list: a delivery, and one forward of it.
type (
	Delivery struct {
		Kind           string     `json:"kind"`
		ID             int64      `json:"id"`
		At             time.Time  `json:"at"`
		Provider       *string    `json:"provider"`
		Event          *string    `json:"event"`
		MessageID      *string    `json:"message_id"`
		Attempt        int        `json:"attempt"`
		Standing       string     `json:"standing"`
		Verdict        string     `json:"verdict"`
		Code           *string    `json:"code"`
		Outcome        *string    `json:"outcome"`
		UserID         *string    `json:"user_id"`
		Email          *string    `json:"email"`
		Status         *int       `json:"status"`
		DurationMS     float64    `json:"duration_ms"`
		Bytes          int64      `json:"bytes"`
		Truncated      bool       `json:"truncated"`
		Origin         string     `json:"origin"`
		ParentID       *int64     `json:"parent_id"`
		Note           *string    `json:"note"`
		ResolvedBy     *int64     `json:"resolved_by"`
		AcknowledgedAt *time.Time `json:"acknowledged_at"`
		VouchedBy      *string    `json:"vouched_by"`
	}
	Forward struct {
		Kind       string    `json:"kind"`
		ID         int64     `json:"id"`
		DeliveryID int64     `json:"delivery_id"`
		At         time.Time `json:"at"`
		Target     string    `json:"target"`
		Status     *int      `json:"status"`
		DurationMS float64   `json:"duration_ms"`
		Error      *string   `json:"error"`
		Failure    *string   `json:"failure"`
		Advice
	}
	// Advice is what the app's answer means. All fields are null if there is nothing
	// to say.
	Advice struct {
		Cause        *string  `json:"cause"`
		Certain      *bool    `json:"certain"`
		Alternatives []string `json:"alternatives"`
		Says         *string  `json:"says"`
		Fix          *string  `json:"fix"`
	}
)

// Tunnel is the state of the public side, by tunnel.State.
type Tunnel struct {
	Kind      string   `json:"kind"`
	State     string   `json:"state"`
	PublicURL *string  `json:"public_url"`
	LatencyMS *float64 `json:"latency_ms"`
	Error     *string  `json:"error"`
	Fix       *string  `json:"fix"`
	// Tunnel is ngrok, relay or pull; null for none and for the user's own.
	Tunnel *string `json:"tunnel"`
	Code   *string `json:"code"`
	// Attempt is the number of the current or next attempt to connect, null while
	// live.
	Attempt   *int       `json:"attempt"`
	NextTryAt *time.Time `json:"next_try_at"`
	// SelfTest is pending, passed, failed or unknown, null without one.
	SelfTest *string `json:"self_test"`
	// Unproven says why the self-test could not decide, null otherwise. That is not
	// an error: senders may well reach the URL.
	Unproven    *string    `json:"unproven"`
	ProvenAt    *time.Time `json:"proven_at"`
	LastHeardAt *time.Time `json:"last_heard_at"`
	// WebhookURLs has the public webhook URL of each provider, PreviousURLs those
	// that others have replaced since hooktop last ran.
	WebhookURLs  map[string]string `json:"webhook_urls"`
	PreviousURLs map[string]string `json:"previous_urls"`
	// Lost says what may have been lost while disconnected.
	Lost *string `json:"lost"`
}

// The objects of a whole delivery: what show --json and export print.
type (
	Whole struct {
		Delivery
		Method     string              `json:"method"`
		URL        string              `json:"url"`
		Host       string              `json:"host"`
		RemoteAddr string              `json:"remote_addr"`
		Headers    map[string][]string `json:"headers"`
		Body       *string             `json:"body"`
		BodyBase64 []byte              `json:"body_base64"`
		Response   *Response           `json:"response"`
		Diagnosis  Diagnosis           `json:"diagnosis"`
		Change     *Change             `json:"change"`
		Forwards   []WholeForward      `json:"forwards"`
		Resends    []int64             `json:"resends"`
	}
	Response struct {
		Status int             `json:"status"`
		Body   json.RawMessage `json:"body"`
	}
	Diagnosis struct {
		Title      string      `json:"title"`
		Detail     string      `json:"detail"`
		Fix        *string     `json:"fix"`
		Secret     *string     `json:"secret"`
		Checks     []Check     `json:"checks"`
		Difference *Difference `json:"difference"`
		// Certain is set if the cause is proven; otherwise Alternatives are the
		// causes that it may have, most likely first.
		Certain      bool                  `json:"certain"`
		Alternatives []webhook.Alternative `json:"alternatives"`
	}
	// Difference is the first place where the body that arrived is not the one that
	// was signed; bytes that are not UTF-8 are "base64:…".
	Difference struct {
		Offset      int64  `json:"offset"`
		Signed      string `json:"signed"`
		SignedEnds  bool   `json:"signed_ends"`
		Arrived     string `json:"arrived"`
		ArrivedEnds bool   `json:"arrived_ends"`
	}
	Check struct {
		Name   string `json:"name"`
		OK     bool   `json:"ok"`
		Detail string `json:"detail"`
		Hint   bool   `json:"hint"`
	}
	Change struct {
		UserID string        `json:"user_id"`
		Before *webhook.User `json:"before"`
		After  *webhook.User `json:"after"`
	}
	WholeForward struct {
		Forward
		Headers    map[string][]string `json:"headers"`
		Body       *string             `json:"body"`
		BodyBase64 []byte              `json:"body_base64"`
		Truncated  bool                `json:"truncated"`
	}
)

// NewDelivery returns the object of a delivery in a list.
func NewDelivery(d webhook.Delivery) Delivery {
	return Delivery{
		Kind: "delivery", ID: d.ID, At: d.At.UTC(), Provider: Null(d.Provider), Event: Null(d.Type),
		MessageID: Null(d.MessageID), Attempt: d.Attempt, Standing: string(d.Standing()), Verdict: string(d.Verdict.State()), Code: Null(string(d.Verdict.Code)),
		Outcome: Null(string(d.Outcome)), UserID: Null(d.UserID), Email: Null(d.Email), Status: Null(d.Answer.Status),
		DurationMS: Milliseconds(d.Duration), Bytes: d.Bytes, Truncated: d.Cut(), Origin: string(d.Origin), ParentID: Null(d.ParentID),
		Note: Null(d.Note), ResolvedBy: Null(d.ResolvedBy), AcknowledgedAt: Null(d.AcknowledgedAt.UTC()), VouchedBy: Null(string(d.VouchedBy())),
	}
}

// NewDiagnosis returns the object of a verdict's evidence.
func NewDiagnosis(v webhook.Verdict) Diagnosis {
	line := Diagnosis{
		Title: v.Title, Detail: v.Detail, Fix: Null(v.Fix), Secret: Null(v.Secret), Checks: []Check{},
		Certain: v.Certain(), Alternatives: append([]webhook.Alternative{}, v.Possible()...),
	}
	for _, c := range v.Checks {
		line.Checks = append(line.Checks, Check(c))
	}
	if d := v.Difference; d != nil {
		line.Difference = &Difference{d.Offset, marked(d.Signed.Text), d.Signed.Ends, marked(d.Arrived.Text), d.Arrived.Ends}
	}
	return line
}

// NewForward returns the object of a forward in a list, with what the app's answer
// means.
func NewForward(f webhook.Forward, a advice.Advice) Forward {
	return Forward{
		Kind: "forward", ID: f.ID, DeliveryID: f.DeliveryID, At: f.At.UTC(), Target: f.Target,
		Status: Null(f.Status), DurationMS: Milliseconds(f.Duration), Error: Null(f.Error), Failure: Null(string(f.Failure)), Advice: newAdvice(a),
	}
}

func newAdvice(a advice.Advice) Advice {
	if a.Says == "" {
		return Advice{}
	}
	o := Advice{Cause: Null(string(a.Cause)), Certain: &a.Certain, Alternatives: []string{}, Says: &a.Says, Fix: Null(a.Fix)}
	for _, other := range a.Others {
		o.Alternatives = append(o.Alternatives, string(other))
	}
	return o
}

// NewWhole returns the object of a delivery that was read whole. app is what is
// known about the app that it was forwarded to.
func NewWhole(d webhook.Delivery, app advice.App) Whole {
	line := Whole{
		Delivery: NewDelivery(d),
		Method:   d.Method, URL: d.URL, Host: d.Host, RemoteAddr: d.RemoteAddr, Headers: Headers(d.Header),
		Diagnosis: NewDiagnosis(d.Verdict),
		Change:    NewChange(d.Change),
		Forwards:  []WholeForward{},
		Resends:   append([]int64{}, d.Resends...),
	}
	line.Body, line.BodyBase64 = Body(d.Body)
	if d.Answer.Status != 0 {
		line.Response = &Response{d.Answer.Status, answerObject(d.Answer.Body)}
	}
	for _, f := range d.Forwards {
		whole := WholeForward{Forward: NewForward(f, advice.On(d, f, app)), Headers: Headers(f.Header), Truncated: f.Truncated}
		whole.Body, whole.BodyBase64 = Body(f.Body)
		line.Forwards = append(line.Forwards, whole)
	}
	return line
}

// NewChange returns the object of a change of a user, nil for none.
func NewChange(c *webhook.Change) *Change {
	if c == nil {
		return nil
	}
	return &Change{c.UserID, c.Before, c.After}
}

// answerObject returns the body of an answer: unchanged if it is JSON, as a string
// if it is other text, null if it is neither.
func answerObject(body []byte) json.RawMessage {
	if json.Valid(body) {
		return body
	}
	if text, _ := Body(body); text != nil && len(body) > 0 {
		if quoted, err := json.Marshal(*text); err == nil {
			return quoted
		}
	}
	return nil
}

// base64Prefix marks a string that JSON cannot hold because it is not UTF-8, or
// that begins with it itself.
const base64Prefix = "base64:"

// Headers returns headers as JSON can hold them.
func Headers(h map[string][]string) map[string][]string {
	out := make(map[string][]string, len(h))
	for name, values := range h {
		out[name] = make([]string, len(values))
		for i, v := range values {
			out[name][i] = marked([]byte(v))
		}
	}
	return out
}

// marked returns bytes as text, or as base64 behind its prefix if they are not
// UTF-8.
func marked(b []byte) string {
	if !utf8.Valid(b) || strings.HasPrefix(string(b), base64Prefix) {
		return base64Prefix + base64.StdEncoding.EncodeToString(b)
	}
	return string(b)
}

// Body returns a body as text, or as bytes (base64 in JSON) if it is not UTF-8;
// neither if it was not kept.
func Body(body []byte) (text *string, raw []byte) {
	switch {
	case body == nil:
		return nil, nil
	case utf8.Valid(body):
		s := string(body)
		return &s, nil
	}
	return nil, body
}

// Null returns nil for a zero value, which JSON shows as null.
func Null[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// Time returns a time in UTC as the objects show it, null for the zero time.
func Time(t time.Time) *time.Time { return Null(t.UTC()) }

// Milliseconds returns a duration as the objects show it, to the microsecond.
func Milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
