// Package registration keeps one webhook endpoint of a Clerk instance pointed at this
// hooktop: it finds or creates the endpoint of this user, machine and folder, gives
// it the URL, selects the events that users need, enables it and reads its signing
// secret.
//
// It decides; the calls to Clerk and Svix are handed over. It never touches an
// endpoint with another uid. If anything does not go as Svix documents, the error
// says what to do in Clerk's dashboard instead: manual.go.
package registration

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// API is what is asked of Svix.
type API interface {
	Can(what svixapi.Capability) bool
	Endpoints(ctx context.Context) iter.Seq2[svixapi.Endpoint, error]
	Endpoint(ctx context.Context, endpoint string) (e svixapi.Endpoint, found bool, err error)
	CreateEndpoint(ctx context.Context, n svixapi.NewEndpoint) (svixapi.Endpoint, error)
	PatchEndpoint(ctx context.Context, endpoint string, change svixapi.EndpointChange) (svixapi.Endpoint, error)
	DeleteEndpoint(ctx context.Context, e svixapi.Endpoint) error
	Secret(ctx context.Context, endpoint string) (webhook.Secret, error)
}

// Registrar registers one endpoint. Its methods may be called again at any time: what
// is in order stays as it is.
type Registrar struct {
	// Open gets access to Svix, through Clerk.
	Open func(ctx context.Context) (API, error)
	// Owner says whose endpoint it is.
	Owner Owner
}

// Events returns the event types that users are kept in step with.
func Events() []string { return []string{"user.created", "user.updated", "user.deleted"} }

// Registered is an endpoint as it is after Register, and what Register changed.
type Registered struct {
	ID, UID, URL string
	// Events are the selected event types; none means all.
	Events []string
	// Secret is the signing secret. Its zero value shows that it could not be read.
	Secret webhook.Secret

	Created bool
	// Was is the URL before, "" if it is new or the same.
	Was string
	// Enabled: it was disabled before.
	Enabled bool
	// Added are event types that were not selected before.
	Added []string
	// Notes are things to know that Register does not change.
	Notes []string
}

// maxRounds is how often a register begins again because somebody else created or
// deleted the endpoint in between.
const maxRounds = 3

// Register points the endpoint at a URL. If only the secret cannot be read, it returns
// the endpoint together with the error. Errors are ctx's or *Manual.
func (r *Registrar) Register(ctx context.Context, url string) (Registered, error) {
	api, err := r.Open(ctx)
	if err != nil {
		return Registered{}, r.failed(ctx, err, Opening, url)
	}
	reg, step, err := r.settle(ctx, api, url)
	if err != nil {
		return Registered{}, r.failed(ctx, err, step, url)
	}
	if !api.Can(svixapi.ViewEndpointSecret) {
		return reg, r.failed(ctx, errMayNotRead, ReadingSecret, url)
	}
	if reg.Secret, err = readSecret(ctx, api, svixapi.Endpoint{ID: reg.ID, UID: reg.UID}); err != nil {
		return reg, r.failed(ctx, err, ReadingSecret, url)
	}
	return reg, nil
}

// settle creates the endpoint or changes what is not in order about it.
func (r *Registrar) settle(ctx context.Context, api API, url string) (reg Registered, step Step, err error) {
	for range maxRounds {
		var found *svixapi.Endpoint
		var notes []string
		if found, notes, err = r.look(ctx, api, url); err != nil {
			return Registered{}, Looking, err
		}
		if found == nil {
			step = Creating
			reg, err = r.create(ctx, api, url)
		} else {
			step = Changing
			reg, err = change(ctx, api, *found, url)
		}
		if reg.Notes = append(reg.Notes, notes...); err == nil || !overtaken(err) {
			return reg, step, err
		}
	}
	return reg, step, err
}

// overtaken reports whether somebody else created or deleted the endpoint meanwhile.
func overtaken(err error) bool {
	var e *svixapi.Error
	return errors.As(err, &e) && (e.Conflict() || e.NotFound())
}

// look finds the endpoint of this owner, nil for none. It notes other endpoints that
// send to the same URL.
func (r *Registrar) look(ctx context.Context, api API, url string) (found *svixapi.Endpoint, notes []string, err error) {
	unnamed := false
	for e, err := range api.Endpoints(ctx) {
		unnamed = unnamed || e.UID == ""
		switch {
		case err != nil:
			return nil, nil, err
		case r.Owner.Owns(e.UID) && (found == nil || e.UID == r.Owner.UID()):
			found = &e
		case !r.Owner.Owns(e.UID) && webhook.SameURL(e.URL, url) && !e.Disabled:
			notes = append(notes, "endpoint "+printable(e.ID)+" sends to the same URL: every event arrives twice until one of the two is deleted or disabled")
		}
	}
	if found != nil || !unnamed {
		return found, notes, nil
	}
	// One that the list shows without a uid may be ours: uids are optional in answers.
	e, mine, err := api.Endpoint(ctx, r.Owner.UID())
	if err != nil || !mine {
		return nil, notes, err
	}
	return &e, nil, nil
}

