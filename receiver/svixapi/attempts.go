package svixapi

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"time"

	svix "github.com/svix/svix-webhooks/go"
	"github.com/svix/svix-webhooks/go/models"

	"github.com/hooktop/hooktop/receiver/svixapi/portal"
)

const (
	// attemptsPage is how many attempts a page of a list has at most.
	attemptsPage = 100
	// maxResponse is how much of an app's answer is kept, in bytes: as much as Svix
	// keeps.
	maxResponse = 20_000
)

// Attempts lists the attempts to an endpoint since a time, newest first. It ends with
// the first error. A zero time means as far back as Svix lists them.
func (c *Client) Attempts(ctx context.Context, endpoint string, from time.Time) iter.Seq2[Attempt, error] {
	const asked = "list the attempts"
	return pages(func(iterator string) (list[Attempt], error) {
		if err := checkID(asked, endpoint); err != nil {
			return list[Attempt]{}, err
		}
		return since(from, iterator, func(a Attempt) time.Time { return a.At }, func(after *time.Time, iterator *string) (list[Attempt], error) {
			var page list[Attempt]
			options := &svix.MessageAttemptListByEndpointOptions{
				Limit: new(uint64(attemptsPage)), After: after, Iterator: iterator,
				WithContent: new(true), WithMsg: new(true), ExpandedStatuses: new(true),
			}
			err := c.call(ctx, request{
				asked: asked,
				send: func(ctx context.Context, api *svix.Svix, app string, _ *string) error {
					_, err := api.MessageAttempt.ListByEndpoint(ctx, app, endpoint, options)
					return err
				},
				read: page.read(readAttempt),
			})
			return page, err
		})
	})
}

// Resend has Svix send a message to an endpoint again.
func (c *Client) Resend(ctx context.Context, message, endpoint string) error {
	const asked = "send the message again"
	if err := checkID(asked, message); err != nil {
		return err
	}
	if err := checkID(asked, endpoint); err != nil {
		return err
	}
	return c.call(ctx, request{
		asked: asked,
		send: func(ctx context.Context, api *svix.Svix, app string, key *string) error {
			_, err := api.MessageAttempt.Resend(ctx, app, message, endpoint, &svix.MessageAttemptResendOptions{IdempotencyKey: key})
			return err
		},
	})
}

// Recover has Svix send again what failed since a time, at most MaxRecover ago. It
// leaves out messages with a success. Svix does it in the background.
func (c *Client) Recover(ctx context.Context, endpoint string, from time.Time) (Task, error) {
	const asked = "recover what failed"
	if err := checkID(asked, endpoint); err != nil {
		return Task{}, err
	}
	if ago := c.config.Now().Sub(from); ago > MaxRecover+5*time.Minute { // the five minutes are Svix's, for clocks that differ
		return Task{}, &setupError{"Svix recovers at most the last 14 days", "give a time within the last 14 days: 336h"}
	}
	var said struct {
		ID     string `json:"id"`
		Status string `json:"status"`
	}
	err := c.call(ctx, request{
		asked: asked,
		send: func(ctx context.Context, api *svix.Svix, app string, key *string) error {
			_, err := api.Endpoint.Recover(ctx, app, endpoint, models.RecoverIn{Since: from.UTC()}, &svix.EndpointRecoverOptions{IdempotencyKey: key})
			return err
		},
		read: func(answer []byte) error {
			if len(answer) == 0 { // as servers answer that have no tasks
				return nil
			}
			return json.Unmarshal(answer, &said)
		},
	})
	return Task{ID: clean(said.ID), Status: clean(said.Status)}, err
}

// readAttempt reads an attempt of an answer.
func readAttempt(raw []byte) (Attempt, error) {
	var said struct {
		ID                 string    `json:"id"`
		MsgID              string    `json:"msgId"`
		EndpointID         string    `json:"endpointId"`
		URL                string    `json:"url"`
		Status             int       `json:"status"`
		Response           string    `json:"response"`
		ResponseStatusCode int       `json:"responseStatusCode"`
		ResponseDurationMS int64     `json:"responseDurationMs"`
		TriggerType        int       `json:"triggerType"`
		Timestamp          time.Time `json:"timestamp"`
		Msg                struct {
			EventType string    `json:"eventType"`
			Timestamp time.Time `json:"timestamp"`
		} `json:"msg"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return Attempt{}, err
	}
	if !portal.ID(said.ID) || !portal.ID(said.MsgID) {
		return Attempt{}, errShape
	}
	return Attempt{
		ID: said.ID, MessageID: said.MsgID, EndpointID: said.EndpointID, EventType: said.Msg.EventType, URL: said.URL,
		Status: status(said.Status), StatusCode: said.ResponseStatusCode, Response: strings.ToValidUTF8(said.Response[:min(maxResponse, len(said.Response))], ""),
		Duration: time.Duration(said.ResponseDurationMS) * time.Millisecond,
		At:       said.Timestamp, MessageAt: said.Msg.Timestamp, Manual: said.TriggerType == int(models.MESSAGEATTEMPTTRIGGERTYPE_MANUAL),
	}, nil
}

func status(n int) AttemptStatus {
	switch models.MessageStatus(n) {
	case models.MESSAGESTATUS_SUCCESS:
		return Succeeded
	case models.MESSAGESTATUS_PENDING:
		return Pending
	case models.MESSAGESTATUS_FAIL:
		return Failed
	case models.MESSAGESTATUS_SENDING:
		return Sending
	case models.MESSAGESTATUS_CANCELED:
		return Canceled
	}
	return Unknown
}
