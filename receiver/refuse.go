package receiver

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// refuse answers a request that is not kept. allow lists the right methods, ""
// for any.
func refuse(w http.ResponseWriter, status int, allow string) {
	if allow != "" {
		w.Header().Set("Allow", allow)
	}
	reply(w, webhook.Refusal(status))
}

// refuseStranger answers a request without a provider's headers to a wrong path,
// or with a wrong method.
func refuseStranger(w http.ResponseWriter, code webhook.Code) {
	if code == webhook.WrongMethod {
		refuse(w, http.StatusMethodNotAllowed, http.MethodPost)
		return
	}
	refuse(w, http.StatusNotFound, "")
}

// refuseUncaptured answers a delivery that could not be committed: its sender
// will send it again.
func (r *Receiver) refuseUncaptured(w http.ResponseWriter, d webhook.Delivery, err error) {
	var full interface{ RetryAfter() time.Duration }
	if errors.As(err, &full) && full.RetryAfter() > 0 { // nothing is wrong with the delivery
		w.Header().Set("Retry-After", strconv.Itoa(int(full.RetryAfter().Seconds())))
		refuse(w, http.StatusServiceUnavailable, "")
	} else {
		refuse(w, http.StatusInternalServerError, "")
	}
	r.Lost(d, err)
}

// recovered answers a request that met a bug: net/http would only close the
// connection and say nothing. Its own way to do that is left alone.
func (r *Receiver) recovered(w http.ResponseWriter, req *http.Request) {
	p := recover()
	if err, _ := p.(error); p != nil && !errors.Is(err, http.ErrAbortHandler) {
		r.refuseUncaptured(w, webhook.Delivery{Request: requestOf(req)}, fmt.Errorf("a bug in hooktop: %v", p))
	}
}

// refusal returns the verdict on a request whose path or method is wrong, nil for
// one that can be verified.
func (r *Receiver) refusal(req *http.Request, endpoint *Endpoint) *webhook.Verdict {
	switch {
	case endpoint == nil:
		return r.wrongPath(req.URL.Path)
	case req.Method != http.MethodPost:
		return &webhook.Verdict{
			Code:   webhook.WrongMethod,
			Title:  "Not a POST",
			Detail: fmt.Sprintf("The webhook path got a %.20q request; webhooks are sent with POST.", req.Method),
			Fix:    "If a redirect turned a POST into a GET, set the endpoint to the final URL, with https and without a trailing slash.",
			Checks: []webhook.Check{{Name: "method", Detail: fmt.Sprintf("%.20q", req.Method)}},
		}
	}
	return nil
}

func (r *Receiver) wrongPath(path string) *webhook.Verdict {
	paths := make([]string, len(r.Endpoints))
	for i, e := range r.Endpoints {
		paths[i] = e.Path
	}
	v := &webhook.Verdict{
		Code:   webhook.WrongPath,
		Title:  "Sent to the wrong path",
		Detail: fmt.Sprintf("It was sent to %.120q; hooktop listens at %s.", path, strings.Join(paths, " and ")),
		Fix:    "Correct the path in the endpoint's URL, or start hooktop with --clerk-path.",
		Checks: []webhook.Check{{Name: "path", Detail: fmt.Sprintf("%.120q", path)}},
	}
	if r.Endpoints.at(strings.TrimRight(path, "/")) != nil {
		v.Fix = "Remove the trailing slash from the endpoint's URL."
	}
	return v
}

func tooLarge(declared, most int64) *webhook.Verdict {
	size := fmt.Sprintf("more than %d bytes", most)
	if declared > most {
		size = fmt.Sprintf("%d bytes", declared)
	}
	return &webhook.Verdict{
		Code:   webhook.TooLarge,
		Title:  "The body is too large",
		Detail: fmt.Sprintf("It is %s long; hooktop reads at most %d. The body was not stored.", size, most),
		Fix:    "Start hooktop with a larger --max-body, such as 8MiB, and send it again from the provider.",
		Checks: []webhook.Check{{Name: "body", Detail: size}},
	}
}

func incompleteBody(declared int64, got int) *webhook.Verdict {
	v := &webhook.Verdict{
		Code:   webhook.IncompleteBody,
		Title:  "The body is incomplete",
		Detail: fmt.Sprintf("The connection ended or stalled after %d bytes.", got),
		Fix:    "The provider sends it again automatically. If it was your own sender, send as many bytes as Content-Length says.",
		Checks: []webhook.Check{{Name: "body", Detail: fmt.Sprintf("ended after %d bytes", got)}},
	}
	if declared > int64(got) {
		v.Detail = fmt.Sprintf("Content-Length is %d bytes; the connection ended or stalled after %d.", declared, got)
	}
	return v
}
