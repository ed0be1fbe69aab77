package standin

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/svix/svix-webhooks/go/models"
)

// link is Clerk's route for a link to Svix's portal.
func (s *Server) link(r *http.Request, _ []byte) answer {
	if a, refused := keyRefused(r); refused {
		return a
	}
	if !s.hasApp {
		return clerkRefusal(http.StatusBadRequest, "svix_app_missing", "No Svix apps are associated with the current instance.")
	}
	return answer{http.StatusOK, map[string]string{"svix_url": s.newLink()}}
}

// createApp is Clerk's route for the application at Svix.
func (s *Server) createApp(r *http.Request, _ []byte) answer {
	if a, refused := keyRefused(r); refused {
		return a
	}
	if s.hasApp {
		return clerkRefusal(http.StatusBadRequest, "svix_app_exists", "A Svix app is already associated with the current instance.")
	}
	s.hasApp = true
	return answer{http.StatusOK, map[string]string{"svix_url": s.newLink()}}
}

// deleteApp is Clerk's route that drops the application with all its endpoints. It
// does what Clerk does, so that a test sees the harm.
func (s *Server) deleteApp(r *http.Request, _ []byte) answer {
	if a, refused := keyRefused(r); refused {
		return a
	}
	s.hasApp, s.endpoints, s.messages, s.attempts = false, nil, nil, nil
	clear(s.tokens)
	return answer{http.StatusNoContent, nil}
}

// MakeApp gives the instance its application, as if somebody else had just done so.
func (s *Server) MakeApp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hasApp = true
}

func keyRefused(r *http.Request) (answer, bool) {
	if r.Header.Get("Authorization") == "Bearer "+Key {
		return answer{}, false
	}
	return clerkRefusal(http.StatusUnauthorized, "secret_key_invalid", "The provided Clerk Secret Key is invalid. Make sure that your Clerk Secret Key is correct."), true
}

func clerkRefusal(status int, code, long string) answer {
	return answer{status, map[string]any{
		"errors":         []any{map[string]any{"code": code, "message": code, "long_message": long, "meta": map[string]any{}}},
		"clerk_trace_id": "trace_standin",
	}}
}

// newLink returns a link with a new token.
func (s *Server) newLink() string {
	fields := map[string]string{"appId": AppID, "region": "eu"}
	if s.config.Legacy {
		fields["token"] = s.newToken()
	} else {
		token := "ott_" + rand.Text() + ".eu"
		s.oneTime[token] = true
		fields["oneTimeToken"] = token
	}
	text, _ := json.Marshal(fields) // strings
	return "https://app.svix.com/login#key=" + base64.StdEncoding.EncodeToString(text)
}

func (s *Server) newToken() string {
	token := "appsk_" + rand.Text() + ".eu"
	s.tokens[token] = true
	return token
}

// exchange is Svix's route for one-time tokens.
func (s *Server) exchange(_ *http.Request, body []byte) answer {
	var in struct {
		OneTimeToken string `json:"oneTimeToken"`
	}
	if a := decode(body, &in); a != nil {
		return *a
	}
	if !s.oneTime[in.OneTimeToken] {
		return refusal(http.StatusUnauthorized, "authentication_failed", "The one-time token is invalid, or was used: "+in.OneTimeToken)
	}
	delete(s.oneTime, in.OneTimeToken)
	capabilities := s.config.Capabilities
	if capabilities == nil {
		for _, c := range []models.AppPortalCapability{
			models.APPPORTALCAPABILITY_VIEW_BASE, models.APPPORTALCAPABILITY_VIEW_ENDPOINT_SECRET, models.APPPORTALCAPABILITY_MANAGE_ENDPOINT_SECRET,
			models.APPPORTALCAPABILITY_MANAGE_TRANSFORMATIONS, models.APPPORTALCAPABILITY_CREATE_ATTEMPTS, models.APPPORTALCAPABILITY_MANAGE_ENDPOINT,
		} {
			capabilities = append(capabilities, string(c))
		}
	}
	return answer{http.StatusOK, map[string]any{"token": s.newToken(), "capabilities": capabilities}}
}

// newID returns an id with the look of Svix's: a prefix and 27 characters. Later ids
// are greater, within this stand-in.
func (s *Server) newID(prefix string) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	s.ids++
	tail := make([]byte, 17)
	_, _ = rand.Read(tail) // it never fails
	for i, b := range tail {
		tail[i] = alphabet[int(b)%len(alphabet)]
	}
	return fmt.Sprintf("%s_2s%08d%s", prefix, s.ids, tail)
}
