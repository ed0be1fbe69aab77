package main

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// prismaFixture holds the model of the users table as a Prisma schema and the
// real client's packages, once `npm ci` has put them there.
const prismaFixture = "testdata/prisma"

// inFixture runs a program of the fixture and gives what it printed.
func inFixture(t *testing.T, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = prismaFixture
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	// The engine that migrates is not needed; one that is named is not fetched.
	cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "PRISMA_SCHEMA_ENGINE_BINARY="+self)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", name, strings.Join(args, " "), err, out, &complaints)
	}
	return out
}

func TestPrismaReadsAndWritesTheUsersTable(t *testing.T) {
	if os.Getenv("HOOKTOP_PRISMA") == "" {
		t.Skip("needs Node.js and Prisma: npm ci in cmd/hooktop/" + prismaFixture + ", then set HOOKTOP_PRISMA=1")
	}
	if _, err := os.Stat(filepath.Join(prismaFixture, "node_modules", "@prisma", "client")); err != nil {
		t.Fatal("run npm ci in cmd/hooktop/" + prismaFixture + " first")
	}
	inFixture(t, "npx", "--no-install", "prisma", "generate", "--schema", "schema.prisma")

	dir := t.TempDir()
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--user-id", "user_ada", "--email", "ada@example.com")
	mustRun(t, dir, withSecret(), "trigger", "user.created", "--user-id", "user_bob", "--email", "bob@example.com")
	change(t, dir, `UPDATE "User" SET "stripeCustomerId" = 'cus_1', "subscriptionStatus" = 'active', "cancelAtPeriodEnd" = 1,
		"subscriptionCurrentPeriodEnd" = '2026-12-24T18:00:00.250+00:00' WHERE id = 'user_ada'`)
	for _, story := range []string{"story:subscribe", "story:account"} {
		mustRun(t, dir, append(withSecret(), "STRIPE_WEBHOOK_SECRET=whsec_that_signs_the_story"), "trigger", story)
	}
	here := map[string]map[string]any{}
	for _, row := range objects(t, mustRun(t, dir, nil, "users", "--json")) {
		if row["deleted"] != true {
			here[stringOf(row["id"])] = row
		}
	}
	file, err := filepath.Abs(filepath.Join(dir, ".hooktop", "hooktop.db"))
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Rows  []map[string]any
		Since int
	}
	// While hooktop runs, as an app would.
	p, ready := startListening(t, dir, withSecret())
	if err := json.Unmarshal(inFixture(t, "node", "check.mjs", file), &said); err != nil {
		t.Fatal(err)
	}
	if len(said.Rows) != 3 || len(here) != 3 || said.Since != 1 {
		t.Fatalf("Prisma reads %+v", said)
	}
	var statuses []string
	for _, row := range said.Rows {
		if status, ok := row["subscriptionStatus"].(string); ok {
			statuses = append(statuses, status)
		}
		for column, got := range row {
			want := here[stringOf(row["id"])][column]
			if want != nil && slices.Contains([]string{"subscriptionCurrentPeriodEnd", "createdAt", "updatedAt"}, column) {
				want = map[string]any{"date": inMilliseconds(t, want)}
			}
			if mustJSON(t, got) != mustJSON(t, want) {
				t.Errorf("Prisma reads %s of %s as %s, want %s", column, row["id"], mustJSON(t, got), mustJSON(t, want))
			}
		}
	}
	if slices.Sort(statuses); !slices.Equal(statuses, []string{"active", "canceled"}) {
		t.Errorf("of the story Prisma reads the statuses %q", statuses)
	}
	if ada := here["user_ada"]; ada["cancelAtPeriodEnd"] != true || ada["subscriptionCurrentPeriodEnd"] != "2026-12-24T18:00:00.25Z" {
		t.Errorf("hooktop reads %v", ada)
	}

	// What Prisma wrote is read here, and in the form that hooktop itself writes.
	there := objects(t, mustRun(t, dir, nil, "users", "user_prisma", "--json"))[0]
	if there["email"] != "prisma@example.com" || there["planKey"] != "pro" || there["cancelAtPeriodEnd"] != true ||
		there["subscriptionCurrentPeriodEnd"] != "2027-01-02T03:04:05.678Z" || there["delivery_id"] != nil {
		t.Errorf("the row that Prisma wrote is %v", there)
	}
	wantTime(t, there["createdAt"])
	wantTime(t, there["updatedAt"])
	forms := queryRows(t, dir, `SELECT DISTINCT typeof("createdAt") || ' ' || length("createdAt") || ' ' || substr("createdAt", -6) || ' ' || typeof("cancelAtPeriodEnd") FROM "User"`)
	if len(forms) != 1 || forms[0] != "text 29 +00:00 integer" {
		t.Errorf("Prisma and hooktop write %q", forms)
	}

	// Events go on from there.
	status, answer := post(t, http.DefaultClient, clerkURL(t, ready), "msg_1", userEvent("user.updated", "user_prisma", "moved@example.com", time.Now()))
	if status != 200 || answer["message"] != "User updated" {
		t.Errorf("an update of the row that Prisma wrote: %d %v", status, answer)
	}
	p.next("delivery")
	if plans := queryRows(t, dir, `SELECT "planKey" FROM "User" WHERE id IN ('user_ada', 'user_prisma') ORDER BY id`); strings.Join(plans, " ") != "team pro" {
		t.Errorf("plans %q", plans)
	}
}

// inMilliseconds is a time as JavaScript writes it.
func inMilliseconds(t *testing.T, value any) string {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, stringOf(value))
	if err != nil {
		t.Fatal(err)
	}
	return at.Format("2006-01-02T15:04:05.000Z")
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
