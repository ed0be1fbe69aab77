//go:build unix

package main

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	svix "github.com/hooktop/hooktop/receiver/svixapi/standin"
	ngrok "github.com/hooktop/hooktop/tunnel/standin"

	relay "github.com/hooktop/hooktop/tunnel/relay/standin"
)

// others is the URL of an endpoint that somebody else made.
const others = "https://staging.example.com/api/webhooks/clerk"

// roads are how Svix's sender reaches the URLs of a test: the stand-ins of the relay
// are on loopback, those of ngrok's domains are at its edge, and what others run answers
// 204.
type roads struct{ edge func() http.RoundTripper }

func (i roads) RoundTrip(r *http.Request) (*http.Response, error) {
	switch host := r.URL.Hostname(); {
	case host == "127.0.0.1":
		return http.DefaultTransport.RoundTrip(r)
	case strings.HasSuffix(host, ".ngrok-free.dev") && i.edge != nil:
		to := r.Clone(r.Context())
		to.URL.Scheme = "http" // the edge has ended TLS
		return i.edge().RoundTrip(to)
	case strings.HasPrefix(others, "https://"+host+"/"):
		return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}
	return nil, errors.New("no such host: " + r.URL.Hostname())
}

// story is a folder with a Clerk app and nothing else, on an instance on which others
// work, too.
type story struct {
	t     *testing.T
	clerk *svix.Server
	dir   string
	env   []string
	args  []string
}

func startStory(t *testing.T, clerk *svix.Server, env []string, args ...string) *story {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, ".env"), []byte("CLERK_SECRET_KEY="+svix.Key+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env = append([]string{"CLERK_API_URL=" + clerk.URL, "HOOKTOP_SVIX_URL=" + clerk.URL}, env...)
	return &story{t: t, clerk: clerk, dir: dir, env: env, args: args}
}

// listen starts hooktop, and returns once the endpoint at Clerk leads here.
func (j *story) listen(more ...string) (p *process, endpoint map[string]any) {
	j.t.Helper()
	p, _ = startListening(j.t, j.dir, j.env, slices.Concat([]string{"--register"}, j.args, more)...)
	return p, p.next("endpoint")
}

// endpoint is this folder's endpoint as Svix has it, with what Svix has besides.
func (j *story) endpoint(id any) (own svix.Endpoint, besides []svix.Endpoint) {
	j.t.Helper()
	for _, e := range j.clerk.Endpoints() {
		if e.ID == id {
			own = e
		} else {
			besides = append(besides, e)
		}
	}
	return own, besides
}

// sends has Clerk's instance send an event, and returns how our endpoint answered.
func (j *story) sends(kind, email string, endpoint string) (message string, status int) {
	j.t.Helper()
	message, attempts := j.clerk.Send(kind, []byte(userEvent(kind, "user_1", email, time.Now())))
	for _, a := range attempts {
		if a.EndpointID == endpoint {
			return message, a.Status
		}
	}
	j.t.Fatalf("%s was not sent to %s: %+v", kind, endpoint, attempts)
	return "", 0
}