func (r *Registrar) create(ctx context.Context, api API, url string) (Registered, error) {
	if !api.Can(svixapi.ManageEndpoint) {
		return Registered{}, errMayNotManage
	}
	e, err := api.CreateEndpoint(ctx, svixapi.NewEndpoint{URL: url, UID: r.Owner.UID(), Description: r.Owner.description(), EventTypes: Events()})
	if err != nil {
		return Registered{}, err
	}
	reg := registered(e)
	reg.Created, reg.Added = true, e.EventTypes
	return reg, settled(e, url)
}

// change sets what is not in order. Events that somebody selected stay selected.
func change(ctx context.Context, api API, e svixapi.Endpoint, url string) (Registered, error) {
	var c svixapi.EndpointChange
	added := Missing(e)
	if !webhook.SameURL(e.URL, url) {
		c.URL = url
	}
	if len(added) > 0 {
		c.EventTypes = append(slices.Clone(e.EventTypes), added...)
	}
	c.Enable = e.Disabled
	reg := registered(e)
	if c.URL != "" || len(added) > 0 || c.Enable {
		if !api.Can(svixapi.ManageEndpoint) {
			return Registered{}, errMayNotManage
		}
		var now svixapi.Endpoint
		if err := byEither(e, func(name string) (err error) {
			now, err = api.PatchEndpoint(ctx, name, c)
			return err
		}); err != nil {
			return Registered{}, err
		}
		if now.UID == "" {
			now.UID = e.UID
		}
		if err := settled(now, url); err != nil {
			return Registered{}, err
		}
		reg = registered(now)
		reg.Enabled, reg.Added = c.Enable, added
		if c.URL != "" {
			reg.Was = e.URL
		}
	}
	if len(e.Channels) > 0 {
		reg.Notes = append(reg.Notes, "it has channels, which keep other messages out: Clerk's events may not arrive")
	}
	return reg, nil
}

func registered(e svixapi.Endpoint) Registered {
	return Registered{ID: e.ID, UID: e.UID, URL: e.URL, Events: slices.Clone(e.EventTypes)}
}

// byEither calls with an endpoint's id, and with its uid if Svix does not find that.
func byEither(e svixapi.Endpoint, call func(name string) error) error {
	err := call(e.ID)
	var refused *svixapi.Error
	if errors.As(err, &refused) && refused.NotFound() && e.UID != "" {
		return call(e.UID)
	}
	return err
}

func readSecret(ctx context.Context, api API, e svixapi.Endpoint) (key webhook.Secret, err error) {
	err = byEither(e, func(name string) error {
		key, err = api.Secret(ctx, name)
		return err
	})
	return key, err
}

// Missing returns those of Events that an endpoint does not select.
func Missing(e svixapi.Endpoint) (types []string) {
	for _, t := range Events() {
		if !e.Selects(t) {
			types = append(types, t)
		}
	}
	return types
}

// settled returns an error if an endpoint is not as it was asked to be.
func settled(e svixapi.Endpoint, url string) error {
	switch {
	case !webhook.SameURL(e.URL, url):
		return unexpected("Svix keeps another URL for the endpoint")
	case e.Disabled:
		return unexpected("Svix leaves the endpoint disabled")
	case len(Missing(e)) > 0:
		return unexpected("Svix does not select " + strings.Join(Missing(e), ", "))
	}
	return nil
}

// Find returns the endpoint of this owner, if there is one. It changes nothing.
func (r *Registrar) Find(ctx context.Context) (e svixapi.Endpoint, found bool, err error) {
	_, e, found, err = r.find(ctx)
	return e, found, err
}

func (r *Registrar) find(ctx context.Context) (api API, e svixapi.Endpoint, found bool, err error) {
	api, err = r.Open(ctx)
	if err != nil {
		return nil, e, false, r.failed(ctx, err, Opening, "")
	}
	at, _, err := r.look(ctx, api, "")
	if err != nil || at == nil {
		return nil, e, false, r.failed(ctx, err, Looking, "")
	}
	return api, *at, true, nil
}

// Inspect does what Find does and reads the signing secret, too. If only that is not
// possible, it returns the endpoint with found and the error.
func (r *Registrar) Inspect(ctx context.Context) (e svixapi.Endpoint, secret webhook.Secret, found bool, err error) {
	api, e, found, err := r.find(ctx)
	switch {
	case err != nil || !found:
		return e, secret, found, err
	case !api.Can(svixapi.ViewEndpointSecret):
		err = errMayNotRead
	default:
		secret, err = readSecret(ctx, api, e)
	}
	return e, secret, true, r.failed(ctx, err, ReadingSecret, e.URL)
}

// Unregister deletes the endpoint of this owner, and no other. removed is false if
// there was none.
func (r *Registrar) Unregister(ctx context.Context) (e svixapi.Endpoint, removed bool, err error) {
	api, e, found, err := r.find(ctx)
	if err != nil || !found {
		return e, false, err
	}
	if !api.Can(svixapi.ManageEndpoint) {
		return e, false, r.failed(ctx, errMayNotManage, Deleting, "")
	}
	err = api.DeleteEndpoint(ctx, e)
	var refused *svixapi.Error
	if errors.As(err, &refused) && refused.NotFound() { // somebody else was faster
		return e, false, nil
	}
	return e, err == nil, r.failed(ctx, err, Deleting, "")
}
