package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// thirty makes thirty deliveries: every third rejected, two users in turn, each message
// twice in a row and then, maybe, rejected.
func thirty(t *testing.T) *Store {
	t.Helper()
	s := open(t, Config{})
	for i := 1; i <= 30; i++ {
		d := verified(message((i + 1) / 2))
		if i%3 == 0 {
			d = rejected(message(i / 2)) // nothing of its message comes later and resolves that
		}
		if err := s.Capture(t.Context(), d, upsert(fmt.Sprint("u", i%2), fmt.Sprint("e", i%2), i)); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestDeliveriesComeInWindows(t *testing.T) {
	s := thirty(t)
	s.budget = searchBudget{rows: 2, texts: 2, bytes: 1, few: 3} // so that one search finds little
	for _, test := range []struct {
		name string
		page query.Page
		want []int64
	}{
		{"the newest", query.Page{Limit: 3}, []int64{30, 29, 28}},
		{"the next below", query.Page{Before: 28, Limit: 3}, []int64{27, 26, 25}},
		{"the nearest above", query.Page{After: 25, Limit: 2}, []int64{27, 26}},
		{"above the newest", query.Page{After: 30, Limit: 2}, nil},
		{"between", query.Page{After: 10, Before: 13, Limit: 9}, []int64{12, 11}},
		{"one at least", query.Page{}, []int64{30}},
		{"failures", query.Page{Failures: true, Limit: 2}, []int64{30, 27}},
		{"failures below", query.Page{Failures: true, Before: 27, Limit: 2}, []int64{24, 21}},
		{"failures above", query.Page{Failures: true, After: 3, Limit: 2}, []int64{9, 6}},
		{"of a user", query.Page{UserID: "u1", Limit: 3}, []int64{29, 25, 23}},
		{"of a user, above", query.Page{UserID: "u1", After: 7, Limit: 2}, []int64{13, 11}},
		{"of a message", query.Page{MessageID: "msg_4", Limit: 9}, []int64{9, 8, 7}},
		{"of a message, below", query.Page{MessageID: "msg_4", Before: 9, Limit: 9}, []int64{8, 7}},
		{"failures of a message", query.Page{MessageID: "msg_4", Failures: true, Limit: 9}, []int64{9}},
		{"of nobody", query.Page{UserID: "u9", Limit: 9}, nil},
		{"the oldest", query.Page{OldestFirst: true, Limit: 3}, []int64{1, 2, 3}},
		{"the oldest above", query.Page{OldestFirst: true, After: 3, Limit: 2}, []int64{4, 5}},
		{"the oldest below", query.Page{OldestFirst: true, Before: 3, Limit: 9}, []int64{1, 2}},
		{"the oldest failures", query.Page{OldestFirst: true, Failures: true, Limit: 2}, []int64{3, 6}},
		{"the oldest of a user", query.Page{OldestFirst: true, UserID: "u1", After: 7, Limit: 2}, []int64{11, 13}},
	} {
		t.Run(test.name, func(t *testing.T) {
			list, err := s.Deliveries(t.Context(), test.page)
			if err != nil {
				t.Fatal(err)
			}
			if got := ids(list); !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			test.page.Filter = filter(t, "id:msg_") // all of them, but it has to look
			if list, err = s.Deliveries(t.Context(), test.page); err != nil || !slices.Equal(ids(list), test.want) {
				t.Errorf("with a filter: got %v, want %v, %v", ids(list), test.want, err)
			}
		})
	}
}

func TestAllDeliveriesAreGoneThroughOnceAndInOrder(t *testing.T) {
	s := thirty(t)
	s.budget = searchBudget{rows: 4, texts: 2, bytes: 1, few: 3} // so that one search finds little
	for _, test := range []struct {
		name string
		page query.Page
		want []int64
	}{
		{"newest first", query.Page{}, downwards(30, 1)},
		{"oldest first", query.Page{OldestFirst: true}, upwards(1, 30)},
		{"a few at a time", query.Page{OldestFirst: true, Limit: 7}, upwards(1, 30)},
		{"above one", query.Page{OldestFirst: true, After: 27}, upwards(28, 30)},
		{"below one", query.Page{Before: 4, Limit: 2}, downwards(3, 1)},
		{"up to one", query.Page{OldestFirst: true, Before: 4}, upwards(1, 3)},
		{"beyond the newest", query.Page{Before: 99, Limit: 29}, downwards(30, 1)},
		{"failures", query.Page{Failures: true, Limit: 3, OldestFirst: true}, []int64{3, 6, 9, 12, 15, 18, 21, 24, 27, 30}},
		{"by a filter", query.Page{Filter: filter(t, "is:rejected id:msg_1"), OldestFirst: true}, []int64{3, 21, 24, 27, 30}},
		{"by a text", query.Page{Filter: filter(t, "msg_3 user"), OldestFirst: true}, []int64{5, 6}},
		{"by a text, newest first", query.Page{Filter: filter(t, "msg_3 user")}, []int64{6, 5}},
	} {
		t.Run(test.name, func(t *testing.T) {
			all := s.All(t.Context(), test.page)
			for range 2 {
				var got []int64
				for d, err := range all {
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, d.ID)
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("got %v, want %v", got, test.want)
				}
			}
		})
	}
}

func upwards(from, to int64) (list []int64) {
	for id := from; id <= to; id++ {
		list = append(list, id)
	}
	return list
}

func downwards(from, to int64) []int64 {
	list := upwards(to, from)
	slices.Reverse(list)
	return list
}

// A resend makes deliveries: they are not resent in their turn.
func TestWhatComesMeanwhileIsNotAmongAll(t *testing.T) {
	s := open(t, Config{})
	for range s.All(t.Context(), query.Page{}) {
		t.Fatal("there is none")
	}
	for i := range 3 {
		capture(t, s, message(i), upsert("u1", message(i), i))
	}
	for _, oldestFirst := range []bool{true, false} {
		seen := 0
		for d, err := range s.All(t.Context(), query.Page{OldestFirst: oldestFirst, Limit: 1}) {
			if err != nil {
				t.Fatal(err)
			}
			capture(t, s, "resent"+message(int(d.ID))+fmt.Sprint(oldestFirst), upsert("u1", "a@b.c", 10))
			seen++
		}
		if want := map[bool]int{true: 3, false: 6}[oldestFirst]; seen != want {
			t.Errorf("oldest first %v: went through %d, want %d", oldestFirst, seen, want)
		}
	}
}

func TestAnErrorEndsGoingThroughAll(t *testing.T) {
	s := thirty(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	seen, ended := 0, error(nil)
	for _, err := range s.All(ctx, query.Page{Limit: 5}) {
		if ended != nil {
			t.Fatal("it goes on after an error")
		}
		if ended = err; err == nil {
			seen++
		}
		cancel()
	}
	if seen != 5 || !errors.Is(ended, context.Canceled) {
		t.Errorf("%d, then %v", seen, ended)
	}
}

func TestAMissingDeliveryIsNotFound(t *testing.T) {
	s := open(t, Config{})
	_, err := s.Delivery(t.Context(), 7)
	var e *NotFoundError
	if !errors.Is(err, ErrNotFound) || !errors.As(err, &e) || e.Fix() == "" || err.Error() != "read the delivery: no delivery #7" {
		t.Errorf("got %v", err)
	}
	if _, err := s.User(t.Context(), "u1"); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
	if err := s.RecordForward(t.Context(), &webhook.Forward{DeliveryID: 7}); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// crowd makes living users, tombstones, one never seen alive, and rows that another program
// wrote or deleted; some have a plan or a status, many the same one.
func crowd(t *testing.T) *Store {
	t.Helper()
	s := open(t, Config{})
	for i := 1; i <= 8; i++ {
		capture(t, s, message(i), upsert(fmt.Sprint("u", i), fmt.Sprintf("e%d@b.c", 9-i), i)) // deliveries 1 to 8
	}
	other := another(t, s.path)
	for id, columns := range map[string][2]any{
		"u1": {"pro", "active"}, "u2": {"team", "active"}, "u3": {"pro", "active"}, "u5": {"pro", "past_due"}, "u6": {nil, "canceled"}, "u7": {"Team", "active"},
	} {
		must(t, other, `UPDATE "User" SET "planKey" = ?, "subscriptionStatus" = ? WHERE id = ?`, columns[0], columns[1], id)
	}
	capture(t, s, "m9", remove("u3", 20))            // 9
	capture(t, s, "m10", remove("u6", 20))           // 10
	capture(t, s, "m11", remove("never", 20))        // 11
	capture(t, s, "m12", upsert("u2", "z@b.c", 20))  // 12
	capture(t, s, "m13", upsert("u9", "e6@b.c", 20)) // 13: the address of u3, which is free again
	capture(t, s, "m14", upsert("u1", "e8@b.c", 20)) // 14: unchanged
	for _, id := range []string{"a1", "u55", "z1"} {
		must(t, other, `INSERT INTO "User" (id, email, "updatedAt") VALUES (?1, 'p-' || ?1, 0)`, id)
	}
	must(t, other, `UPDATE "User" SET "planKey" = 'pro', "subscriptionStatus" = 'canceled' WHERE id = 'a1'`)
	must(t, other, `DELETE FROM "User" WHERE id = 'u8'`)
	capture(t, s, "m15", upsert("u55", "p-u55", 20)) // 15: unchanged, so still of no delivery
	return s
}

func TestUsersArePagedInEachSort(t *testing.T) {
	s := crowd(t)
	for _, test := range []struct {
		sort    webhook.UserSort
		deleted bool
		want    string
	}{
		{webhook.ByRecent, false, "u9 u2 u7 u5 u4 u1 z1 u55 a1"},
		{webhook.ByRecent, true, "u9 u2 never† u6† u3† u7 u5 u4 u1 z1 u55 a1"},
		{webhook.ByEmail, false, "u7 u5 u4 u9 u1 a1 u55 z1 u2"},
		{webhook.ByEmail, true, "never† u7 u6† u5 u4 u3† u9 u1 a1 u55 z1 u2"},
		{webhook.ByID, false, "a1 u1 u2 u4 u5 u55 u7 u9 z1"},
		{webhook.ByID, true, "a1 never† u1 u2 u3† u4 u5 u55 u6† u7 u9 z1"},
		{webhook.ByPlan, false, "u7 a1 u1 u5 u2 u4 u55 u9 z1"},
		{webhook.ByPlan, true, "u7 a1 u1 u3† u5 u2 never† u4 u55 u6† u9 z1"},
		{webhook.ByStatus, false, "u1 u2 u7 a1 u5 u4 u55 u9 z1"},
		{webhook.ByStatus, true, "u1 u2 u7 a1 u5 u4 u55 u9 z1 never† u3† u6†"},
	} {
		all, err := s.Users(t.Context(), webhook.UserPage{Sort: test.sort, Deleted: test.deleted, Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		if got := names(all); got != test.want {
			t.Errorf("%s, deleted %v:\n got %s\nwant %s", test.sort, test.deleted, got, test.want)
			continue
		}
		for size := 1; size <= len(all)+1; size++ {
			if got := names(walk(t, s, webhook.UserPage{Sort: test.sort, Deleted: test.deleted, Limit: size}, true)); got != test.want {
				t.Errorf("%s down by %d: %s", test.sort, size, got)
			}
			back := walk(t, s, webhook.UserPage{Sort: test.sort, Deleted: test.deleted, Limit: size, Before: &all[len(all)-1]}, false)
			if got := names(append(back, all[len(all)-1])); got != test.want {
				t.Errorf("%s up by %d: %s", test.sort, size, got)
			}
		}
	}
}

// walk reads page by page, down from the top or up from p.Before.
func walk(t testing.TB, s *Store, p webhook.UserPage, down bool) (all []webhook.UserRecord) {
	t.Helper()
	for {
		list, err := s.Users(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) == 0 {
			return all
		}
		if len(all) > 1000 {
			t.Fatalf("the same pages repeat: %s", names(all[:20]))
		}
		if down {
			all = append(all, list...)
			p.After = &list[len(list)-1]
		} else {
			all = append(list, all...)
			p.Before = &list[0]
		}
	}
}

func names(list []webhook.UserRecord) string {
	var b strings.Builder
	for _, r := range list {
		b.WriteString(" " + r.ID)
		if r.Deleted() {
			b.WriteString("†")
		}
	}
	return strings.TrimSpace(b.String())
}

func TestAUserRecordNamesItsDelivery(t *testing.T) {
	s := crowd(t)
	for _, test := range []struct {
		id       string
		delivery int64
		version  time.Time
		dead     bool
	}{
		{"u1", 1, second(20), false},
		{"u2", 12, second(20), false},
		{"u3", 9, second(20), true},
		{"u55", 0, second(20), false},
		{"a1", 0, time.Time{}, false},
		{"never", 11, second(20), true},
	} {
		r, err := s.User(t.Context(), test.id)
		if err != nil || r.ID != test.id || r.DeliveryID != test.delivery || !r.Version.Equal(test.version) || r.Deleted() != test.dead {
			t.Errorf("%s: %+v %v", test.id, r, err)
		}
	}
	if _, err := s.User(t.Context(), "u8"); !errors.Is(err, ErrNotFound) {
		t.Errorf("a row that another program deleted: %v", err)
	}
	c, err := s.Counts(t.Context())
	if err != nil || c.Users != 9 || c.Deleted != 3 {
		t.Errorf("counts %+v %v", c, err)
	}
}

func TestListsUseAnIndex(t *testing.T) {
	s := crowd(t)
	alive := &webhook.UserRecord{User: webhook.User{ID: "u5", Email: "e4@b.c"}, DeliveryID: 5}
	gone := &webhook.UserRecord{User: webhook.User{ID: "u3", Email: "e6@b.c"}, DeletedAt: noon, DeliveryID: 9}
	plans := map[string][]any{}
	for _, p := range []query.Page{
		{},
		{Before: 9},
		{After: 9},
		{Failures: true},
		{Failures: true, Before: 9},
		{UserID: "u1", After: 9},
		{MessageID: "m1", Before: 9},
		{UserID: "u1", Failures: true},
		{MessageID: "m1", UserID: "u1", Failures: true},
	} {
		text, args := deliveriesQuery(p)
		plans[text] = args
	}
	for _, sort := range allSorts() {
		for _, p := range []webhook.UserPage{{}, {After: alive}, {Before: alive}, {After: gone}, {Before: gone}} {
			p.Sort, p.Deleted = sort, true
			for _, src := range sources(p) {
				text, args := src.query(p, 50)
				plans[text] = args
				plan := explain(t, s, text, args)
				if len(args) > 1 && strings.Contains(plan, "SCAN") || len(src.args) > 0 && src.cursor != nil && !strings.Contains(plan, "=? AND ") {
					t.Errorf("walks the index to the start of the page: %s\n%s", text, plan)
				}
			}
		}
	}
	for _, retention := range (&retentionStatements{}).texts() {
		if strings.Contains(retention.text, "?1") {
			plans[retention.text] = []any{"1", 100, 100}[:strings.Count(retention.text, "?3")+min(1, strings.Count(retention.text, "?2"))+1]
		}
	}
	for text, args := range plans {
		plan := explain(t, s, text, args)
		if strings.Contains(plan, "TEMP B-TREE") && !strings.Contains(text, "DELETE") {
			t.Errorf("sorts: %s\n%s", text, plan)
		}
		for line := range strings.Lines(plan) {
			// walking an index until the page is full is not a scan; the row of
			// ? AS id is a table of one
			if strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "INDEX") && !strings.HasPrefix(line, "SCAN json_each") && !isFirstPage(text, args) {
				t.Errorf("scans: %s\n%s", text, plan)
			}
		}
	}
}

func allSorts() []webhook.UserSort {
	return []webhook.UserSort{webhook.ByRecent, webhook.ByEmail, webhook.ByID, webhook.ByPlan, webhook.ByStatus}
}

// isFirstPage is the newest deliveries: along the ids from the end.
func isFirstPage(text string, args []any) bool {
	return strings.Contains(text, "FROM delivery NOT INDEXED ORDER BY id DESC LIMIT") && len(args) == 1
}

func explain(t *testing.T, s *Store, text string, args []any) string {
	t.Helper()
	rows, err := s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	defer rows.Close()
	var b strings.Builder
	for rows.Next() {
		var a, c, d int
		var detail string
		if err := rows.Scan(&a, &c, &d, &detail); err != nil {
			t.Fatal(err)
		}
		b.WriteString(detail + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}
