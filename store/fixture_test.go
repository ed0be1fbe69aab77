package store

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// TestAFixtureIsMade writes testdata/vN.sql, where N is the schema version of a real
// hooktop. If you add a version, make a fixture of the version before, with a hooktop built
// before the new file was added:
//
//	HOOKTOP_FIXTURE=/tmp/hooktop go test ./store -run TestAFixtureIsMade
//
// With HOOKTOP_FIXTURE_CUT=1 as well it writes vN-cut.sql, in which all but the newest eight
// deliveries are deleted at the end.
func TestAFixtureIsMade(t *testing.T) {
	path := os.Getenv("HOOKTOP_FIXTURE")
	if path == "" {
		t.Skip("HOOKTOP_FIXTURE is not set")
	}
	f := &fixture{T: t, hooktop: path, dir: t.TempDir(), db: filepath.Join(t.TempDir(), "hooktop.db")}
	for i := range f.secrets {
		f.secrets[i] = providers.NewSecret(providers.Clerk{})
	}
	f.listen()
	f.story()
	name := fmt.Sprintf("v%d", f.version)
	if os.Getenv("HOOKTOP_FIXTURE_CUT") != "" {
		name += "-cut"
		f.end()
		f.listen("--keep", "8")
		f.clerk("msg_last", "session.created", session)
		for db := another(t, f.db); count(t, db, `SELECT count(*) FROM delivery WHERE outcome <> 'rejected'`) > 8; {
			continue // soon
		}
	}
	f.end()
	dump := dumped(t, another(t, f.db))
	again := dumped(t, another(t, loaded(t, dump)))
	if dump != again {
		t.Fatal("loading the dump and dumping it again gives a different dump")
	}
	if strings.Contains(dump, f.dir) {
		t.Error("the dump contains a path of this machine")
	}
	if err := os.WriteFile(filepath.Join("testdata", name+".sql"), []byte(f.was.String()+dump), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fixture is a running hooktop.
type fixture struct {
	*testing.T
	hooktop, dir, db string
	// secrets are Clerk's, its later one, and Stripe's. They are made for each run and
	// stored nowhere.
	secrets [3]string
	version int64
	cmd     *exec.Cmd
	url     map[string]string
	// was holds the users table after each delivery, as comments.
	was bytes.Buffer
}

const session = `{"id":"sess_1","object":"session","user_id":"user_ada"}`

// story sends the deliveries. The order is the same for all versions; what an older version
// does not know comes last.
func (f *fixture) story() {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no such user", http.StatusInternalServerError)
	}))
	defer app.Close()
	f.clerk("msg_1", "user.created", person("user_ada", "ada@example.com"))
	f.clerk("msg_2", "user.created", person("user_bo", "bo@example.com"))
	f.clerk("msg_3", "user.updated", person("user_ada", "lovelace@example.com"))
	f.clerkAt(1, "msg_4", "user.updated", person("user_ada", "old@example.com"))
	f.clerk("msg_5", "user.created", person("user_cy", "bo@example.com")) // bo's
	f.clerk("msg_3", "user.updated", person("user_ada", "lovelace@example.com"))
	f.signedBy(f.secrets[1], "msg_7", "user.created", person("user_eve", "eve@example.com"))
	f.run("resend", "3", "--to", app.URL) // #8
	f.clerk("msg_9", "user.deleted", `{"deleted":true,"id":"user_bo","object":"user"}`)
	f.clerk("msg_10", "user.deleted", `{"deleted":true,"id":"user_di","object":"user"}`)
	f.clerk("msg_11", "user.created", person("user_di", "di@example.com"))
	f.clerk("msg_12", "session.created", session)
	f.clerk("msg_13", "user.created", `{"email_addresses":[],"id":"user_none","object":"user","primary_email_address_id":null}`)
	f.clerk("msg_14", "user.created", person("user_late", "lovelace@example.com")) // ada's
	f.signedBy("whsec_"+strings.Repeat("A", 32), "msg_15", "user.created", person("user_one", "one@example.com"))
	f.clerk("msg_16", "user.created", person("user_d", "d@example.com"))
	f.signedBy(f.secrets[1], "msg_17", "user.updated", person("user_d", "di@example.com"))
	f.clerk("msg_18", "user.updated", person("user_d", "later@example.com"))
	if f.version >= 3 {
		f.run("reverify", "7", "17", "--clerk-secret", f.secrets[0]+","+f.secrets[1])
		f.note()
	}
	if f.version < 4 {
		return
	}
	f.stripe(19, 122, "customer.subscription.updated", `{"id":"sub_1","object":"subscription","customer":"cus_1","status":"active","created":1795348000,
		"items":{"data":[{"current_period_end":1797940000,"price":{"id":"price_1","lookup_key":"pro"}}]}}`)
	f.stripe(20, 121, "customer.subscription.created", `{"id":"sub_1","object":"subscription","customer":"cus_1","status":"incomplete","created":1795348000,
		"items":{"data":[{"price":{"id":"price_1","lookup_key":"pro"}}]}}`)
	f.stripe(21, 123, "checkout.session.completed", `{"id":"cs_1","object":"checkout.session","customer":"cus_1","subscription":"sub_1","client_reference_id":"user_ada"}`)
	f.stripe(22, 124, "customer.subscription.created", `{"id":"sub_2","object":"subscription","customer":"cus_2","status":"trialing","created":1795348000,
		"metadata":{"clerkUserId":"user_later"},"items":{"data":[{"current_period_end":1797940000,"price":{"id":"price_1"}}]}}`)
}

