package main

import (
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/clerkapi/standin"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
	"github.com/hooktop/hooktop/store"
)

func startAccount(t *testing.T, users ...standin.User) (account *standin.Server, env []string) {
	t.Helper()
	account, stop := standin.Start(users...)
	t.Cleanup(stop)
	return account, append(withSecret(), "CLERK_API_URL="+account.URL, "CLERK_SECRET_KEY="+standin.Key)
}

// inProcess runs a command in this process and returns its exit code.
func inProcess(t *testing.T, env []string, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	getenv := func(name string) string {
		for _, pair := range env {
			if value, ok := strings.CutPrefix(pair, name+"="); ok {
				return value
			}
		}
		return ""
	}
	var out, complaints strings.Builder
	code = run(t.Context(), args, strings.NewReader(""), &out, &complaints, getenv)
	return out.String(), complaints.String(), code
}

func TestAFixBringsAnyDriftInStep(t *testing.T) {
	if testing.Short() {
		t.Skip("each drift needs a database of its own")
	}
	ids := []string{"user_0", "user_1", "user_2", "user_3", "user_4", "user_5"}
	// side draws who is on a side, and with which of the addresses.
	side := func(r *rapid.T) map[string]string {
		mails, users := rapid.Permutation(ids).Draw(r, "addresses"), map[string]string{}
		for i, id := range ids {
			if i == 0 || rapid.IntRange(0, 4).Draw(r, "there") > 0 {
				users[id] = mails[i] + "@example.com"
			}
		}
		return users
	}
	drift := rapid.Custom(func(r *rapid.T) [2]map[string]string {
		before, after := side(r), side(r)
		return [2]map[string]string{before, after}
	})
	for seed := range 12 {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			sides := drift.Example(seed)
			account, env := startAccount(t)
			path := filepath.Join(t.TempDir(), "hooktop.db")
			for n, users := range sides {
				for _, id := range ids {
					account.Remove(id)
					if users[id] != "" {
						account.Put(standin.User{ID: id, Email: users[id], Created: 1716883200000, Updated: 1716883200000 + int64(n)})
					}
				}
				stdout, stderr, code := inProcess(t, env, "drift", "--fix", "--db", path)
				if code != exit.CodeDone {
					t.Fatalf("%v: exit code %d\n%s%s", sides, code, stdout, stderr)
				}
				if stdout, _, code := inProcess(t, env, "drift", "--db", path); code != exit.CodeDone || !strings.Contains(stdout, "in step") {
					t.Errorf("%v: afterwards it says %s", sides, stdout)
				}
			}
			wantLineage(t, path, sides[1])
		})
	}
}

