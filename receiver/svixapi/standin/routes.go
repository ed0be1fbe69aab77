package standin

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/svix/svix-webhooks/go/models"
)

// The routes, as Fail takes them and Request names them.
const (
	Link           = "POST /v1/webhooks/svix_url"
	CreateApp      = "POST /v1/webhooks/svix"
	DeleteApp      = "DELETE /v1/webhooks/svix"
	Exchange       = "POST /api/v1/auth/one-time-token"
	ListEndpoints  = "GET /api/v1/app/{app}/endpoint"
	CreateEndpoint = "POST /api/v1/app/{app}/endpoint"
	GetEndpoint    = "GET /api/v1/app/{app}/endpoint/{endpoint}"
	PatchEndpoint  = "PATCH /api/v1/app/{app}/endpoint/{endpoint}"
	PutEndpoint    = "PUT /api/v1/app/{app}/endpoint/{endpoint}"
	DeleteEndpoint = "DELETE /api/v1/app/{app}/endpoint/{endpoint}"
	Secret         = "GET /api/v1/app/{app}/endpoint/{endpoint}/secret"
	Recover        = "POST /api/v1/app/{app}/endpoint/{endpoint}/recover"
	SendExample    = "POST /api/v1/app/{app}/endpoint/{endpoint}/send-example"
	ListMessages   = "GET /api/v1/app/{app}/msg"
	GetMessage     = "GET /api/v1/app/{app}/msg/{message}"
	Resend         = "POST /api/v1/app/{app}/msg/{message}/endpoint/{endpoint}/resend"
	ListAttempts   = "GET /api/v1/app/{app}/attempt/endpoint/{endpoint}"
)

// Routes are all routes but DeleteApp, which nothing may use.
func Routes() []string {
	return []string{
		Link, CreateApp, Exchange, ListEndpoints, CreateEndpoint, GetEndpoint, PatchEndpoint, PutEndpoint, DeleteEndpoint,
		Secret, Recover, SendExample, ListMessages, GetMessage, Resend, ListAttempts,
	}
}

// answer is what a route answers: a status and the JSON, nil for no body.
type answer struct {
	status int
	body   any
}

func (s *Server) routes() {
	for route, handle := range map[string]func(*http.Request, []byte) answer{
		Link: s.link, CreateApp: s.createApp, DeleteApp: s.deleteApp, Exchange: s.exchange,
	} {
		s.handle(route, handle)
	}
	for route, r := range map[string]struct {
		needs  models.AppPortalCapability
		handle func(*http.Request, []byte) answer
	}{
		ListEndpoints:  {models.APPPORTALCAPABILITY_VIEW_BASE, s.listEndpoints},
		CreateEndpoint: {models.APPPORTALCAPABILITY_MANAGE_ENDPOINT, s.createEndpoint},
		GetEndpoint:    {models.APPPORTALCAPABILITY_VIEW_BASE, s.getEndpoint},
		PatchEndpoint:  {models.APPPORTALCAPABILITY_MANAGE_ENDPOINT, s.patchEndpoint},
		PutEndpoint:    {models.APPPORTALCAPABILITY_MANAGE_ENDPOINT, s.putEndpoint},
		DeleteEndpoint: {models.APPPORTALCAPABILITY_MANAGE_ENDPOINT, s.deleteEndpoint},
		Secret:         {models.APPPORTALCAPABILITY_VIEW_ENDPOINT_SECRET, s.secret},
		Recover:        {models.APPPORTALCAPABILITY_CREATE_ATTEMPTS, s.recover},
		SendExample:    {models.APPPORTALCAPABILITY_CREATE_ATTEMPTS, s.sendExample},
		ListMessages:   {models.APPPORTALCAPABILITY_VIEW_BASE, s.listMessages},
		GetMessage:     {models.APPPORTALCAPABILITY_VIEW_BASE, s.getMessage},
		Resend:         {models.APPPORTALCAPABILITY_CREATE_ATTEMPTS, s.resend},
		ListAttempts:   {models.APPPORTALCAPABILITY_VIEW_BASE, s.listAttempts},
	} {
		s.handle(route, func(req *http.Request, body []byte) answer {
			if refused, ok := s.refuses(req, r.needs); ok {
				return refused
			}
			return r.handle(req, body)
		})
	}
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.note(r.Method+" "+r.URL.Path, r)
		if strings.HasPrefix(r.URL.Path, "/v1/") {
			s.Clerk.ServeHTTP(w, r)
			return
		}
		write(w, refusal(http.StatusNotFound, "not_found", "Not found."))
	})
}

// handle registers a route: faults come first. The lock is held while it is answered.
func (s *Server) handle(route string, handle func(*http.Request, []byte) answer) {
	s.mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
		body := s.note(route, r)
		if f := s.fault(route); f != nil {
			f(w, r)
			return
		}
		s.mu.Lock()
		a := handle(r, body)
		s.mu.Unlock()
		write(w, a)
	})
}

// note keeps a request and returns its body.
func (s *Server) note(route string, r *http.Request) []byte {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, Request{route, r.URL.Path, r.URL.RawQuery, r.Header.Clone(), body})
	return body
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// refuses returns the refusal of a request whose token is unknown, for another
// application, or not allowed to do what the route needs.
func (s *Server) refuses(r *http.Request, needs models.AppPortalCapability) (answer, bool) {
	token, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch {
	case !s.tokens[token]:
		return refusal(http.StatusUnauthorized, "authentication_failed", "Incorrect authentication credentials."), true
	case r.PathValue("app") != AppID:
		return refusal(http.StatusNotFound, "not_found", "Entity not found"), true
	case s.config.Capabilities != nil && !slices.Contains(s.config.Capabilities, string(needs)):
		return denied(), true
	}
	return answer{}, false
}

func denied() answer {
	return refusal(http.StatusForbidden, "insufficient access", "Insufficient access for the given operation.")
}

func notFound() answer { return refusal(http.StatusNotFound, "not_found", "Entity not found") }

// refusal is an error in Svix's format.
func refusal(status int, code, detail string) answer {
	return answer{status, map[string]string{"code": code, "detail": detail}}
}

// invalid is Svix's refusal of a value.
func invalid(message string, place ...string) answer {
	return answer{http.StatusUnprocessableEntity, map[string]any{"detail": []any{map[string]any{"loc": place, "msg": message, "type": "value_error"}}}}
}

func write(w http.ResponseWriter, a answer) {
	if a.body == nil {
		w.WriteHeader(a.status)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(a.body) // the client is a test
}

// decode reads a request's body as one of Svix's models. It refuses fields that the
// model does not have, so that a test sees them.
func decode(body []byte, model any) *answer {
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(model); err != nil {
		a := invalid(err.Error(), "body")
		return &a
	}
	return nil
}

// checkQuery returns Svix's refusal of parameters that the route does not have, and
// of a limit that is too high.
func checkQuery(q url.Values, names ...string) (limit int, refused *answer) {
	for name := range q {
		if name != "limit" && name != "iterator" && !slices.Contains(names, name) {
			a := invalid("unknown parameter", "query", name)
			return 0, &a
		}
	}
	limit = 50
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 250 {
			a := invalid("Given limit must not exceed 250", "query", "limit")
			return 0, &a
		}
		limit = n
	}
	return limit, nil
}