func person(id, email string) string {
	return fmt.Sprintf(`{"email_addresses":[{"email_address":%q,"id":"idn_1"}],"id":%q,"object":"user","primary_email_address_id":"idn_1"}`, email, id)
}

func (f *fixture) clerk(message, kind, data string) {
	n, _ := strconv.Atoi(strings.TrimPrefix(message, "msg_"))
	f.clerkAt(100+n, message, kind, data)
}

func (f *fixture) clerkAt(at int, message, kind, data string) {
	f.send(providers.Clerk{}, f.secrets[0], message, clerkBody(at, kind, data))
}

func (f *fixture) signedBy(secret, message, kind, data string) {
	f.send(providers.Clerk{}, secret, message, clerkBody(200, kind, data))
}

func clerkBody(at int, kind, data string) string {
	return fmt.Sprintf(`{"data":%s,"instance_id":"ins_1","object":"event","timestamp":%d,"type":%q}`, data, second(at).UnixMilli(), kind)
}

func (f *fixture) stripe(n, at int, kind, object string) {
	body := fmt.Sprintf(`{"id":"evt_%d","object":"event","created":%d,"type":%q,"data":{"object":%s}}`, n, second(at).Unix(), kind, object)
	f.send(providers.Stripe{}, f.secrets[2], "", body)
}

func (f *fixture) send(p webhook.Provider, secret, message, body string) {
	f.Helper()
	req, err := http.NewRequestWithContext(f.Context(), http.MethodPost, f.url[p.Name()], strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	if err := p.Signing().SignMessage(req.Header, webhook.NewSecret(secret, webhook.Source{}), message, time.Now(), []byte(body)); err != nil {
		f.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		f.Fatal(err)
	}
	if err := res.Body.Close(); err != nil {
		f.Fatal(err)
	}
	f.note()
}

// note records the users table as it is now, under the newest delivery.
func (f *fixture) note() {
	f.Helper()
	db := another(f, f.db)
	id := count(f, db, `SELECT seq FROM sqlite_sequence WHERE name = 'delivery'`)
	fmt.Fprintf(&f.was, "-- #%d: %s\n", id, strings.Join(lines(f, db, rowsQuery), ", "))
}

// rowsQuery returns each row in a few words.
const rowsQuery = `SELECT concat_ws(' ', id, email, "stripeCustomerId", "stripeSubscriptionId", "stripePriceId", "planKey", "subscriptionStatus")
	FROM "User" ORDER BY id`

// listen starts receiving. The users database is never there, so its changes stay in the
// queue.
func (f *fixture) listen(more ...string) {
	f.Helper()
	args := append([]string{"listen", "--json", "--tunnel", "off", "--addr", "127.0.0.1:0", "--clerk-secret", f.secrets[0]}, more...)
	help, err := f.command("listen", "--help").CombinedOutput()
	if err != nil {
		f.Fatalf("%v: %s", err, help)
	}
	if bytes.Contains(help, []byte("--stripe-secret")) {
		args = append(args, "--stripe-secret", f.secrets[2])
	}
	if bytes.Contains(help, []byte("--users-db")) {
		args = append(args, "--users-db", "postgres://hooktop@127.0.0.1:1/app")
	}
	f.cmd = f.command(args...)
	out, err := f.cmd.StdoutPipe()
	if err != nil {
		f.Fatal(err)
	}
	if err := f.cmd.Start(); err != nil {
		f.Fatal(err)
	}
	read := bufio.NewReader(out)
	first, err := read.ReadBytes('\n')
	if err != nil {
		f.Fatal(err)
	}
	var ready struct {
		URLs map[string]string `json:"webhook_urls"`
	}
	if err := json.Unmarshal(first, &ready); err != nil {
		f.Fatalf("%v: %s", err, first)
	}
	go func() { _, _ = read.WriteTo(&bytes.Buffer{}) }()
	f.url = ready.URLs
	if f.version, err = schemaVersion(f.Context(), another(f, f.db)); err != nil {
		f.Fatal(err)
	}
}

func (f *fixture) end() {
	f.Helper()
	if err := f.cmd.Process.Signal(os.Interrupt); err != nil {
		f.Fatal(err)
	}
	_ = f.cmd.Wait() // 130 is how it ends
}

// run runs another command at the same time. Its exit code may be 1, since the app answers
// with an error.
func (f *fixture) run(args ...string) {
	f.Helper()
	out, err := f.command(args...).CombinedOutput()
	f.Logf("%s: %v\n%s", args[0], err, out)
}

func (f *fixture) command(args ...string) *exec.Cmd {
	cmd := exec.CommandContext(f.Context(), f.hooktop, args...)
	cmd.Dir, cmd.Env = f.dir, []string{"HOME=" + f.dir, "HOOKTOP_DB=" + f.db, "CLERK_WEBHOOK_SECRET=" + f.secrets[0]}
	return cmd
}
