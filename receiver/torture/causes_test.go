package torture

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// The fix is that of the cause that the app's answer names. Where that is only
// likely, the case's own fix comes second.
func TestTheFixIsOfTheAppsOwnCause(t *testing.T) {
	const invalid = "Error verifying webhook"
	for _, c := range []struct {
		name        string
		status      int
		body        string
		first, then string // what the fix begins with, and what else it has
		not         string
	}{
		{"plain", 400, invalid, "secret", "", "express.raw"},
		{"plain", 400, "No matching signature found", "secret", "", ""},
		{"update-after-delete", 500, "TypeError: Cannot read properties of undefined (reading '0')", "address", "deleted", ""},
		{"update-after-delete", 500, "PrismaClientKnownRequestError: P2025", "Upsert", "", "Remember which"},
		{"twice", 500, "connect ECONNREFUSED 127.0.0.1:5432", "Start it", "", "svix-id"},
		{"twice", 429, "Too Many Requests", "limit", "", "Upsert"},
		{"unknown-type", 500, "relation \"users\" does not exist", "migrations", "", "Answer 200"},
		{"nulls", 500, "null value in column \"first_name\" violates not-null constraint", "Allow null", "", ""},
		{"many-at-once", 500, "Module not found: Can't resolve './db'", "file that the error names", "", "Share no state"},
		// What it does not name is the case's.
		{"unknown-type", 500, "oops", "Answer 200", "", ""},
		{"rotation", 400, invalid, "verifyWebhook", "", "restart"},
		{"exact-bytes", 400, invalid, "Verify the bytes", "", "restart"},
	} {
		t.Run(c.name+" "+c.body, func(t *testing.T) {
			var sent atomic.Int32
			app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				w.Header().Set("X-Powered-By", "Express")
				if sent.Add(1) == 1 && c.name != "plain" {
					return // the plain event is accepted
				}
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			defer app.Close()
			findings, _, _ := sweep(t, runner(app.URL), Synthetic(), c.name)
			r, found := findings[c.name]
			if !found {
				t.Fatalf("no finding: %v", sorted(findings))
			}
			beginning, _, _ := strings.Cut(r.Advice, ".")
			if !strings.Contains(strings.ToLower(beginning), strings.ToLower(c.first)) || !strings.Contains(r.Advice, c.then) || c.not != "" && strings.Contains(beginning, c.not) {
				t.Errorf("detail %q\nfix %q", r.Detail, r.Advice)
			}
		})
	}
}
