package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tunnel"
)

// The objects that --json prints, one a line. Absent values are null, never
// left out; times are RFC 3339 in UTC.
type (
	readyLine struct {
		Kind        string            `json:"kind"`
		LocalURL    string            `json:"local_url"`
		WebhookURLs map[string]string `json:"webhook_urls"`
		PublicURL   *string           `json:"public_url"`
		Tunnel      tunnel.State      `json:"tunnel"`
	}
	tunnelLine struct {
		Kind      string       `json:"kind"`
		State     tunnel.State `json:"state"`
		PublicURL *string      `json:"public_url"`
		LatencyMS *float64     `json:"latency_ms"`
		Error     *string      `json:"error"`
		Fix       *string      `json:"fix"`
	}
	deliveryLine struct {
		Kind       string    `json:"kind"`
		ID         int64     `json:"id"`
		At         time.Time `json:"at"`
		Provider   *string   `json:"provider"`
		Event      *string   `json:"event"`
		MessageID  *string   `json:"message_id"`
		Attempt    int       `json:"attempt"`
		Standing   string    `json:"standing"`
		Verdict    string    `json:"verdict"`
		Code       *string   `json:"code"`
		Outcome    *string   `json:"outcome"`
		UserID     *string   `json:"user_id"`
		Email      *string   `json:"email"`
		Status     *int      `json:"status"`
		DurationMS float64   `json:"duration_ms"`
		Bytes      int64     `json:"bytes"`
		Origin     string    `json:"origin"`
		ParentID   *int64    `json:"parent_id"`
	}
	forwardLine struct {
		Kind       string    `json:"kind"`
		ID         int64     `json:"id"`
		DeliveryID int64     `json:"delivery_id"`
		At         time.Time `json:"at"`
		Target     string    `json:"target"`
		Status     *int      `json:"status"`
		DurationMS float64   `json:"duration_ms"`
		Error      *string   `json:"error"`
	}
	differenceLine struct {
		Kind     string  `json:"kind"`
		UserID   string  `json:"user_id"`
		Column   string  `json:"column"`
		Has      *string `json:"has"`
		Replayed *string `json:"replayed"`
	}
	rebuildLine struct {
		Kind        string `json:"kind"`
		Deliveries  int64  `json:"deliveries"`
		Snapshot    int64  `json:"snapshot"`
		Users       int64  `json:"users"`
		Differences int64  `json:"differences"`
	}
	userLine struct {
		Kind string `json:"kind"`
		webhook.User
		// Over the row's own: a user that was never seen but deleted has none.
		Email      *string    `json:"email"`
		CreatedAt  *time.Time `json:"createdAt"`
		UpdatedAt  *time.Time `json:"updatedAt"`
		Deleted    bool       `json:"deleted"`
		DeletedAt  *time.Time `json:"deletedAt"`
		DeliveryID *int64     `json:"delivery_id"`
	}
)

// show's objects: a delivery line with what only a whole delivery has.
type (
	wholeLine struct {
		deliveryLine
		Note       *string             `json:"note"`
		Method     string              `json:"method"`
		URL        string              `json:"url"`
		Host       string              `json:"host"`
		RemoteAddr string              `json:"remote_addr"`
		Headers    map[string][]string `json:"headers"`
		Body       *string             `json:"body"`
		BodyBase64 []byte              `json:"body_base64"`
		Response   *responseLine       `json:"response"`
		Diagnosis  diagnosisLine       `json:"diagnosis"`
		Change     *changeLine         `json:"change"`
		Forwards   []wholeForwardLine  `json:"forwards"`
	}
	responseLine struct {
		Status int             `json:"status"`
		Body   json.RawMessage `json:"body"`
	}
	diagnosisLine struct {
		Title      string        `json:"title"`
		Detail     string        `json:"detail"`
		Fix        *string       `json:"fix"`
		Secret     *string       `json:"secret"`
		Checks     []checkLine   `json:"checks"`
		Difference *bodyPartLine `json:"difference"`
	}
	// bodyPartLine says where two bodies part: bytes that are not UTF-8 are
	// "base64:…".
	bodyPartLine struct {
		Offset      int64  `json:"offset"`
		Signed      string `json:"signed"`
		SignedEnds  bool   `json:"signed_ends"`
		Arrived     string `json:"arrived"`
		ArrivedEnds bool   `json:"arrived_ends"`
	}
	checkLine struct {
		Name   string `json:"name"`
		OK     bool   `json:"ok"`
		Detail string `json:"detail"`
		Hint   bool   `json:"hint"`
	}
	changeLine struct {
		UserID string        `json:"user_id"`
		Before *webhook.User `json:"before"`
		After  *webhook.User `json:"after"`
	}
	// historyLine is a delivery in the history of a user.
	historyLine struct {
		deliveryLine
		Change *changeLine `json:"change"`
	}
	wholeForwardLine struct {
		forwardLine
		Headers    map[string][]string `json:"headers"`
		Body       *string             `json:"body"`
		BodyBase64 []byte              `json:"body_base64"`
		Truncated  bool                `json:"truncated"`
	}
)

// ndjson prints one object a line, and leaves & < > as they are. What would
// move a terminal's cursor or turn its text is escaped: it is the same JSON.
func ndjson(w io.Writer, line any) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(line); err != nil {
		return err
	}
	_, err := w.Write(harmless(b.Bytes()))
	return err
}

