package standin

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/svix/svix-webhooks/go/models"
)

// message is a message with the bytes that are signed and sent.
type message struct {
	id, eventType string
	at            time.Time
	payload       []byte
	expired       bool
}

// messageOut is models.MessageOut with a payload that keeps long numbers.
type messageOut struct {
	EventID   *string         `json:"eventId,omitempty"`
	EventType string          `json:"eventType"`
	ID        string          `json:"id"`
	Payload   json.RawMessage `json:"payload"`
	Channels  []string        `json:"channels,omitempty"`
	Timestamp time.Time       `json:"timestamp"`
}

// out is the message as it is answered. Svix writes the JSON anew: keys are sorted,
// and spaces are gone.
func (m *message) out(content bool) any {
	o := messageOut{EventType: m.eventType, ID: m.id, Timestamp: m.at.UTC(), Payload: json.RawMessage("{}")}
	switch {
	case content && m.expired:
		o.Payload = json.RawMessage(`{"expired":true}`)
	case content:
		o.Payload = rewritten(m.payload)
	}
	return o
}

// Expunge makes a message lose its payload, as Svix does after 90 days.
func (s *Server) Expunge(messageID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.findMessage(messageID); m != nil {
		m.expired = true
	}
}

func (s *Server) findMessage(id string) *message {
	for _, m := range s.messages {
		if m.id == id {
			return m
		}
	}
	return nil
}

func (s *Server) listMessages(r *http.Request, _ []byte) answer {
	q := r.URL.Query()
	limit, refused := checkQuery(q, "after", "before", "channel", "event_types", "tag", "with_content")
	if refused != nil {
		return *refused
	}
	items, refused := window(s, s.messages, q, func(m *message) time.Time { return m.at }, func(m *message) string { return m.eventType })
	if refused != nil {
		return *refused
	}
	id := func(m *message) string { return m.id }
	out := func(m *message) any { return m.out(q.Get("with_content") == "true") }
	if s.config.OldestFirst && q.Get("after") != "" && q.Get("iterator") == "" {
		return oldest(items, limit, id, out)
	}
	return page(items, limit, q.Get("iterator"), id, out)
}

func (s *Server) getMessage(r *http.Request, _ []byte) answer {
	m := s.findMessage(r.PathValue("message"))
	if m == nil {
		return notFound()
	}
	return answer{http.StatusOK, m.out(r.URL.Query().Get("with_content") != "false")}
}

func (s *Server) resend(r *http.Request, _ []byte) answer {
	m, e := s.findMessage(r.PathValue("message")), s.find(r.PathValue("endpoint"))
	switch {
	case m == nil || e == nil:
		return notFound()
	case m.expired:
		return refusal(http.StatusBadRequest, "missing_payload", "Unable to resend message. Payload is missing (probably expired).")
	}
	s.later(func() { s.try(m, e.Id, true) })
	return answer{http.StatusAccepted, models.EmptyResponse{}}
}

// example is the beginning of the example in Clerk's catalog of events.
func example(eventType string) string {
	user := `{"email_addresses":[{"email_address":"example@example.org","id":"idn_29w83yL7CwVlJXylYLxcslromF1","object":"email_address"}],` +
		`"first_name":"Example","id":"user_29w83sxmDNGwOuEthce5gg56FcC","object":"user","primary_email_address_id":"idn_29w83yL7CwVlJXylYLxcslromF1"}`
	if eventType == "user.deleted" {
		user = `{"deleted":true,"id":"user_29w83sxmDNGwOuEthce5gg56FcC","object":"user"}`
	}
	return `{"data":` + user + `,"object":"event","timestamp":1654012591835,"type":"` + eventType + `"}`
}

func (s *Server) sendExample(r *http.Request, body []byte) answer {
	var in models.EventExampleIn
	if a := decode(body, &in); a != nil {
		return *a
	}
	if s.config.NoExamples {
		return denied()
	}
	e := s.find(r.PathValue("endpoint"))
	if e == nil {
		return notFound()
	}
	m := s.newMessage(in.EventType, []byte(example(in.EventType)))
	s.later(func() { s.try(m, e.Id, false) })
	return answer{http.StatusAccepted, m.out(true)}
}

func (s *Server) newMessage(eventType string, payload []byte) *message {
	m := &message{id: s.newID("msg"), eventType: eventType, at: s.config.Now(), payload: payload}
	s.messages = append(s.messages, m)
	return m
}

// later does something after the answer.
func (s *Server) later(do func()) { s.background.Go(do) }
