package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/store"
)

const stripeSecret = "whsec_8cb9e3d1ac61d4e39a7c9f14ff2b11d0"

// paid are the arguments that have a user and its subscription, of which no id
// says whose it is.
func paid(db string) [][]string {
	const nameless = "data.object.metadata={}"
	return [][]string{
		{"trigger", "user.created", "--db", db, "--email", "ada@example.com", "--user-id", "user_1"},
		{"trigger", "checkout.session.completed", "--db", db, "--email", "ada@example.com", "--user-id", "user_1", "--set", nameless, "--set", "data.object.client_reference_id=null"},
		{"trigger", "customer.subscription.created", "--db", db, "--user-id", "user_1", "--set", nameless},
	}
}

// planOf is a user's plan, "" for none.
func planOf(t *testing.T, db string) string {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: db})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	u, err := s.User(t.Context(), "user_1")
	if err != nil || u.PlanKey == nil {
		return ""
	}
	return *u.PlanKey
}

// The settings come as flags or as variables: it comes to the same for whoever
// reads the events.
func TestWhoReadsStripesEventsTakesItsFlags(t *testing.T) {
	env := append(withSecret(), "STRIPE_WEBHOOK_SECRET="+stripeSecret)
	rules := []string{"--stripe-plan-key", "product", "--stripe-link-email"}
	variables := append(slices.Clone(env), "HOOKTOP_STRIPE_PLAN_KEY=product", "HOOKTOP_STRIPE_LINK_EMAIL=1")
	const plan = "prod_Hooktoppro"
	must := func(t *testing.T, env []string, args ...string) string {
		t.Helper()
		stdout, stderr, code := inProcess(t, env, args...)
		if code != exit.CodeDone {
			t.Fatalf("%v: exit code %d\n%s%s", args, code, stdout, stderr)
		}
		return stdout
	}
	dir := t.TempDir()
	db := filepath.Join(dir, "hooktop.db")
	for _, args := range paid(db) {
		must(t, env, append(args, rules...)...)
	}
	if got := planOf(t, db); got != plan {
		t.Fatalf("trigger: the plan is %q", got)
	}
	t.Run("users --rebuild", func(t *testing.T) {
		rebuild := []string{"users", "--rebuild", "--db", db}
		for name, said := range map[string]string{
			"flags": must(t, env, append(rebuild, rules...)...), "variables": must(t, variables, rebuild...),
		} {
			if !strings.Contains(said, "replayed 3 deliveries: 1 user, including tombstones, no difference") {
				t.Errorf("with the %s it says %s", name, said)
			}
		}
		for _, some := range [][]string{nil, rules[:2], {"--stripe-link-email=false"}} {
			env := env
			if len(some) == 1 { // a flag wins over its variable
				env = variables
			}
			_, stderr, code := inProcess(t, env, append(rebuild, some...)...)
			for _, name := range []string{rules[0], "HOOKTOP_STRIPE_PLAN_KEY", rules[2], "HOOKTOP_STRIPE_LINK_EMAIL"} {
				if code != exit.CodeFailed || !strings.Contains(stderr, name) {
					t.Errorf("with %v: exit code %d, no word of %s: %s", some, code, name, stderr)
				}
			}
		}
		stdout, stderr, _ := inProcess(t, env, append(rebuild, rules[2])...)
		if !strings.Contains(stdout, "1 user, including tombstones, 1 difference\n") || !strings.Contains(stderr, "in 1 value\n") {
			t.Errorf("of one it says %s%s", stdout, stderr)
		}
	})
	t.Run("import", func(t *testing.T) {
		file, other := filepath.Join(dir, "all.jsonl"), filepath.Join(dir, "imported.db")
		must(t, env, "export", "--db", db, "-o", file)
		must(t, env, append([]string{"import", file, "--db", other}, rules...)...)
		if got := planOf(t, other); got != plan {
			t.Errorf("the plan is %q", got)
		}
	})
	t.Run("reverify", func(t *testing.T) {
		other := filepath.Join(dir, "reverified.db")
		file := filepath.Join(dir, "rejected.jsonl")
		must(t, env, "export", "--db", db, "-o", file)
		unknown := []string{"CLERK_WEBHOOK_SECRET=" + otherSecret}
		must(t, unknown, "import", file, "--db", other)
		must(t, env, append([]string{"reverify", "--db", other}, rules...)...)
		if got := planOf(t, other); got != plan {
			t.Errorf("the plan is %q", got)
		}
	})
	t.Run("resend", func(t *testing.T) {
		other := filepath.Join(dir, "resent.db")
		for _, args := range paid(other) {
			must(t, env, args...) // Stripe's are not linked, and wait
		}
		must(t, env, append([]string{"resend", "2", "--db", other}, rules...)...)
		if got := planOf(t, other); got != "pro" {
			t.Errorf("the plan of what waited is %q", got)
		}
	})
	t.Run("drift --fix", func(t *testing.T) {
		_, env := startAccount(t)
		must(t, env, append([]string{"drift", "--fix", "--db", filepath.Join(dir, "drift.db")}, rules...)...)
	})
}
