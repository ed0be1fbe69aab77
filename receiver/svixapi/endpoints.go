package svixapi

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"time"

	svix "github.com/svix/svix-webhooks/go"
	"github.com/svix/svix-webhooks/go/models"
	"github.com/svix/svix-webhooks/go/utils"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/svixapi/portal"
	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// endpointsPage is how many endpoints a page of a list has at most.
	endpointsPage = 100
	// maxPages ends a list that does not end.
	maxPages = 1000
)

// Endpoints lists the application's endpoints. It ends with the first error.
func (c *Client) Endpoints(ctx context.Context) iter.Seq2[Endpoint, error] {
	return pages(func(iterator string) (list[Endpoint], error) {
		var page list[Endpoint]
		options := &svix.EndpointListOptions{Limit: new(uint64(endpointsPage))}
		if iterator != "" {
			options.Iterator = &iterator
		}
		err := c.call(ctx, request{
			asked: "list the endpoints",
			send: func(ctx context.Context, api *svix.Svix, app string, _ *string) error {
				_, err := api.Endpoint.List(ctx, app, options)
				return err
			},
			read: page.read(readEndpoint),
		})
		return page, err
	})
}

// FindEndpoint returns the endpoint with a uid, and whether there is one.
func (c *Client) FindEndpoint(ctx context.Context, uid string) (Endpoint, bool, error) {
	for e, err := range c.Endpoints(ctx) {
		if err != nil || e.UID == uid {
			return e, err == nil, err
		}
	}
	return Endpoint{}, false, nil
}

// Endpoint returns the endpoint with an id or uid, and whether there is one. Answers
// may leave the uid out: then it is the one that was asked for.
func (c *Client) Endpoint(ctx context.Context, endpoint string) (e Endpoint, found bool, err error) {
	const asked = "read the endpoint"
	if err := checkID(asked, endpoint); err != nil {
		return Endpoint{}, false, err
	}
	err = c.call(ctx, request{
		asked: asked,
		send: func(ctx context.Context, api *svix.Svix, app string, _ *string) error {
			_, err := api.Endpoint.Get(ctx, app, endpoint)
			return err
		},
		read: into(&e, readEndpoint),
	})
	var refused *Error
	if errors.As(err, &refused) && refused.NotFound() {
		return Endpoint{}, false, nil
	}
	if e.UID == "" && e.ID != endpoint {
		e.UID = endpoint
	}
	return e, err == nil, err
}

// CreateEndpoint creates an endpoint. If the uid is taken, the error is an *Error
// with Conflict.
func (c *Client) CreateEndpoint(ctx context.Context, n NewEndpoint) (Endpoint, error) {
	const asked = "create the endpoint"
	if err := checkID(asked, n.UID); err != nil {
		return Endpoint{}, err
	}
	in := models.EndpointIn{Url: n.URL, Uid: &n.UID, FilterTypes: n.EventTypes}
	if n.Description != "" {
		in.Description = &n.Description
	}
	var e Endpoint
	err := c.call(ctx, request{
		asked: asked,
		send: func(ctx context.Context, api *svix.Svix, app string, key *string) error {
			_, err := api.Endpoint.Create(ctx, app, in, &svix.EndpointCreateOptions{IdempotencyKey: key})
			return err
		},
		read: into(&e, readEndpoint),
	})
	if e.UID == "" {
		e.UID = n.UID
	}
	return e, err
}

// PatchEndpoint changes an endpoint, by id or uid. What the change does not name
// stays as it is, the signing secret included.
func (c *Client) PatchEndpoint(ctx context.Context, endpoint string, change EndpointChange) (Endpoint, error) {
	const asked = "change the endpoint"
	if err := checkID(asked, endpoint); err != nil {
		return Endpoint{}, err
	}
	var patch models.EndpointPatch
	if change.URL != "" {
		patch.Url = &change.URL
	}
	if len(change.EventTypes) > 0 {
		patch.FilterTypes = utils.NewNullable(change.EventTypes)
	}
	if change.Enable {
		patch.Disabled = new(bool)
	}
	var e Endpoint
	err := c.call(ctx, request{
		asked: asked,
		send: func(ctx context.Context, api *svix.Svix, app string, _ *string) error {
			_, err := api.Endpoint.Patch(ctx, app, endpoint, patch)
			return err
		},
		read: into(&e, readEndpoint),
	})
	return e, err
}