// harmless escapes the characters that a terminal obeys or hides. encoding/json
// does that for those below 0x20; outside of strings there are none.
func harmless(text []byte) []byte {
	var out []byte
	for i, r := range string(text) {
		if r != 0x7f && (r < 0x80 || r > 0x9f) && !unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			if out != nil {
				out = utf8.AppendRune(out, r)
			}
			continue
		}
		if out == nil {
			out = append(make([]byte, 0, len(text)+64), text[:i]...)
		}
		if high, low := utf16.EncodeRune(r); high != unicode.ReplacementChar {
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		} else {
			out = fmt.Appendf(out, `\u%04x`, r)
		}
	}
	if out == nil {
		return text
	}
	return out
}

func deliveryObject(d webhook.Delivery) deliveryLine {
	return deliveryLine{
		Kind: "delivery", ID: d.ID, At: d.At.UTC(), Provider: absent(d.Provider), Event: absent(d.Type),
		MessageID: absent(d.MessageID), Attempt: d.Attempt, Standing: string(d.Standing()), Verdict: verdictWord(d.Verdict), Code: absent(string(d.Verdict.Code)),
		Outcome: absent(string(d.Outcome)), UserID: absent(d.UserID), Email: absent(d.Email), Status: absent(d.Answer.Status),
		DurationMS: milliseconds(d.Duration), Bytes: d.Bytes, Origin: string(d.Origin), ParentID: absent(d.ParentID),
	}
}

func verdictWord(v webhook.Verdict) string {
	if v.Verified {
		return "verified"
	}
	return "rejected"
}

func diagnosisObject(v webhook.Verdict) diagnosisLine {
	line := diagnosisLine{Title: v.Title, Detail: v.Detail, Fix: absent(v.Fix), Secret: absent(v.Secret), Checks: []checkLine{}}
	for _, c := range v.Checks {
		line.Checks = append(line.Checks, checkLine(c))
	}
	if d := v.Difference; d != nil {
		line.Difference = &bodyPartLine{d.Offset, textOrMarked(d.Signed.Text), d.Signed.Ends, textOrMarked(d.Arrived.Text), d.Arrived.Ends}
	}
	return line
}

func forwardObject(f webhook.Forward) forwardLine {
	return forwardLine{
		Kind: "forward", ID: f.ID, DeliveryID: f.DeliveryID, At: f.At.UTC(), Target: f.Target,
		Status: absent(f.Status), DurationMS: milliseconds(f.Duration), Error: absent(f.Error),
	}
}

func tunnelObject(s tunnel.Status) tunnelLine {
	line := tunnelLine{Kind: "tunnel", State: s.State, PublicURL: absent(s.URL), Error: absent(s.Err), Fix: absent(s.Fix)}
	if s.Latency > 0 {
		latency := milliseconds(s.Latency)
		line.LatencyMS = &latency
	}
	return line
}

func userObject(u webhook.UserRecord) userLine {
	line := userLine{
		Kind: "user", User: u.User, Email: absent(u.Email), CreatedAt: absent(u.CreatedAt), UpdatedAt: absent(u.UpdatedAt),
		Deleted: u.Deleted(), DeliveryID: absent(u.DeliveryID),
	}
	if u.Deleted() {
		at := u.DeletedAt.UTC()
		line.DeletedAt = &at
	}
	return line
}

func wholeObject(d webhook.Delivery) wholeLine {
	line := wholeLine{
		deliveryLine: deliveryObject(d), Note: absent(d.Note),
		Method: d.Method, URL: d.URL, Host: d.Host, RemoteAddr: d.RemoteAddr, Headers: headersObject(d.Header),
		Diagnosis: diagnosisObject(d.Verdict),
		Change:    changeObject(d.Change),
		Forwards:  []wholeForwardLine{},
	}
	line.Body, line.BodyBase64 = textOrBytes(d.Body)
	if d.Answer.Status != 0 {
		line.Response = &responseLine{d.Answer.Status, answerObject(d.Answer.Body)}
	}
	for _, f := range d.Forwards {
		whole := wholeForwardLine{forwardLine: forwardObject(f), Headers: headersObject(f.Header), Truncated: f.Truncated}
		whole.Body, whole.BodyBase64 = textOrBytes(f.Body)
		line.Forwards = append(line.Forwards, whole)
	}
	return line
}

func changeObject(c *webhook.Change) *changeLine {
	if c == nil {
		return nil
	}
	return &changeLine{c.UserID, c.Before, c.After}
}

// answerObject is the body of an answer: as it is where it is JSON, as a string
// where an app answered with other text, and null where that is none.
func answerObject(body []byte) json.RawMessage {
	if json.Valid(body) {
		return body
	}
	if text, _ := textOrBytes(body); text != nil && len(body) > 0 {
		if quoted, err := json.Marshal(*text); err == nil {
			return quoted
		}
	}
	return nil
}

// base64Mark begins a header's value that JSON cannot hold, for it is not
// UTF-8, or that begins so itself.
const base64Mark = "base64:"

func headersObject(h map[string][]string) map[string][]string {
	out := make(map[string][]string, len(h))
	for name, values := range h {
		out[name] = make([]string, len(values))
		for i, v := range values {
			out[name][i] = textOrMarked([]byte(v))
		}
	}
	return out
}

// textOrMarked gives bytes as text, in base64 behind a mark where JSON cannot
// hold them.
func textOrMarked(b []byte) string {
	if !utf8.Valid(b) || strings.HasPrefix(string(b), base64Mark) {
		return base64Mark + base64.StdEncoding.EncodeToString(b)
	}
	return string(b)
}

// textOrBytes gives a body as text, or as bytes (base64 in JSON) where it is
// not UTF-8; neither where it was not kept.
func textOrBytes(body []byte) (text *string, raw []byte) {
	switch {
	case body == nil:
		return nil, nil
	case utf8.Valid(body):
		s := string(body)
		return &s, nil
	}
	return nil, body
}

// absent is nil for a zero value, which JSON shows as null.
func absent[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
