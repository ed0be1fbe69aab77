package clerkapi

import (
	"context"
	"errors"
	"net/http"

	"github.com/clerk/clerk-sdk-go/v2"

	"github.com/hooktop/hooktop/receiver/svixapi/portal"
)

// The codes of Clerk's answers about an instance's application at Svix.
const (
	codeNoApp  = "svix_app_missing"
	codeHasApp = "svix_app_exists"
)

// Portal returns a link to the instance's webhooks at Svix; it works once. An
// instance that has no application at Svix gets one.
func (c *Client) Portal(ctx context.Context) (portal.Link, error) {
	link, err := c.portal(ctx, "/webhooks/svix_url")
	if !isCode(err, codeNoApp) {
		return link, err
	}
	link, err = c.portal(ctx, "/webhooks/svix")
	if !isCode(err, codeHasApp) {
		return link, err
	}
	return c.portal(ctx, "/webhooks/svix_url") // somebody else was faster
}

// ExistingPortal returns what Portal does, but changes nothing: an instance without an
// application at Svix is an *Error.
func (c *Client) ExistingPortal(ctx context.Context) (portal.Link, error) {
	link, err := c.portal(ctx, "/webhooks/svix_url")
	var e *Error
	if isCode(err, codeNoApp) && errors.As(err, &e) {
		e.fix = "hooktop endpoint register sets up the instance's webhooks"
	}
	return link, err
}

// portal asks for a link.
func (c *Client) portal(ctx context.Context, path string) (portal.Link, error) {
	var said clerk.SvixWebhook
	if err := c.call(ctx, http.MethodPost, path, &clerk.APIParams{}, &said); err != nil { // without parameters, Clerk's client would send null
		return portal.Link{}, err
	}
	link, err := portal.Parse(said.SvixURL)
	if err != nil {
		return portal.Link{}, &Error{Message: "the answer is not in Clerk's format: " + err.Error(), cause: err, fix: unexpectedFix}
	}
	return link, nil
}

func isCode(err error, code string) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusBadRequest && e.Code == code
}
