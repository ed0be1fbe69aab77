package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// doctor knows where a running hooktop forwards to, and what the app answered last.
func TestDoctorKnowsTheAnswersToARunningHooktop(t *testing.T) {
	for _, c := range []struct {
		name     string
		statuses []int // of the deliveries, 0 for an app that closes the connection
		routes   string
		state    string
		says     string
		fix      bool
	}{
		{"nothing was sent yet", nil, "", "ok", "something is listening there", false},
		{"it accepts them", []int{200, 204}, "", "ok", "it answered 204 to #2", false},
		{"it has no route", []int{404, 404}, "", "failed", "answered 404 to #2 and accepted none of the last 2", true},
		{"it crashes", []int{500}, "", "failed", "answered 500 to #1", true},
		{"it redirects", []int{308}, "", "failed", "answered 308 to #1", true},
		{"it closes the connection", []int{0}, "", "failed", "gave no answer to #1", true},
		{"only the last one failed", []int{200, 500}, "", "warning", "answered 500 to #2", true},
		{"only an earlier one failed", []int{500, 200}, "", "ok", "it answered 200 to #2", false},
		{"the root", []int{404}, "/", "failed", "answered 404 to #1", true},
		{"a pattern", []int{401}, "user.*=", "failed", "answered 401 to #1", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			var sent atomic.Int32
			app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				status := c.statuses[min(int(sent.Add(1)), len(c.statuses))-1] // a failure is tried again
				if status == 0 {
					panic(http.ErrAbortHandler)
				}
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(status)
			}))
			t.Cleanup(app.Close)
			to := app.URL + "/hook"
			switch {
			case c.routes == "/":
				to = app.URL + "/"
			case c.routes != "":
				to = c.routes + app.URL
			}
			dir := t.TempDir()
			p, _ := startListening(t, dir, withSecret(), "--tunnel", "off", "--forward-to", to)
			for range c.statuses {
				mustRun(t, dir, withSecret(), "trigger", "user.created")
				p.next("forward")
			}
			stdout, stderr, _ := runHooktop(t, dir, withSecret(), "doctor", "--json", "--tunnel", "off")
			var found map[string]any
			for _, o := range objects(t, stdout) {
				if o["name"] == "app" {
					found = o
				}
			}
			text, _ := found["text"].(string)
			if found["state"] != c.state || !strings.Contains(text, c.says) || (found["fix"] != nil) != c.fix {
				t.Errorf("%v\n%s", found, stderr)
			}
		})
	}
}
