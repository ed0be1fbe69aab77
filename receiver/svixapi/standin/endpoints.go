package standin

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/svix/svix-webhooks/go/models"
)

// endpoint is an endpoint and its signing secret.
type endpoint struct {
	models.EndpointOut
	secret string
}

// Endpoint is an endpoint as the stand-in has it.
type Endpoint struct {
	ID, UID, URL, Secret string
	Disabled             bool
	EventTypes           []string
}

// Endpoints returns the application's endpoints, oldest first.
func (s *Server) Endpoints() []Endpoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Endpoint, len(s.endpoints))
	for i, e := range s.endpoints {
		list[i] = Endpoint{ID: e.Id, URL: e.Url, Secret: e.secret, Disabled: *e.Disabled, EventTypes: slices.Clone(e.FilterTypes)}
		if e.Uid != nil {
			list[i].UID = *e.Uid
		}
	}
	return list
}

// Add makes an endpoint, as somebody does in the dashboard, and returns its id.
func (s *Server) Add(address string, eventTypes ...string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.add(models.EndpointIn{Url: address, FilterTypes: eventTypes}).Id
}

// Disable disables an endpoint, as Svix does when all attempts failed for days.
func (s *Server) Disable(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.find(id); e != nil {
		e.Disabled = new(true)
	}
}

func (s *Server) add(in models.EndpointIn) *endpoint {
	now := s.config.Now().UTC()
	key := make([]byte, 24)
	_, _ = rand.Read(key) // it never fails
	e := &endpoint{models.EndpointOut{
		Id: s.newID("ep"), CreatedAt: now, UpdatedAt: now, Disabled: new(false), Metadata: map[string]string{}, Version: 1,
	}, "whsec_" + base64.StdEncoding.EncodeToString(key)}
	e.fill(in)
	s.endpoints = append(s.endpoints, e)
	return e
}

// fill replaces all that a PUT replaces.
func (e *endpoint) fill(in models.EndpointIn) {
	e.Url, e.Uid, e.FilterTypes, e.Channels, e.RateLimit, e.ThrottleRate = normal(in.Url), in.Uid, in.FilterTypes, in.Channels, in.RateLimit, in.ThrottleRate
	e.Description, e.Metadata, e.Disabled = "", map[string]string{}, new(false)
	if in.Description != nil {
		e.Description = *in.Description
	}
	if in.Metadata != nil {
		e.Metadata = *in.Metadata
	}
	if in.Disabled != nil {
		e.Disabled = in.Disabled
	}
	if in.Secret != nil {
		e.secret = *in.Secret
	}
}

// normal writes a URL as Svix's library does: with a path.
func normal(address string) string {
	if u, err := url.Parse(address); err == nil && u.Path == "" {
		u.Path = "/"
		return u.String()
	}
	return address
}

// find returns the endpoint with an id or uid, nil without one.
func (s *Server) find(id string) *endpoint {
	for _, e := range s.endpoints {
		if e.Id == id || e.Uid != nil && *e.Uid == id {
			return e
		}
	}
	return nil
}

// out is the endpoint as it is answered.
func (s *Server) out(e *endpoint) any {
	if !s.config.EventTypes {
		return e.EndpointOut
	}
	text, _ := json.Marshal(e.EndpointOut) // plain fields
	return json.RawMessage(bytes.Replace(text, []byte(`"filterTypes":`), []byte(`"eventTypes":`), 1))
}

func (s *Server) listEndpoints(r *http.Request, _ []byte) answer {
	limit, refused := checkQuery(r.URL.Query(), "order")
	if refused != nil {
		return *refused
	}
	newest := slices.Clone(s.endpoints)
	slices.Reverse(newest)
	return page(newest, limit, r.URL.Query().Get("iterator"), func(e *endpoint) string { return e.Id }, s.out)
}

// refusesURL returns Svix's refusal of a URL, nil for a good one.
func refusesURL(address string) *answer {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		a := invalid("Endpoint URLs must be valid", "body", "url")
		return &a
	}
	return nil
}

func (s *Server) createEndpoint(_ *http.Request, body []byte) answer {
	var in models.EndpointIn
	if a := decode(body, &in); a != nil {
		return *a
	}
	if a := refusesURL(in.Url); a != nil {
		return *a
	}
	if in.Uid != nil && s.find(*in.Uid) != nil {
		return refusal(http.StatusConflict, "conflict", "A conflict has occurred")
	}
	return answer{http.StatusCreated, s.out(s.add(in))}
}

func (s *Server) getEndpoint(r *http.Request, _ []byte) answer {
	e := s.find(r.PathValue("endpoint"))
	if e == nil {
		return notFound()
	}
	return answer{http.StatusOK, s.out(e)}
}

func (s *Server) patchEndpoint(r *http.Request, body []byte) answer {
	var in models.EndpointPatch
	if a := decode(body, &in); a != nil {
		return *a
	}
	e := s.find(r.PathValue("endpoint"))
	if e == nil {
		return notFound()
	}
	if in.Url != nil {
		if a := refusesURL(*in.Url); a != nil {
			return *a
		}
		e.Url = normal(*in.Url)
	}
	if in.Uid.IsSet() {
		if uid := in.Uid.Get(); uid != nil && s.find(*uid) != nil && s.find(*uid) != e {
			return refusal(http.StatusConflict, "conflict", "A conflict has occurred")
		}
		e.Uid = in.Uid.Get()
	}
	if in.Description != nil {
		e.Description = *in.Description
	}
	if in.Disabled != nil {
		e.Disabled = in.Disabled
	}
	if in.Metadata != nil {
		e.Metadata = *in.Metadata
	}
	if in.FilterTypes.IsSet() {
		e.FilterTypes = nil
		if types := in.FilterTypes.Get(); types != nil {
			e.FilterTypes = *types
		}
	}
	if in.Secret.IsSet() && in.Secret.Get() != nil {
		e.secret = *in.Secret.Get()
	}
	e.UpdatedAt = s.config.Now().UTC()
	return answer{http.StatusOK, s.out(e)}
}

// putEndpoint replaces an endpoint, or makes one. The uid is the body's, not the
// path's.
func (s *Server) putEndpoint(r *http.Request, body []byte) answer {
	var in models.EndpointIn
	if a := decode(body, &in); a != nil {
		return *a
	}
	if a := refusesURL(in.Url); a != nil {
		return *a
	}
	e := s.find(r.PathValue("endpoint"))
	if in.Uid != nil && s.find(*in.Uid) != nil && s.find(*in.Uid) != e {
		return refusal(http.StatusConflict, "conflict", "A conflict has occurred")
	}
	if e == nil {
		return answer{http.StatusCreated, s.out(s.add(in))}
	}
	e.fill(in)
	e.UpdatedAt = s.config.Now().UTC()
	return answer{http.StatusOK, s.out(e)}
}

func (s *Server) deleteEndpoint(r *http.Request, _ []byte) answer {
	e := s.find(r.PathValue("endpoint"))
	if e == nil {
		return notFound()
	}
	s.endpoints = slices.DeleteFunc(s.endpoints, func(other *endpoint) bool { return other == e })
	return answer{http.StatusNoContent, nil}
}

func (s *Server) secret(r *http.Request, _ []byte) answer {
	e := s.find(r.PathValue("endpoint"))
	if e == nil {
		return notFound()
	}
	return answer{http.StatusOK, models.EndpointSecretOut{Key: e.secret}}
}
