package store

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// older is the database of an older hooktop, which received fixture.story.
type older struct {
	name, path, dump string
	version          int64
	// cut means that all but the newest eight deliveries were deleted.
	cut bool
	// was are the users after each delivery, as that hooktop had them.
	was map[int64]string
	// newest is the last of those deliveries.
	newest int64
}

var comment = regexp.MustCompile(`(?m)^-- #(\d+): (.*)\n`)

// eachOlder runs a test with the database of each older hooktop.
func eachOlder(t *testing.T, test func(t *testing.T, o older)) {
	t.Helper()
	files, err := filepath.Glob("testdata/v*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures: %v", err)
	}
	for _, file := range files {
		o := older{name: strings.TrimSuffix(filepath.Base(file), ".sql"), was: map[int64]string{}}
		number, cut := strings.CutSuffix(o.name[1:], "-cut")
		o.cut = cut
		if o.version, err = strconv.ParseInt(number, 10, 64); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) // git, on Windows
		for _, m := range comment.FindAllSubmatch(b, -1) {
			if o.newest, err = strconv.ParseInt(string(m[1]), 10, 64); err != nil {
				t.Fatal(err)
			}
			o.was[o.newest] = string(m[2]) // a delivery that is judged again changes what was
		}
		o.dump = string(comment.ReplaceAll(b, nil))
		t.Run(o.name, func(t *testing.T) {
			o.path = loaded(t, o.dump)
			test(t, o)
		})
	}
}

func parsed(provider string, body []byte) webhook.Event {
	p, ok := providers.Named(provider)
	if !ok {
		return webhook.Event{Outcome: webhook.Malformed}
	}
	return p.Parse(body)
}

func (o older) open(t *testing.T) *Store {
	t.Helper()
	return open(t, Config{Path: o.path, Parse: parsed})
}

func TestEveryOlderVersionHasAFixture(t *testing.T) {
	now, err := newestSchema()
	if err != nil {
		t.Fatal(err)
	}
	have := map[int64]bool{}
	eachOlder(t, func(t *testing.T, o older) {
		have[o.version] = true
		db := another(t, o.path)
		if v, err := schemaVersion(t.Context(), db); err != nil || v != o.version {
			t.Errorf("the version is %d, %v", v, err)
		}
		if dumped(t, db) != o.dump {
			t.Error("the loaded database differs from the dump")
		}
	})
	for v := int64(1); v < now; v++ {
		if !have[v] {
			t.Errorf("testdata has no fixture of version %d: see TestAFixtureIsMade", v)
		}
	}
}

// schemaQuery is all that a schema consists of. The statements are as they were
// written, with what was added to them later.
const schemaQuery = `SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY type, name`

func TestAnOlderDatabaseGetsTheSchemaOfANewOne(t *testing.T) {
	fresh := another(t, open(t, Config{}).path)
	eachOlder(t, func(t *testing.T, o older) {
		o.open(t)
		db := another(t, o.path)
		for _, query := range []string{
			schemaQuery, `SELECT version_id || ' ' || is_applied FROM hooktop_version ORDER BY id`,
			`SELECT user_version || ' ' || application_id FROM pragma_user_version, pragma_application_id`, `PRAGMA journal_mode`,
		} {
			if got, want := lines(t, db, query), lines(t, fresh, query); !slices.Equal(got, want) {
				t.Errorf("%s\ngot  %q\nwant %q", query, got, want)
			}
		}
		if got := lines(t, db, `PRAGMA integrity_check`); !slices.Equal(got, []string{"ok"}) {
			t.Errorf("%q", got)
		}
	})
}

