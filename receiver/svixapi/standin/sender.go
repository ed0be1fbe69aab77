package standin

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	svix "github.com/svix/svix-webhooks/go"
	"github.com/svix/svix-webhooks/go/models"
)

// attempt is one try to send a message to an endpoint.
type attempt struct {
	models.MessageAttemptOut
	eventType string
}

// Attempt is an attempt as the stand-in has it.
type Attempt struct {
	ID, MessageID, EndpointID, URL string
	// Status is what the endpoint answered, 0 without an answer.
	Status int
	// Body is what the endpoint answered, or why it did not.
	Body   string
	OK     bool
	Manual bool
}

// maxResponse is how much of an answer Svix keeps, in bytes.
const maxResponse = 20_000

// userAgent is that of a real delivery.
const userAgent = "Svix-Webhooks/1.84.0 (sender-9YMgn; +https://www.svix.com/http-sender/)"

// Send makes a message and sends it to every endpoint that is enabled and selected
// the type. It returns when all have answered: the message's id and the attempts.
func (s *Server) Send(eventType string, payload []byte) (messageID string, attempts []Attempt) {
	s.mu.Lock()
	m := s.newMessage(eventType, slices.Clone(payload))
	var to []string
	for _, e := range s.endpoints {
		if !*e.Disabled && (len(e.FilterTypes) == 0 || slices.Contains(e.FilterTypes, eventType)) {
			to = append(to, e.Id)
		}
	}
	s.mu.Unlock()
	for _, id := range to {
		if a, ok := s.try(m, id, false); ok {
			attempts = append(attempts, a)
		}
	}
	return m.id, attempts
}

// Retry tries once more each message whose last attempt at an endpoint failed, as
// Svix's schedule does, and returns the attempts.
func (s *Server) Retry() []Attempt {
	var done []Attempt
	for _, a := range s.failed("", time.Time{}) {
		if again, ok := s.try(a.message, a.endpoint, false); ok {
			done = append(done, again)
		}
	}
	return done
}

// Attempts returns all attempts, oldest first.
func (s *Server) Attempts() []Attempt {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Attempt, len(s.attempts))
	for i, a := range s.attempts {
		list[i] = a.public()
	}
	return list
}

func (a *attempt) public() Attempt {
	return Attempt{
		ID: a.Id, MessageID: a.MsgId, EndpointID: a.EndpointId, URL: a.Url, Status: int(a.ResponseStatusCode), Body: a.Response,
		OK: a.Status == models.MESSAGESTATUS_SUCCESS, Manual: a.TriggerType == models.MESSAGEATTEMPTTRIGGERTYPE_MANUAL,
	}
}

// undelivered is a message that an endpoint did not take.
type undelivered struct {
	message  *message
	endpoint string
}

// failed returns the messages since a time that were tried at an endpoint, "" for
// any, and never taken.
func (s *Server) failed(endpointID string, from time.Time) []undelivered {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []undelivered
	for _, m := range s.messages {
		for _, e := range s.endpoints {
			if endpointID != "" && e.Id != endpointID || m.at.Before(from) {
				continue
			}
			tried, taken := false, false
			for _, a := range s.attempts {
				if a.MsgId == m.id && a.EndpointId == e.Id {
					tried, taken = true, taken || a.Status == models.MESSAGESTATUS_SUCCESS
				}
			}
			if tried && !taken {
				list = append(list, undelivered{m, e.Id})
			}
		}
	}
	return list
}

// try sends a message to an endpoint, records the attempt and returns it. It reports
// false if the endpoint no longer exists.
func (s *Server) try(m *message, endpointID string, manual bool) (Attempt, bool) {
	s.mu.Lock()
	e := s.find(endpointID)
	if e == nil {
		s.mu.Unlock()
		return Attempt{}, false
	}
	address, secret, now := e.Url, e.secret, s.config.Now()
	s.mu.Unlock()
	began := time.Now()
	code, body, err := s.post(m, address, secret, now)
	a := &attempt{models.MessageAttemptOut{
		EndpointId: endpointID, MsgId: m.id, Url: address, Response: body, ResponseStatusCode: int16(code), //nolint:gosec // a status
		ResponseDurationMs: time.Since(began).Milliseconds(), Timestamp: now.UTC(),
		Status: models.MESSAGESTATUS_FAIL, StatusText: models.MESSAGESTATUSTEXT_FAIL,
	}, m.eventType}
	switch {
	case err != nil:
		a.Response = err.Error()
	case code >= 200 && code <= 299:
		a.Status, a.StatusText = models.MESSAGESTATUS_SUCCESS, models.MESSAGESTATUSTEXT_SUCCESS
	}
	if manual {
		a.TriggerType = models.MESSAGEATTEMPTTRIGGERTYPE_MANUAL
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a.Id = s.newID("atmpt")
	s.attempts = append(s.attempts, a)
	return a.public(), true
}

// post sends a message, signed with the official library.
func (s *Server) post(m *message, address, secret string, now time.Time) (status int, body string, err error) {
	wh, err := svix.NewWebhook(secret)
	if err != nil {
		return 0, "", err
	}
	signature, err := wh.Sign(m.id, now, m.payload)
	if err != nil {
		return 0, "", err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { // an attempt ends with the stand-in
		select {
		case <-s.stopped:
			cancel()
		case <-ctx.Done():
		}
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(m.payload))
	if err != nil {
		return 0, "", err
	}
	req.Header = http.Header{
		"Content-Type": {"application/json"}, "Accept": {"*/*"}, "User-Agent": {userAgent},
		"Svix-Id": {m.id}, "Svix-Timestamp": {strconv.FormatInt(now.Unix(), 10)}, "Svix-Signature": {signature},
	}
	res, err := s.sender.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = res.Body.Close() }()
	text, _ := io.ReadAll(io.LimitReader(res.Body, maxResponse)) // the status counts
	return res.StatusCode, string(text), nil
}

// rewritten returns JSON as a program writes it that has read it.
func rewritten(text []byte) []byte {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var value any
	if d.Decode(&value) != nil {
		return []byte(`{"expired":true}`) // as the open server answers
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // it was JSON
	return bytes.TrimSpace(out.Bytes())
}
