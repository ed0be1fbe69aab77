// Package standin imitates Clerk's Backend API in tests: the users' format, errors,
// order and paging of its specification (openapi-specs, bapi 2025-04-10).
//
// It only reads users, and imitates no rate limits. receiver/svixapi/standin adds
// webhooks.
package standin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Key is the secret key that the stand-in accepts.
const Key = "sk_test_standin000000000000000000000000000000000q2Zx"

// InstanceID is the id of the stand-in's instance.
const InstanceID = "ins_2standin0000000000000000000"

// User is a user of the instance.
type User struct {
	ID, Email string
	// Created and Updated are milliseconds since 1970.
	Created, Updated int64
	// Raw, if set, is the JSON to return instead of one made from the other fields.
	Raw string
}

// Server is a running stand-in. Set its fields before the first request.
type Server struct {
	URL string
	// Before sees each request first. If it returns true, it has answered.
	Before func(w http.ResponseWriter, r *http.Request) bool
	// Inclusive makes created_at_after include users of that very millisecond.
	// Clerk does not document which it does.
	Inclusive bool

	mu       sync.Mutex
	users    []User
	requests []*http.Request
}

// Start starts a stand-in with users on loopback. It runs until stop is called.
func Start(users ...User) (s *Server, stop func()) {
	s = New(users...)
	server := httptest.NewServer(s)
	s.URL = server.URL
	return s, server.Close
}

// New returns a stand-in with users that some other server serves.
func New(users ...User) *Server { return &Server{users: users} }

// Put adds users and replaces those that have the same id.
func (s *Server) Put(users ...User) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range users {
		if i := s.find(u.ID); i >= 0 {
			s.users[i] = u
			continue
		}
		s.users = append(s.users, u)
	}
}

// Remove deletes a user.
func (s *Server) Remove(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(id); i >= 0 {
		s.users = slices.Delete(s.users, i, i+1)
	}
}

// Requests returns the requests so far, in order.
func (s *Server) Requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

func (s *Server) find(id string) int {
	return slices.IndexFunc(s.users, func(u User) bool { return u.ID == id })
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r)
	s.mu.Unlock()
	if s.Before != nil && s.Before(w, r) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+Key {
		Refuse(w, http.StatusUnauthorized, "secret_key_invalid", "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct.")
		return
	}
	switch r.Method + " " + r.URL.Path {
	case "GET /v1/users":
		s.list(w, r)
	case "GET /v1/users/count":
		answer(w, map[string]any{"object": "total_count", "total_count": len(s.users)})
	case "GET /v1/instance":
		answer(w, map[string]any{"object": "instance", "id": InstanceID, "environment_type": "development", "allowed_origins": nil})
	default:
		Refuse(w, http.StatusNotFound, "resource_not_found", "not found")
	}
}

func (s *Server) list(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	number := func(name string, fallback int64) int64 {
		n, err := strconv.ParseInt(q.Get(name), 10, 64)
		if err != nil {
			return fallback
		}
		return n
	}
	limit, offset, after := number("limit", 10), number("offset", 0), number("created_at_after", -1)
	if ids := q["user_id"]; limit < 1 || limit > 500 || offset < 0 || len(ids) > 100 {
		Refuse(w, http.StatusUnprocessableEntity, "form_param_value_invalid", "is invalid")
		return
	}
	if s.Inclusive {
		after--
	}
	list := slices.Clone(s.users)
	slices.SortStableFunc(list, func(a, b User) int { return int(b.Created - a.Created) })
	if strings.TrimPrefix(q.Get("order_by"), "+") == "created_at" {
		slices.SortStableFunc(list, func(a, b User) int { return int(a.Created - b.Created) })
	}
	var raw []json.RawMessage
	for _, u := range list {
		if u.Created > after && (len(q["user_id"]) == 0 || slices.Contains(q["user_id"], u.ID)) {
			raw = append(raw, json.RawMessage(u.JSON()))
		}
	}
	raw = raw[min(offset, int64(len(raw))):]
	raw = raw[:min(limit, int64(len(raw)))]
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprint(w, "[") //nolint:errcheck // the client is a test
	for i, r := range raw {
		if i > 0 {
			fmt.Fprint(w, ",") //nolint:errcheck // likewise
		}
		w.Write(r) //nolint:errcheck // likewise; the exact bytes
	}
	fmt.Fprint(w, "]") //nolint:errcheck // likewise
}

// JSON returns the user as the API does.
func (u User) JSON() string {
	if u.Raw != "" {
		return u.Raw
	}
	addresses, primary := "[]", "null"
	if u.Email != "" {
		email, _ := json.Marshal(u.Email)
		primary = `"idn_` + u.ID + `"`
		addresses = fmt.Sprintf(`[{"id":%s,"object":"email_address","email_address":%s,"reserved":false,"verification":{"status":"verified","strategy":"email_code","attempts":1,"expire_at":%d},"linked_to":[],"created_at":%d,"updated_at":%d}]`,
			primary, email, u.Created, u.Created, u.Updated)
	}
	return fmt.Sprintf(`{"id":"%s","object":"user","username":null,"first_name":"Zo\u00eb","last_name":null,"image_url":"https://img.clerk.com/x?width=80\u0026height=80","has_image":false,`+
		`"primary_email_address_id":%s,"primary_phone_number_id":null,"primary_web3_wallet_id":null,"password_enabled":true,"two_factor_enabled":false,"totp_enabled":false,"backup_code_enabled":false,`+
		`"email_addresses":%s,"phone_numbers":[],"web3_wallets":[],"passkeys":[],"external_accounts":[],"saml_accounts":[],"enterprise_accounts":[],"public_metadata":{"big":12345678901234567890},"private_metadata":{},"unsafe_metadata":{},`+
		`"external_id":null,"last_sign_in_at":null,"banned":false,"locked":false,"created_at":%d,"updated_at":%d,"delete_self_enabled":true,"create_organization_enabled":true,"last_active_at":null,"legal_accepted_at":null}`,
		u.ID, primary, addresses, u.Created, u.Updated)
}

// Refuse answers with an error in Clerk's format.
func Refuse(w http.ResponseWriter, status int, code, long string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(map[string]any{ //nolint:errcheck // the client is a test
		"errors":         []map[string]any{{"code": code, "message": strings.ReplaceAll(code, "_", " "), "long_message": long, "meta": map[string]any{}}},
		"clerk_trace_id": "trace_standin",
	})
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(v) //nolint:errcheck // the client is a test
}
