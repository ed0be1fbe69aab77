package svixapi

import (
	"bytes"
	"context"
	"encoding/json"
	"iter"
	"time"

	svix "github.com/svix/svix-webhooks/go"
	"github.com/svix/svix-webhooks/go/models"

	"github.com/hooktop/hooktop/receiver/svixapi/portal"
)

const (
	// messagesPage is how many messages a page with payloads has at most: Svix's
	// default. Svix allows 250, but so many payloads may be larger than maxContents.
	messagesPage = 50
	// headersPage is how many messages a page without payloads has at most.
	headersPage = 250
)

// Messages returns a page of the application's messages with their payloads, newest
// first: those since a time, and older than those of the page that gave the iterator.
// A zero time and an empty iterator mean no limit.
func (c *Client) Messages(ctx context.Context, after time.Time, iterator string) (Page, error) {
	page, err := c.messages(ctx, after, iterator, true)
	return Page{Messages: page.items, Iterator: page.iterator, Done: page.done}, err
}

// MessagesSince lists all messages since a time without their payloads, newest first.
// It ends with the first error.
func (c *Client) MessagesSince(ctx context.Context, from time.Time) iter.Seq2[Message, error] {
	return pages(func(iterator string) (list[Message], error) { return c.messages(ctx, from, iterator, false) })
}

// messages returns a page with or without payloads.
func (c *Client) messages(ctx context.Context, after time.Time, iterator string, content bool) (list[Message], error) {
	limit := uint64(headersPage)
	if content {
		limit = messagesPage
	}
	return since(after, iterator, func(m Message) time.Time { return m.At }, func(after *time.Time, iterator *string) (list[Message], error) {
		var page list[Message]
		options := &svix.MessageListOptions{Limit: &limit, WithContent: &content, After: after, Iterator: iterator}
		err := c.call(ctx, request{
			asked: "list the messages", contents: true,
			send: func(ctx context.Context, api *svix.Svix, app string, _ *string) error {
				_, err := api.Message.List(ctx, app, options)
				return err
			},
			read: page.read(readMessage),
		})
		return page, err
	})
}

// Message returns one message with its payload.
func (c *Client) Message(ctx context.Context, id string) (Message, error) {
	const asked = "read the message"
	if err := checkID(asked, id); err != nil {
		return Message{}, err
	}
	var m Message
	err := c.call(ctx, request{
		asked: asked,
		send: func(ctx context.Context, api *svix.Svix, app string, _ *string) error {
			_, err := api.Message.Get(ctx, app, id, &svix.MessageGetOptions{WithContent: new(true)})
			return err
		},
		read: into(&m, readMessage),
	})
	return m, err
}

// SendExample has Svix send its example of an event to an endpoint, and returns the
// message that it made of it. Svix may keep that from tokens such as Clerk's.
func (c *Client) SendExample(ctx context.Context, endpoint, eventType string) (Message, error) {
	const asked = "send an example"
	if err := checkID(asked, endpoint); err != nil {
		return Message{}, err
	}
	var m Message
	err := c.call(ctx, request{
		asked: asked,
		send: func(ctx context.Context, api *svix.Svix, app string, key *string) error {
			_, err := api.Endpoint.SendExample(ctx, app, endpoint, models.EventExampleIn{EventType: eventType}, &svix.EndpointSendExampleOptions{IdempotencyKey: key})
			return err
		},
		read: into(&m, readMessage),
	})
	return m, err
}

// readMessage reads a message of an answer. The payload keeps its bytes.
func readMessage(raw []byte) (Message, error) {
	var said struct {
		ID        string          `json:"id"`
		EventID   string          `json:"eventId"`
		EventType string          `json:"eventType"`
		Payload   json.RawMessage `json:"payload"`
		Timestamp time.Time       `json:"timestamp"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return Message{}, err
	}
	if !portal.ID(said.ID) || said.EventType == "" {
		return Message{}, errShape
	}
	m := Message{ID: said.ID, EventID: said.EventID, EventType: said.EventType, Payload: said.Payload, At: said.Timestamp}
	switch string(bytes.TrimSpace(m.Payload)) {
	case "{}", "null", `{"expired":true}`: // Svix's ways to say that it is not there
		m.Payload = nil
	}
	return m, nil
}