// tells runs the story: from a folder that has nothing but Clerk's key to the first
// verified delivery, through a new URL and a delivery that failed meanwhile, to the end.
// offline makes the URL of the first start unreachable, again are the flags and
// variables of the second start.
func (j *story) tells(clerk *svix.Server, offline func(), again func() (env, args []string)) {
	t := j.t
	other := clerk.Add(others, "user.created")
	p, said := j.listen()
	own, _ := j.endpoint(said["id"])
	events := []string{"user.created", "user.deleted", "user.updated"}
	if slices.Sort(own.EventTypes); !strings.HasPrefix(own.UID, "hooktop-") || own.Disabled || !slices.Equal(own.EventTypes, events) || said["created"] != true {
		t.Fatalf("the endpoint is %+v, and hooktop said %v", own, said)
	}
	message, status := j.sends("user.created", "ada@example.com", own.ID)
	line := p.next("delivery")
	if status != 200 || line["message_id"] != message || line["verdict"] != "verified" || line["outcome"] != "created" {
		t.Errorf("the first delivery: Svix got %d, and it is %v", status, line)
	}
	if users := mustRun(t, j.dir, j.env, "users", "--json"); !strings.Contains(users, `"ada@example.com"`) {
		t.Errorf("the users are %s", users)
	}
	if code := p.interrupt(); code != exit.CodeInterrupted {
		t.Errorf("exit code %d", code)
	}

	// While it is off, an attempt fails; the next start has another URL.
	offline()
	missed, status := j.sends("user.updated", "lovelace@example.com", own.ID)
	if status == 200 {
		t.Fatalf("with hooktop off, Svix got %d", status)
	}
	env, args := again()
	j.env = append(j.env, env...)
	p, said = j.listen(args...)
	moved, besides := j.endpoint(own.ID)
	if said["created"] != false || said["id"] != own.ID || moved.URL == own.URL || moved.Secret != own.Secret || said["previous_url"] != own.URL {
		t.Errorf("the endpoint was %+v and is %+v; hooktop said %v", own, moved, said)
	}
	p.complains("it was " + own.URL)
	mustRun(t, j.dir, j.env, "endpoint", "recover", "--since", "2h")
	clerk.Wait()
	if line := p.next("delivery"); line["message_id"] != missed || line["verdict"] != "verified" || line["outcome"] != "updated" {
		t.Errorf("what was recovered is %v", line)
	}

	mustRun(t, j.dir, j.env, "endpoint", "unregister")
	if gone, left := j.endpoint(own.ID); gone.ID != "" || len(left) != len(besides) || left[0].ID != other || left[0].URL != others {
		t.Errorf("after unregistering there are %+v and %+v", gone, left)
	}
	if said := p.output() + p.complaints(); strings.Contains(said, own.Secret) || strings.Contains(said, svix.Key) {
		t.Errorf("it told a secret: %s", said)
	}
}

func TestTheWholeStoryWithTheRelay(t *testing.T) {
	clerk, _ := startClerk(t, svix.Config{Transport: roads{}})
	first, env := startRelay(t, relay.Options{})
	j := startStory(t, clerk, env, "--tunnel", "relay", "--yes")
	j.tells(clerk, first.Close, func() (env, args []string) {
		_, env = startRelay(t, relay.Options{})
		return env, nil
	})
}

func TestTheWholeStoryWithNgrok(t *testing.T) {
	edge, home := startStandin(t, ngrok.Options{Domain: "first.ngrok-free.dev"})
	clerk, _ := startClerk(t, svix.Config{Transport: roads{func() http.RoundTripper { return edge.Client().Transport }}})
	j := startStory(t, clerk, []string{"HOME=" + home})
	j.tells(clerk, func() {}, func() (env, args []string) {
		return nil, []string{"--domain", "second.ngrok-free.dev"}
	})
}

// An instance that has never had webhooks gets them, and two developers on it two
// endpoints: each gets every event, and neither touches the other's.
func TestTwoDevelopersShareAnInstance(t *testing.T) {
	clerk, _ := startClerk(t, svix.Config{NoApp: true, Transport: roads{}})
	_, env := startRelay(t, relay.Options{})
	ada, grace := startStory(t, clerk, env, "--tunnel", "relay", "--yes"), startStory(t, clerk, env, "--tunnel", "relay", "--yes")
	a, ofAda := ada.listen()
	g, ofGrace := grace.listen()
	if len(clerk.Endpoints()) != 2 || ofAda["id"] == ofGrace["id"] || ofAda["uid"] == ofGrace["uid"] {
		t.Fatalf("the endpoints are %v and %v, of %+v", ofAda, ofGrace, clerk.Endpoints())
	}
	id, _ := clerk.Send("user.created", []byte(userEvent("user.created", "user_1", "ada@example.com", time.Now())))
	for _, p := range []*process{a, g} {
		if line := p.next("delivery"); line["message_id"] != id || line["verdict"] != "verified" || line["outcome"] != "created" {
			t.Errorf("got %v", line)
		}
	}
	before, _ := ada.endpoint(ofAda["id"])
	mustRun(t, grace.dir, grace.env, "endpoint", "unregister")
	if own, besides := ada.endpoint(ofAda["id"]); own.URL != before.URL || own.Secret != before.Secret || len(besides) != 0 {
		t.Errorf("left are %+v and %+v", own, besides)
	}
	for _, r := range clerk.Requests() {
		if r.Route == svix.DeleteApp {
			t.Error("it deleted the application at Svix")
		}
	}
}