// wantLineage requires exactly these users, each made by a verified delivery, and
// no failed delivery on the way.
func wantLineage(t *testing.T, path string, users map[string]string) {
	t.Helper()
	db, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Users(t.Context(), webhook.UserPage{Sort: webhook.ByID, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, u := range rows {
		got[u.ID] = u.Email
		d, err := db.Delivery(t.Context(), u.DeliveryID)
		if err != nil || !d.Verdict.Verified || d.Change == nil || d.Change.After == nil || d.Change.After.Email != u.Email {
			t.Errorf("%s is not what its delivery made: %v %+v", u.ID, err, d)
		}
	}
	if !maps.Equal(got, users) {
		t.Errorf("users %v, want %v", got, users)
	}
	list, err := db.Deliveries(t.Context(), query.Page{Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range list {
		if d.Failed() {
			t.Errorf("#%d %s of %s: %s %s", d.ID, d.Type, d.UserID, d.Outcome, d.Note)
		}
	}
}

func TestAFixGoesThroughTheRunningHooktopWithClerksOwnBytes(t *testing.T) {
	user := standin.User{ID: "user_ada", Email: "ada@example.com", Created: 1716883200000, Updated: 1716883200123}
	_, env := startAccount(t, user)
	dir, app := t.TempDir(), startApp(t, 200)
	p, _ := startListening(t, dir, withSecret(), "--forward-to", app.URL)
	mustRun(t, dir, env, "drift", "--fix")
	d := p.next("delivery")
	if d["event"] != "user.created" || d["outcome"] != "created" || d["origin"] != "trigger" || d["user_id"] != "user_ada" {
		t.Errorf("the delivery is %v", d)
	}
	if f := p.next("forward"); f["status"] != 200.0 {
		t.Errorf("the forward is %v", f)
	}
	shown := objects(t, mustRun(t, dir, nil, "show", "1", "--json"))[0]
	body, _ := shown["body"].(string)
	if want := `{"data":` + user.JSON() + `,"instance_id":"` + standin.InstanceID + `","object":"event","timestamp":1716883200123,"type":"user.created"}`; body != want {
		t.Errorf("the body is\n%s\nwant\n%s", body, want)
	}
	// A later real event is not stale.
	status, answer := post(t, http.DefaultClient, "http://"+strings.TrimPrefix(stringOf(shown["host"]), "http://")+"/api/webhooks/clerk", "msg_later",
		userEvent("user.updated", "user_ada", "later@example.com", time.UnixMilli(1716883200124)))
	if status != 200 || answer["message"] != "User updated" {
		t.Errorf("a later event: %d %v", status, answer)
	}
}

func stringOf(v any) string {
	s, _ := v.(string)
	return s
}

func TestWhatNoEventCanFixStaysAndTheNoteSaysWhy(t *testing.T) {
	account, env := startAccount(t,
		standin.User{ID: "user_1", Email: "one@example.com", Created: 1, Updated: 1000},
		standin.User{ID: "user_2", Email: "two@example.com", Created: 2, Updated: 1000},
	)
	db := filepath.Join(t.TempDir(), "hooktop.db")
	if _, stderr, code := inProcess(t, env, "drift", "--fix", "--db", db); code != exit.CodeDone {
		t.Fatal(stderr)
	}
	account.Put(
		standin.User{ID: "user_1", Created: 1, Updated: 2000},
		standin.User{ID: "user_2", Email: strings.Repeat("a", 321) + "@example.com", Created: 2, Updated: 2000},
		// At Clerk two users can have an unverified address; in the table they cannot.
		standin.User{ID: "user_3", Email: "one@example.com", Created: 3, Updated: 2000},
	)
	says := func(args []string, wanted ...string) {
		t.Helper()
		stdout, stderr, code := inProcess(t, env, append(args, "--db", db)...)
		for _, want := range wanted {
			if !strings.Contains(stdout, want) {
				t.Errorf("it says\n%s%s\nwant %s", stdout, stderr, want)
			}
		}
		if code != exit.CodeFailed || stderr != "" {
			t.Errorf("exit code %d, %s", code, stderr)
		}
	}
	says([]string{"drift"},
		"user_2                           email        two@example.com → (none)  the e-mail address is 333 characters long; at most 320 are allowed: change it at Clerk\n",
		"user_3                           missing      one@example.com  user_1 already has this address here, and only one user can have it: change the address of one of the two at Clerk\n",
		"3 users at Clerk; 2 here: 3 differences that --fix cannot fix; see each for what to do\n")
	says([]string{"drift", "--fix"},
		"user_1                           email        one@example.com → (none)  not fixed: no address at Clerk, and a row needs one: add one there, or delete the user there\n",
		"user_3                           missing      one@example.com  not fixed: held by user_1 since #1: change the address of one of them at Clerk, and this waiting event is applied automatically\n",
		"3 differences, 0 fixed, 3 left\n")
	account.Put(
		standin.User{ID: "user_4", Email: "four@example.com", Created: 4, Updated: 2000},
		standin.User{ID: "user_5", Email: strings.Repeat("a", 321) + "@example.com", Created: 5, Updated: 2000},
		standin.User{ID: "user_6", Created: 6, Updated: 2000},
	)
	says([]string{"drift"},
		"6 users at Clerk, 1 of them without an e-mail address and so without a row, 1 of them with an e-mail address too long for a row; 2 here: "+
			"4 differences; hooktop drift --fix fixes 1 of them; each of the others says what to do\n")
	says([]string{"drift", "--fix"}, "4 differences, 1 fixed, 3 left\n")
	// It keeps its promise.
	if _, stderr, code := inProcess(t, env, "trigger", "user.updated", "--user-id", "user_1", "--email", "free@example.com", "--db", db); code != exit.CodeDone {
		t.Fatal(stderr)
	}
	if stdout, _, _ := inProcess(t, env, "users", "user_3", "--db", db); !strings.Contains(stdout, "user_3                           one@example.com") {
		t.Errorf("once the address is free: %s", stdout)
	}
}

func TestARowThatAnotherProgramDeletedComesBack(t *testing.T) {
	user := standin.User{ID: "user_1", Email: "one@example.com", Created: 1, Updated: 1000}
	_, env := startAccount(t, user)
	dir := t.TempDir()
	db := filepath.Join(dir, ".hooktop", "hooktop.db")
	// The version of the row is later than Clerk's updated_at.
	if _, stderr, code := inProcess(t, env, "trigger", "user.created", "--user-id", "user_1", "--email", "one@example.com", "--db", db); code != exit.CodeDone {
		t.Fatal(stderr)
	}
	change(t, dir, `DELETE FROM "User"`)
	if stdout, stderr, code := inProcess(t, env, "drift", "--fix", "--db", db); code != exit.CodeDone || !strings.Contains(stdout, "missing      one@example.com  fixed") {
		t.Errorf("exit code %d: %s%s", code, stdout, stderr)
	}
}

func TestAFixReportsThatTheRunningHooktopHasAnotherSecret(t *testing.T) {
	_, env := startAccount(t, standin.User{ID: "user_1", Email: "one@example.com", Created: 1, Updated: 1000})
	dir := t.TempDir()
	startListening(t, dir, []string{"CLERK_WEBHOOK_SECRET=" + otherSecret})
	_, stderr, code := runHooktop(t, dir, env, "drift", "--fix")
	if code != exit.CodeFailed || !strings.Contains(stderr, "verifies with a different secret") || !strings.Contains(stderr, "fix: use the same for both") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}
