package standin

import (
	"net/http"
	"slices"
	"time"

	"github.com/svix/svix-webhooks/go/models"
)

func (s *Server) listAttempts(r *http.Request, _ []byte) answer {
	q := r.URL.Query()
	limit, refused := checkQuery(q, "status", "status_code_class", "channel", "tag", "before", "after", "with_content", "with_msg", "expanded_statuses", "event_types")
	if refused != nil {
		return *refused
	}
	e := s.find(r.PathValue("endpoint"))
	if e == nil {
		return notFound()
	}
	own := slices.DeleteFunc(slices.Clone(s.attempts), func(a *attempt) bool { return a.EndpointId != e.Id })
	items, refused := window(s, own, q, func(a *attempt) time.Time { return a.Timestamp }, func(a *attempt) string { return a.eventType })
	if refused != nil {
		return *refused
	}
	id := func(a *attempt) string { return a.Id }
	out := func(a *attempt) any {
		return s.attemptOut(a, q.Get("with_msg") == "true", q.Get("with_content") == "false")
	}
	if s.config.OldestFirst && q.Get("after") != "" && q.Get("iterator") == "" {
		return oldest(items, limit, id, out)
	}
	return page(items, limit, q.Get("iterator"), id, out)
}

// attemptOut is the attempt as it is answered. The message in it never has its
// payload.
func (s *Server) attemptOut(a *attempt, withMessage, withoutContent bool) any {
	o := a.MessageAttemptOut
	if withoutContent {
		o.Response = "{}"
	}
	if m := s.findMessage(a.MsgId); withMessage && m != nil {
		o.Msg = &models.MessageOut{EventType: m.eventType, Id: m.id, Payload: map[string]any{}, Timestamp: m.at.UTC()}
	}
	return o
}

// maxRecover is how far back messages are recovered: 14 days, and 5 minutes for
// clocks that differ.
const maxRecover = 14*24*time.Hour + 5*time.Minute

func (s *Server) recover(r *http.Request, body []byte) answer {
	var in models.RecoverIn
	if a := decode(body, &in); a != nil {
		return *a
	}
	if in.Since.Before(s.config.Now().Add(-maxRecover)) {
		return invalid("Cannot recover messages more than 14 days old.", "body", "since")
	}
	e := s.find(r.PathValue("endpoint"))
	if e == nil {
		return notFound()
	}
	id := e.Id
	s.later(func() {
		for _, u := range s.failed(id, in.Since) {
			s.try(u.message, u.endpoint, true)
		}
	})
	return answer{http.StatusAccepted, models.RecoverOut{
		Id: s.newID("qtask"), Status: models.BACKGROUNDTASKSTATUS_RUNNING, Task: models.BACKGROUNDTASKTYPE_ENDPOINT_RECOVER, UpdatedAt: s.config.Now().UTC(),
	}}
}