// DeleteEndpoint deletes an endpoint that hooktop made: its uid begins with OwnPrefix.
// It refuses any other. A server that does not find it by its uid is asked by its id.
func (c *Client) DeleteEndpoint(ctx context.Context, e Endpoint) error {
	if !strings.HasPrefix(e.UID, OwnPrefix) {
		return &setupError{"hooktop did not make the endpoint " + clean(e.UID), "delete it in the Clerk Dashboard: " + Dashboard}
	}
	err := c.deleteEndpoint(ctx, e.UID)
	var refused *Error
	if errors.As(err, &refused) && refused.NotFound() && e.ID != "" {
		return c.deleteEndpoint(ctx, e.ID)
	}
	return err
}

func (c *Client) deleteEndpoint(ctx context.Context, endpoint string) error {
	const asked = "delete the endpoint"
	if err := checkID(asked, endpoint); err != nil {
		return err
	}
	return c.call(ctx, request{
		asked: asked,
		send: func(ctx context.Context, api *svix.Svix, app string, _ *string) error {
			return api.Endpoint.Delete(ctx, app, endpoint)
		},
	})
}

// Secret returns an endpoint's signing secret.
func (c *Client) Secret(ctx context.Context, endpoint string) (webhook.Secret, error) {
	const asked = "read the endpoint's signing secret"
	if err := checkID(asked, endpoint); err != nil {
		return webhook.Secret{}, err
	}
	var said struct {
		Key string `json:"key"`
	}
	err := c.call(ctx, request{
		asked: asked,
		send: func(ctx context.Context, api *svix.Svix, app string, _ *string) error {
			_, err := api.Endpoint.GetSecret(ctx, app, endpoint)
			return err
		},
		read: func(answer []byte) error {
			if err := json.Unmarshal(answer, &said); err != nil {
				return err
			}
			if !strings.HasPrefix(said.Key, webhook.SecretPrefix) && !strings.Contains(said.Key, "_") {
				said.Key = webhook.SecretPrefix + said.Key // Svix documents the prefix as optional
			}
			_, err := providers.Clerk{}.CheckSecret(said.Key)
			return err
		},
	})
	if err != nil {
		return webhook.Secret{}, err
	}
	return webhook.NewSecret(said.Key, webhook.Source{Variable: providers.Clerk{}.Title(), Origin: webhook.FromAPI}), nil
}

// readEndpoint reads an endpoint of an answer. It takes the types under both names
// that Svix has for them.
func readEndpoint(raw []byte) (Endpoint, error) {
	var said struct {
		ID          string    `json:"id"`
		UID         string    `json:"uid"`
		URL         string    `json:"url"`
		Description string    `json:"description"`
		Disabled    bool      `json:"disabled"`
		FilterTypes []string  `json:"filterTypes"`
		EventTypes  []string  `json:"eventTypes"`
		Channels    []string  `json:"channels"`
		CreatedAt   time.Time `json:"createdAt"`
		UpdatedAt   time.Time `json:"updatedAt"`
	}
	if err := json.Unmarshal(raw, &said); err != nil {
		return Endpoint{}, err
	}
	if !portal.ID(said.ID) || said.URL == "" {
		return Endpoint{}, errShape
	}
	e := Endpoint{
		ID: said.ID, UID: said.UID, URL: said.URL, Description: said.Description, Disabled: said.Disabled,
		EventTypes: said.FilterTypes, Channels: said.Channels, Created: said.CreatedAt, Updated: said.UpdatedAt,
	}
	if len(e.EventTypes) == 0 {
		e.EventTypes = said.EventTypes
	}
	return e, nil
}
