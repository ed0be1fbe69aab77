package store

import (
	"database/sql"
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// modelOfUser is what INTERFACE.md, section 6, promises: a tool that reads the schema of
// "User" finds this and nothing more.
var modelOfUser = map[string][]string{
	`SELECT name || ' ' || type || ' ' || "notnull" || ' ' || ifnull(dflt_value, '-') || ' ' || pk || ' ' || hidden FROM pragma_table_xinfo('User') ORDER BY cid`: {
		"id TEXT 1 - 1 0", "email TEXT 1 - 0 0", "stripeCustomerId TEXT 0 - 0 0", "stripeSubscriptionId TEXT 0 - 0 0", "stripePriceId TEXT 0 - 0 0",
		"subscriptionStatus TEXT 0 - 0 0", "subscriptionCurrentPeriodEnd DATETIME 0 - 0 0", "cancelAtPeriodEnd BOOLEAN 1 false 0 0", "planKey TEXT 0 - 0 0",
		"createdAt DATETIME 1 CURRENT_TIMESTAMP 0 0", "updatedAt DATETIME 1 - 0 0",
	},
	`SELECT l.name || ' ' || l."unique" || ' ' || l.origin || ' ' || l.partial || ' ' ||
		(SELECT group_concat(ifnull(i.name, 'an expression'), ',') FROM pragma_index_info(l.name) AS i) FROM pragma_index_list('User') AS l ORDER BY l.name`: {
		"User_email_key 1 c 0 email", "User_stripeCustomerId_key 1 c 0 stripeCustomerId", "User_stripeSubscriptionId_key 1 c 0 stripeSubscriptionId",
		"User_subscriptionStatus_idx 0 c 0 subscriptionStatus", "sqlite_autoindex_User_1 1 pk 0 id",
	},
	`SELECT type || ' ' || name FROM sqlite_master WHERE tbl_name = 'User' AND type <> 'trigger' ORDER BY 1`: {
		"index User_email_key", "index User_stripeCustomerId_key", "index User_stripeSubscriptionId_key", "index User_subscriptionStatus_idx",
		"index sqlite_autoindex_User_1", "table User",
	},
	`SELECT "from" FROM pragma_foreign_key_list('User')`: nil,
}

func isTheModel(t *testing.T, db *sql.DB) {
	t.Helper()
	for query, want := range modelOfUser {
		if got := lines(t, db, query); !slices.Equal(got, want) {
			t.Errorf("%s\ngot  %q\nwant %q", query, got, want)
		}
	}
}

func TestTheSchemaOfUserIsTheModels(t *testing.T) {
	isTheModel(t, another(t, open(t, Config{}).path))
	eachOlder(t, func(t *testing.T, o older) {
		o.open(t)
		isTheModel(t, another(t, o.path))
	})
}

// inStep asserts that user_order has the users and the values that sort them.
func inStep(t *testing.T, db *sql.DB) {
	t.Helper()
	const columns = `SELECT user_id || ' ' || quote(plan) || ' ' || quote(status) FROM `
	got := lines(t, db, columns+`user_order ORDER BY 1`)
	want := lines(t, db, columns+`(SELECT id AS user_id, ifnull("planKey", x'') AS plan, ifnull("subscriptionStatus", x'') AS status FROM "User") ORDER BY 1`)
	if !slices.Equal(got, want) {
		t.Errorf("user_order\nhas  %q\nwant %q", got, want)
	}
}

func TestTheOrderOfAnOlderDatabasesUsersIsFilled(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		o.open(t)
		db := another(t, o.path)
		if count(t, db, `SELECT count(*) FROM user_order`) == 0 {
			t.Error("user_order is empty")
		}
		inStep(t, db)
	})
}

// Whoever writes "User", the order follows in the same transaction.
func TestTheOrderOfTheUsersFollowsAnyProgram(t *testing.T) {
	s := crowd(t)
	db := another(t, s.path)
	db.SetMaxOpenConns(1)
	inStep(t, db)
	for _, text := range []string{
		`UPDATE "User" SET "planKey" = 'free' WHERE id = 'u1'`,
		`UPDATE "User" SET "subscriptionStatus" = NULL WHERE id = 'a1'`,
		`UPDATE "User" SET id = 'renamed' WHERE id = 'u2'`,
		`INSERT OR REPLACE INTO "User" (id, email, "planKey", "updatedAt") VALUES ('u1', 'again@b.c', 'team', 0)`,
		`INSERT INTO "User" (id, email, "updatedAt") VALUES ('u1', 'x@b.c', 0) ON CONFLICT (id) DO UPDATE SET "planKey" = 'upserted'`,
		`DELETE FROM "User" WHERE id = 'z1'`,
	} {
		must(t, db, text)
		inStep(t, db)
	}
	must(t, db, `BEGIN; UPDATE "User" SET "planKey" = 'lost'; ROLLBACK`)
	inStep(t, db)
	if got := lines(t, db, `SELECT user_id FROM user_order WHERE plan = 'upserted'`); !slices.Equal(got, []string{"u1"}) {
		t.Errorf("upserted: %q", got)
	}
	for _, sort := range []webhook.UserSort{webhook.ByPlan, webhook.ByStatus} {
		list, err := s.Users(t.Context(), webhook.UserPage{Sort: sort, Limit: 100})
		if err != nil || int64(len(list)) != count(t, db, `SELECT count(*) FROM "User"`) {
			t.Errorf("by %s: %d users, %v", sort, len(list), err)
		}
	}
}

// REPLACE deletes the row that holds the address without telling a trigger: what is left in
// the order shows nobody.
func TestAReplacedUserIsNotListed(t *testing.T) {
	s := crowd(t)
	must(t, another(t, s.path), `INSERT OR REPLACE INTO "User" (id, email, "updatedAt") SELECT 'new', email, 0 FROM "User" WHERE id = 'u1'`)
	for _, sort := range []webhook.UserSort{webhook.ByPlan, webhook.ByStatus} {
		list, err := s.Users(t.Context(), webhook.UserPage{Sort: sort, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, r := range list {
			ids = append(ids, r.ID)
		}
		if got := strings.Join(ids, " ") + " "; strings.Contains(got, "u1 ") || !strings.Contains(got, "new ") {
			t.Errorf("by %s: %s", sort, got)
		}
	}
}