// No row is lost or altered, and opening again changes nothing.
func TestAnOlderDatabaseKeepsItsRows(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		db := another(t, o.path)
		columns := map[string]string{}
		for _, table := range lines(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('hooktop_version', 'sqlite_sequence')`) {
			columns[table] = strings.Join(lines(t, db, `SELECT 'quote("' || name || '")' FROM pragma_table_xinfo(?)`, table), " || ' ' || ")
		}
		read := func() map[string][]string {
			all := map[string][]string{
				"sqlite_sequence": lines(t, db, `SELECT name || ' ' || seq FROM sqlite_sequence
					WHERE name IN ('delivery', 'forward') OR ? >= 6 AND name = 'mirror_change' ORDER BY 1`, o.version),
			}
			for table, row := range columns {
				all[table] = lines(t, db, `SELECT `+row+` FROM "`+table+`" ORDER BY 1`)
			}
			return all
		}
		had := read()
		if len(had["delivery"]) == 0 || len(had["User"]) == 0 {
			t.Fatal("the database is empty")
		}
		s, err := Open(t.Context(), Config{Path: o.path, Parse: parsed})
		if err != nil {
			t.Fatal(err)
		}
		consistent(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for table, rows := range read() {
			if !slices.Equal(rows, had[table]) {
				t.Errorf("%s\nhas %q\nhad %q", table, rows, had[table])
			}
		}
		once := dumped(t, db)
		o.open(t)
		if dumped(t, db) != once {
			t.Error("opening again changes the database")
		}
	})
}

func TestAnOlderDatabaseKeepsItsUsersAndTheirPast(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		s := o.open(t)
		table := func(at int64) string {
			rows, err := s.Users(t.Context(), webhook.UserPage{Sort: webhook.ByID, At: at, Limit: 100})
			if err != nil {
				return err.Error()
			}
			var all []string
			for _, r := range rows {
				columns := nonEmpty(r.ID, r.Email, valueOrZero(r.StripeCustomerID), valueOrZero(r.StripeSubscriptionID), valueOrZero(r.StripePriceID),
					valueOrZero(r.PlanKey), valueOrZero(r.SubscriptionStatus))
				all = append(all, strings.Join(columns, " "))
			}
			return strings.Join(all, ", ")
		}
		if got := table(0); got != o.was[o.newest] {
			t.Errorf("users\ngot %s\nwas %s", got, o.was[o.newest])
		}
		m, err := s.Moment(t.Context(), 0)
		if err != nil || m.At != o.newest || (m.KnownFrom > 0) != o.cut {
			t.Errorf("%+v %v", m, err)
		}
		seen := 0
		for at, was := range o.was {
			if at < m.KnownFrom || at == 0 {
				if _, err := s.Users(t.Context(), webhook.UserPage{At: at, Limit: 100}); !errors.Is(err, ErrNotFound) {
					t.Errorf("#%d is before what is known: %v", at, err)
				}
				continue
			}
			seen++
			if got := table(at); got != was {
				t.Errorf("at #%d\ngot %s\nwas %s", at, got, was)
			}
		}
		if least := map[bool]int{false: 17, true: 3}[o.cut]; seen < least {
			t.Errorf("%d moments, want %d", seen, least)
		}
		bo, err := s.User(t.Context(), "user_bo")
		if err != nil || !bo.Deleted() || bo.Email != "bo@example.com" || bo.DeliveryID != 9 || !bo.Version.Equal(second(109)) {
			t.Errorf("%+v %v", bo, err)
		}
		di, err := s.User(t.Context(), "user_di")
		if err != nil || !di.Deleted() || di.Email != "" || di.DeliveryID != 10 {
			t.Errorf("%+v %v", di, err)
		}
		if c, err := s.Counts(t.Context()); err != nil || c.Deleted != 2 || c.Users != int64(strings.Count(o.was[o.newest], ",")+1) || (c.Dropped > 0) != o.cut {
			t.Errorf("%+v %v", c, err)
		}
	})
}

func TestAnOlderDatabaseKeepsItsHistory(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		if o.cut {
			return
		}
		s := o.open(t)
		changes := map[int64]string{
			1: "user_ada: nobody to ada@example.com", 2: "user_bo: nobody to bo@example.com", 3: "user_ada: ada@example.com to lovelace@example.com",
			9: "user_bo: bo@example.com to nobody", 16: "user_d: nobody to d@example.com", 18: "user_d: d@example.com to later@example.com",
		}
		late := map[int64]int64{}
		if o.version >= 3 {
			changes[7], changes[17] = "user_eve: nobody to eve@example.com", "user_d: later@example.com to di@example.com"
			late[7], late[17] = 18, 18
		}
		if o.version >= 4 {
			const linked = "cus_1 sub_1 - - - -"
			changes[21] = "user_ada: - - - - - - to " + linked
			changes[20] = "user_ada: " + linked + " to cus_1 sub_1 price_1 pro incomplete -"
			changes[19] = "user_ada: cus_1 sub_1 price_1 pro incomplete - to cus_1 sub_1 price_1 pro active 2592200"
			late[19], late[20] = 21, 21
		}
		if o.version >= 7 {
			changes[5], late[5] = "user_cy: nobody to bo@example.com", 9
		}
		for id := int64(1); id <= o.newest; id++ {
			c := whole(t, s, id).Change
			if c == nil {
				if changes[id] != "" {
					t.Errorf("#%d changed nothing, want %s", id, changes[id])
				}
				continue
			}
			if got, at := sides(c), cmp.Or(late[id], id); got != changes[id] || c.Moment != at {
				t.Errorf("#%d at #%d: %s, want at #%d: %s", id, c.Moment, got, at, changes[id])
			}
		}
		d := whole(t, s, 8)
		if d.ParentID != 3 || d.AppStatus != 500 || len(d.Forwards) != 1 || d.Forwards[0].Status != 500 || string(d.Forwards[0].Body) != "no such user\n" {
			t.Errorf("the resend: %+v", d)
		}
	})
}

// sides is a change in one line.
func sides(c *webhook.Change) string {
	side := func(u *webhook.User) string {
		switch {
		case u == nil:
			return "nobody"
		case c.Before != nil && c.After != nil && c.Before.Email == c.After.Email:
			return columnsOf(u)
		}
		return u.Email
	}
	return c.UserID + ": " + side(c.Before) + " to " + side(c.After)
}

// For each user every change starts from what the one before left, and the last one left the
// current row: no other order gives the right past.
func TestTheChangesOfAnOlderDatabaseAreInOrder(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		o.open(t)
		rows := lines(t, another(t, o.path), `SELECT concat_ws(' ', user_id, '#' || delivery_id, 'found', before, 'after', left_there) FROM (
			SELECT user_id, delivery_id, before, row_number() OVER w AS n, lag(after) OVER w AS left_there
			FROM change WINDOW w AS (PARTITION BY user_id ORDER BY moment, seq))
			WHERE n > 1 AND before IS NOT left_there`)
		if len(rows) > 0 {
			t.Errorf("%q", rows)
		}
	})
}

func TestAnOlderDatabaseIsListedAndFiltered(t *testing.T) {
	eachOlder(t, func(t *testing.T, o older) {
		if o.cut {
			return
		}
		s := o.open(t)
		judged, stripe := o.version >= 3, o.version >= 4
		rejected, causes := "17 15 7", "missing-email 13, wrong-secret 7 17, app 500 8, conflict 5 14"
		if judged {
			rejected, causes = "15", strings.Replace(causes, "7 17", "15 15", 1)
		}
		if o.version >= 7 { // it was applied
			causes = strings.Replace(causes, "conflict 5", "conflict 14", 1)
		}
		for _, test := range []struct{ filter, want string }{
			{"is:rejected", rejected},
			{"code:wrong-secret", rejected},
			{"is:stale", "11 4"},
			{"is:duplicate", "6"},
			{"is:resent", "8"},
			{"is:conflict", map[bool]string{false: "14 5", true: "14"}[o.version >= 7]},
			{"app:500", "8"},
			{"user:user_bo", "9 2"},
			{"email:lovelace@", map[bool]string{false: "14 8 6 3", true: "21 20 19 14 8 6 3"}[stripe]},
			{"id:msg_3", "8 6 3"},
			{"status:409", "14 5"},
			{"type:user.deleted", "10 9"},
			{"type:session.*", "12"},
			{"provider:stripe", map[bool]string{true: "22 21 20 19"}[stripe]},
			{"is:unlinked", map[bool]string{true: "22"}[stripe]},
			{`eve@example.com`, "7"},
			{"#4", "4"},
		} {
			f, err := query.Parse(test.filter, noon)
			if err != nil {
				t.Fatal(err)
			}
			found, err := s.Search(t.Context(), query.Page{Filter: f, Limit: 100})
			var ids []string
			for _, d := range found.Deliveries {
				ids = append(ids, fmt.Sprint(d.ID))
			}
			if got := strings.Join(ids, " "); err != nil || !found.Done || got != test.want {
				t.Errorf("%s: %q, want %q, %v", test.filter, got, test.want, err)
			}
		}
		groups, err := s.Causes(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, g := range groups {
			got = append(got, fmt.Sprintf("%s %d %d", g.Cause, g.Oldest.ID, g.Newest.ID))
		}
		want := strings.Split(causes, ", ")
		slices.Sort(got)
		slices.Sort(want)
		for i, c := range want { // one that is alone is oldest and newest
			if strings.Count(strings.TrimPrefix(c, "app "), " ") == 1 {
				want[i] = c + c[strings.LastIndex(c, " "):]
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("causes %q, want %q", got, want)
		}
	})
}
