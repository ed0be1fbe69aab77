package providerside

import (
	"time"

	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/svixapi"
)

// The objects that endpoint status --json prints: an endpoint, then its messages.
type (
	// Endpoint is the endpoint of this folder. ID is null if there is none.
	Endpoint struct {
		Kind     string  `json:"kind"`
		ID       *string `json:"id"`
		UID      *string `json:"uid"`
		URL      *string `json:"url"`
		Disabled bool    `json:"disabled"`
		// Events are the selected event types; an empty list means all of them.
		Events []string `json:"events"`
		// ExpectedURL is the URL of the hooktop that runs here, null if that is not
		// known.
		ExpectedURL *string `json:"expected_url"`
		// Others counts the application's other endpoints.
		Others int       `json:"others"`
		Since  time.Time `json:"since"`
		// These count the messages since then, by what became of them. More is set if
		// there are older ones that were not compared.
		Arrived    int  `json:"arrived"`
		Failed     int  `json:"failed"`
		Missing    int  `json:"missing"`
		NeverTried int  `json:"never_tried"`
		Pending    int  `json:"pending"`
		More       bool `json:"more"`
		// MessagesUnread is why messages without an attempt could not be listed, null
		// if they could.
		MessagesUnread *string  `json:"messages_unread"`
		Problems       []Reason `json:"problems"`
	}
	// Attempt is one attempt of Svix at a message. A message that was never tried has
	// one, in which everything about the attempt is null.
	Attempt struct {
		Kind      string    `json:"kind"`
		MessageID string    `json:"message_id"`
		Event     *string   `json:"event"`
		MessageAt time.Time `json:"message_at"`
		// State is the message's: arrived, failed, missing, never-tried or pending.
		State string `json:"state"`
		// DeliveryID is the newest delivery of the message here, null if there is none.
		DeliveryID *int64     `json:"delivery_id"`
		Verdict    *string    `json:"verdict"`
		AttemptID  *string    `json:"attempt_id"`
		At         *time.Time `json:"at"`
		// Status is Svix's word for how the attempt ended.
		Status *string `json:"status"`
		// StatusCode is the HTTP status that Svix got, null without an answer.
		StatusCode *int     `json:"status_code"`
		DurationMS *float64 `json:"duration_ms"`
		URL        *string  `json:"url"`
		// Response is the beginning of what answered, or why nothing did.
		Response *string `json:"response"`
		Manual   bool    `json:"manual"`
		// Attempts is how many there are, NextTryAt about when the next is made.
		Attempts  int        `json:"attempts"`
		NextTryAt *time.Time `json:"next_try_at"`
		// Reason says why it did not arrive, null if it did.
		Reason *Reason `json:"reason"`
	}
	// Reason is a cause. It is proven if it is certain; otherwise Others are the causes
	// that it may be instead.
	Reason struct {
		Cause   string   `json:"cause"`
		Text    string   `json:"text"`
		Fix     *string  `json:"fix"`
		Certain bool     `json:"certain"`
		Others  []string `json:"others"`
	}
)

// NewEndpoint returns the object of an endpoint. expected is the URL that it should
// have, "" if that is not known.
func NewEndpoint(s attempts.Side, expected string) Endpoint {
	o := Endpoint{
		Kind: "endpoint", Events: []string{}, ExpectedURL: ndjson.Null(expected), Others: s.Others, Since: s.Since.UTC(),
		Arrived: s.Count(attempts.Arrived), Failed: s.Count(attempts.Failed), Missing: s.Count(attempts.Missing),
		NeverTried: s.Count(attempts.NeverTried), Pending: s.Count(attempts.Pending), More: s.More,
		MessagesUnread: ndjson.Null(s.MessagesUnread), Problems: []Reason{},
	}
	if e := s.Endpoint; e != nil {
		o.ID, o.UID, o.URL, o.Disabled = ndjson.Null(e.ID), ndjson.Null(e.UID), ndjson.Null(e.URL), e.Disabled
		o.Events = append(o.Events, e.EventTypes...)
	}
	for _, p := range s.Problems {
		o.Problems = append(o.Problems, newReason(p))
	}
	return o
}

// NewAttempts returns the objects of a message, the newest attempt first.
func NewAttempts(m attempts.Message) (list []Attempt) {
	message := Attempt{
		Kind: "attempt", MessageID: m.ID, Event: ndjson.Null(m.Event), MessageAt: m.At.UTC(), State: string(m.State),
		DeliveryID: ndjson.Null(m.Delivery), Verdict: ndjson.Null(string(m.Verdict)), Attempts: len(m.Attempts), NextTryAt: ndjson.Time(m.NextTry),
	}
	if m.Reason != nil {
		reason := newReason(*m.Reason)
		message.Reason = &reason
	}
	for _, a := range m.Attempts {
		list = append(list, message.with(a))
	}
	if len(list) == 0 {
		list = append(list, message)
	}
	return list
}

// with returns the object of one attempt at the message.
func (o Attempt) with(a svixapi.Attempt) Attempt {
	o.AttemptID, o.At, o.Status = ndjson.Null(a.ID), ndjson.Time(a.At), ndjson.Null(string(a.Status))
	o.StatusCode, o.URL, o.Response, o.Manual = ndjson.Null(a.StatusCode), ndjson.Null(a.URL), ndjson.Null(a.Response), a.Manual
	took := ndjson.Milliseconds(a.Duration)
	o.DurationMS = &took
	return o
}

func newReason(r attempts.Reason) Reason {
	o := Reason{Cause: string(r.Cause), Text: r.Text, Fix: ndjson.Null(r.Fix), Certain: r.Certain, Others: []string{}}
	for _, c := range r.Others {
		o.Others = append(o.Others, string(c))
	}
	return o
}
