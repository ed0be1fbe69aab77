package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

func filter(t testing.TB, text string) query.Filter {
	t.Helper()
	f, err := query.Parse(text, noon)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// short splits every search into several stretches.
var short = searchBudget{rows: 7, texts: 3, bytes: 200, few: 4}

func ids(list []webhook.Delivery) (out []int64) {
	for _, d := range list {
		out = append(out, d.ID)
	}
	return out
}

// through searches until nothing is left, and returns what was found, newest first.
func through(t testing.TB, s *Store, p query.Page) (all []int64, searches int) {
	t.Helper()
	up := p.After > 0
	for {
		searches++
		found, err := s.Search(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		if up {
			all = append(ids(found.Deliveries), all...)
		} else {
			all = append(all, ids(found.Deliveries)...)
		}
		if found.Done {
			return all, searches
		}
		if up && found.Upto <= p.After || !up && p.Before > 0 && found.Upto >= p.Before {
			t.Fatalf("%+v got nowhere: %+v", p, found)
		}
		if up {
			p.After = found.Upto
		} else {
			p.Before = found.Upto
		}
	}
}

// The oracle for the SQL is the filter applied to deliveries in memory.
func TestAFilterFindsWhatItMatches(t *testing.T) {
	t.Parallel() // it mostly waits for the disk
	rapid.Check(t, func(r *rapid.T) {
		s, err := Open(t.Context(), Config{Path: file(t), Now: func() time.Time { return noon }})
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		all := kept(r, s)
		for range 4 {
			text := filterText(all).Draw(r, "filter")
			f, err := query.Parse(text, noon)
			if err != nil {
				r.Fatalf("%s: %v", text, err)
			}
			var want []int64
			for _, d := range slices.Backward(all) {
				if f.Matches(d) {
					want = append(want, d.ID)
				}
			}
			s.budget = rapid.SampledFrom([]searchBudget{short, defaultBudget(), {rows: 7, texts: 3, bytes: 1 << 20, few: 100}}).Draw(r, "reach")
			size := rapid.IntRange(1, 5).Draw(r, "page")
			if got, _ := through(t, s, query.Page{Filter: f, Limit: size}); !slices.Equal(got, want) {
				r.Fatalf("%s down: %v, want %v", text, got, want)
			}
			// Ids begin with 1, and no page asks for what comes after 0.
			up := slices.DeleteFunc(slices.Clone(want), func(id int64) bool { return id == 1 })
			if got, _ := through(t, s, query.Page{Filter: f, Limit: size, After: 1}); !slices.Equal(got, up) {
				r.Fatalf("%s up: %v, want %v", text, got, up)
			}
			got, err := s.Deliveries(t.Context(), query.Page{Filter: f, Limit: size})
			if err != nil || !slices.Equal(ids(got), want[:min(size, len(want))]) {
				r.Fatalf("%s listed: %v %v", text, ids(got), err)
			}
		}
	})
}

// kept captures some deliveries and reads them back whole.
func kept(r *rapid.T, s *Store) (all []webhook.Delivery) {
	ctx := context.Background()
	for i := range rapid.IntRange(1, 20).Draw(r, "deliveries") {
		d := verified(rapid.SampledFrom([]string{"", "msg_a", "msg_b\xff", "msg_\xff\xff"}).Draw(r, "message"))
		d.At = noon.Add(-time.Duration(rapid.IntRange(0, 5).Draw(r, "minutes")) * time.Minute)
		d.Origin = rapid.SampledFrom(webhook.Origins()).Draw(r, "origin")
		d.Provider = rapid.SampledFrom([]string{"clerk", "stripe", ""}).Draw(r, "provider")
		d.Type = rapid.SampledFrom([]string{"", "user.created", "USER.created", "user.deleted", "a\x00b", "session.created"}).Draw(r, "type")
		d.Body = []byte(rapid.SampledFrom([]string{"", "Ada", "bo a|b", "base64:", strings.Repeat("x", 300) + "ada", "\xff\x00"}).Draw(r, "body"))
		d.Header.Set("X-Text", rapid.SampledFrom([]string{"", "ADA", `q"<&>`, "\xffada"}).Draw(r, "header"))
		d.ParentID = int64(rapid.IntRange(0, 2).Draw(r, "parent"))
		e := webhook.Event{Type: d.Type, Action: webhook.Upsert, At: second(i)}
		e.UserID = rapid.SampledFrom([]string{"u1", "u2", "v\xff"}).Draw(r, "user")
		e.Email = rapid.SampledFrom([]string{"ada@B.c", "bo@b.c", "ä@b.c"}).Draw(r, "email")
		if rapid.IntRange(0, 3).Draw(r, "rejected") == 0 {
			d.Verdict = webhook.Verdict{Code: rapid.SampledFrom(webhook.Codes()).Draw(r, "code")}
		}
		if err := s.Capture(ctx, d, e); err != nil {
			r.Fatal(err)
		}
		if rapid.Bool().Draw(r, "forwarded") {
			f := &webhook.Forward{DeliveryID: d.ID, Status: rapid.SampledFrom([]int{0, 200, 307, 401, 500}).Draw(r, "app")}
			if f.Status == 0 {
				f.Failure, f.Error = webhook.NoAnswer, "refused"
			}
			if err := s.RecordForward(ctx, f); err != nil {
				r.Fatal(err)
			}
		}
		all = append(all, *d)
	}
	for i := range all { // at the end: a conflict's outcome changes with what comes later
		whole, err := s.Delivery(ctx, all[i].ID)
		if err != nil {
			r.Fatal(err)
		}
		all[i] = whole
	}
	return all
}

// filterText generates the text of a filter whose terms can match something.
func filterText(all []webhook.Delivery) *rapid.Generator[string] {
	value := map[string][]string{
		"type:": {"user.*", "*.created", "user.created", "*", "session.created", "a*", "nope"}, "user:": {"u", "u1", "v", "w"},
		"email:": {"ada", "B.C", "bo@b.c", "ä@", "nope"}, "id:": {"msg_", "msg_a", "msg_b", "n"}, "is:": query.States(),
		"code:": {"wrong-*", "too-*", "*", "no-secret"}, "status:": {"200", "4xx", ">=400", "<300", "409"}, "app:": {">=300", ">=400", "200", "<=307", "401"},
		"since:": {"2m", "5m", "90s", "0s"}, "before:": {"2m", "1m", "10m"}, "provider:": {"clerk", "stripe"}, "origin:": {"tunnel", "resend", "local"},
		"#": {"1", "2", "3", "7", "99"}, "": {"ada", "bo", `"a|b"`, `"q\"<"`, "x-text", `"text: ada"`, `" ada"`, "xxada", "base64"},
	}
	return rapid.Custom(func(r *rapid.T) string {
		var words []string
		for range rapid.IntRange(1, 3).Draw(r, "terms") {
			key := rapid.SampledFrom(slices.Sorted(func(yield func(string) bool) {
				for k := range value {
					if !yield(k) {
						return
					}
				}
			})).Draw(r, "key")
			alternatives := rapid.SliceOfN(rapid.SampledFrom(value[key]), 1, 2).Draw(r, "values")
			words = append(words, rapid.SampledFrom([]string{"", "", "-"}).Draw(r, "sign")+key+strings.Join(alternatives, "|"))
		}
		return strings.Join(words, " ")
	})
}

func TestASearchStaysOnItsPage(t *testing.T) {
	s := thirty(t)
	for _, test := range []struct {
		name string
		page query.Page
		want []int64
	}{
		{"of the failures", query.Page{Failures: true, Filter: filter(t, "since:1h")}, []int64{30, 27, 24, 21, 18, 15, 12, 9, 6, 3}},
		{"of a user's", query.Page{UserID: "u1", Filter: filter(t, "is:unchanged|created")}, []int64{29, 25, 23, 19, 17, 13, 11, 7, 5, 1}},
		{"of a message's", query.Page{MessageID: "msg_4", Filter: filter(t, "svix-id")}, []int64{9, 8, 7}},
		{"between two", query.Page{After: 5, Before: 10, Filter: filter(t, "is:rejected")}, []int64{9, 6}},
		{"without a filter", query.Page{Before: 4}, []int64{3, 2, 1}},
		{"below the oldest", query.Page{Before: 1, Filter: filter(t, "svix-id")}, nil},
		{"above the newest", query.Page{After: 30, Filter: filter(t, "svix-id")}, nil},
	} {
		for _, r := range []searchBudget{defaultBudget(), short} {
			t.Run(fmt.Sprint(test.name, r.rows), func(t *testing.T) {
				s.budget = r
				test.page.Limit = 4
				if got, _ := through(t, s, test.page); !slices.Equal(got, test.want) {
					t.Errorf("got %v", got)
				}
			})
		}
	}
}

func TestASearchReportsHowFarItCame(t *testing.T) {
	s := thirty(t)
	s.budget = searchBudget{rows: 10, texts: 5, bytes: 1 << 20, few: 2}
	for _, test := range []struct {
		name  string
		page  query.Page
		found []int64
		upto  int64
		done  bool
	}{
		{"a stretch without a hit", query.Page{Filter: filter(t, "email:nobody")}, nil, 21, false},
		{"a stretch up", query.Page{After: 5, Filter: filter(t, "email:nobody")}, nil, 15, false},
		{"the last stretch", query.Page{Before: 11, Filter: filter(t, "email:nobody")}, nil, 1, true},
		{"a full page", query.Page{Limit: 2, Filter: filter(t, "email:e|rejected")}, []int64{29, 28}, 28, false},
		{"bodies", query.Page{Filter: filter(t, "nothing")}, nil, 26, false},
		{"a page full of bodies", query.Page{Limit: 2, Filter: filter(t, "svix-id")}, []int64{30, 29}, 29, false},
		{"an index that finds few", query.Page{Filter: filter(t, "#3|9")}, []int64{9, 3}, 1, true},
		{"an index in order", query.Page{Before: 30, Filter: filter(t, "is:failed email:nobody")}, nil, 1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.page.Limit == 0 {
				test.page.Limit = 50
			}
			got, err := s.Search(t.Context(), test.page)
			first := test.page.After + 1
			if test.page.After == 0 {
				first = cmp.Or(test.page.Before, 31) - 1
			}
			if err != nil || got.From != first || !slices.Equal(ids(got.Deliveries), test.found) || got.Upto != test.upto || got.Done != test.done {
				t.Errorf("got %v from %d up to %d, done %v, %v", ids(got.Deliveries), got.From, got.Upto, got.Done, err)
			}
		})
	}
}

func TestASearchByTimeEndsOnceNothingOlderCanMatch(t *testing.T) {
	s := open(t, Config{})
	for i := range 100 {
		d := verified(message(i))
		d.At = noon.Add(time.Duration(i-100) * time.Minute)
		if err := s.Capture(t.Context(), d, upsert("u1", "e1", i)); err != nil {
			t.Fatal(err)
		}
	}
	s.budget = searchBudget{rows: 20, texts: 20, bytes: 1 << 20, few: 2}
	if got, n := through(t, s, query.Page{Filter: filter(t, "since:30m nothing"), Limit: 50}); len(got) > 0 || n != 2 {
		t.Errorf("%v in %d searches", got, n)
	}
	if got, n := through(t, s, query.Page{After: 1, Filter: filter(t, "before:65m nothing"), Limit: 50}); len(got) > 0 || n != 2 {
		t.Errorf("up: %v in %d searches", got, n)
	}
}

func TestASearchSkipsDeletedIDs(t *testing.T) {
	s := thirty(t)
	must(t, another(t, s.path), `UPDATE delivery SET id = id + 1000000 WHERE id > 20`)
	s.budget = short
	if got, n := through(t, s, query.Page{Filter: filter(t, "is:rejected"), Limit: 50}); len(got) != 10 || n > 10 {
		t.Errorf("%v in %d searches", got, n)
	}
	if got, n := through(t, s, query.Page{After: 1, Filter: filter(t, "email:e0"), Limit: 50}); len(got) == 0 || n > 10 {
		t.Errorf("up: %v in %d searches", got, n)
	}
}

func TestACanceledSearchEnds(t *testing.T) {
	s := thirty(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Search(ctx, query.Page{Filter: filter(t, "ada")}); !errors.Is(err, context.Canceled) {
		t.Errorf("search: %v", err)
	}
	if _, err := s.Deliveries(ctx, query.Page{Filter: filter(t, "ada")}); !errors.Is(err, context.Canceled) {
		t.Errorf("list: %v", err)
	}
}

// Lookups use their indexes, and the results are read by id or along an index: nothing scans
// the whole table.
func TestFiltersUseAnIndex(t *testing.T) {
	s := crowd(t)
	types := []string{"user.created", "user.updated"}
	for text, want := range map[string]string{
		"type:user.created":             "COVERING INDEX delivery_type",
		"type:user.*":                   "COVERING INDEX delivery_type",
		"-type:user.created":            "COVERING INDEX delivery_type",
		"user:u1":                       "COVERING INDEX delivery_user",
		"user:u1|u2":                    "COVERING INDEX delivery_user",
		"id:msg_1":                      "COVERING INDEX delivery_message",
		"code:wrong-*":                  "COVERING INDEX delivery_code",
		"is:failed":                     "COVERING INDEX delivery_failed",
		"is:resent":                     "COVERING INDEX delivery_resent",
		"is:resolved":                   "COVERING INDEX delivery_resolved",
		"is:acknowledged":               "COVERING INDEX delivery_acknowledged",
		"is:rejected":                   "COVERING INDEX delivery_rejected",
		"is:duplicate|conflict":         "COVERING INDEX delivery_refused",
		"since:10m":                     "COVERING INDEX delivery_at",
		"since:10m before:2m":           "COVERING INDEX delivery_at (at>? AND at<?)",
		"#42|43":                        "SEARCH delivery USING INTEGER PRIMARY KEY",
		"-is:failed":                    "",
		"is:verified":                   "",
		"email:ada":                     "",
		"ada":                           "",
		"is:failed|verified":            "",
		"status:409 provider:clerk":     "",
		"-#42 -user:u1 -since:10m":      "",
		"since:10m|1h":                  "",
		"origin:resend -code:no-secret": "",
	} {
		looks := indexLookups(filter(t, text), types, 1001)
		if len(looks) != min(len(want), 1) {
			t.Errorf("%s: %d lookups", text, len(looks))
			continue
		}
		for _, look := range looks {
			plan := explain(t, s, look.text, look.args)
			if !strings.Contains(plan, want) {
				t.Errorf("%s: %s\n%s", text, look.text, plan)
			}
			for line := range strings.Lines(plan) {
				if strings.HasPrefix(line, "SCAN delivery") && !strings.Contains(line, "INDEX") {
					t.Errorf("%s scans: %s\n%s", text, look.text, plan)
				}
			}
		}
	}
	for text, args := range map[string][]any{typesQuery: nil, endsQuery: nil, sinceLeft: {1, 2}, beforeLeft: {1, 2}, leapDown: {1}, leapUp: {1}} {
		// min and max read one entry of what they are said to search
		if plan := explain(t, s, text, args); strings.Contains(plan, "SCAN delivery") || strings.Contains(plan, "SCAN d ") {
			t.Errorf("%s\n%s", text, plan)
		}
	}
}

func TestASearchReadsOnlyWhatItNeeds(t *testing.T) {
	s := crowd(t)
	for text, want := range map[string]struct{ index, plan string }{
		"user:u1 email:e":           {notIndexed, "INTEGER PRIMARY KEY (rowid=?)"},
		"is:failed email:e":         {"INDEXED BY delivery_failed", "INDEX delivery_failed (failed=? AND rowid>? AND rowid<?)"},
		"status:>=400 -is:rejected": {"INDEXED BY delivery_told", "INDEX delivery_told (<expr>=? AND rowid>? AND rowid<?)"},
		"app:4xx|5xx":               {"INDEXED BY delivery_app_answered_error", "INDEX delivery_app_answered_error (<expr>=? AND rowid>? AND rowid<?)"},
		"is:resolved email:e":       {"INDEXED BY delivery_resolved", "INDEX delivery_resolved (<expr>=? AND rowid>? AND rowid<?)"},
		"is:acknowledged email:e":   {"INDEXED BY delivery_acknowledged", "INDEX delivery_acknowledged (<expr>=? AND rowid>? AND rowid<?)"},
		"is:rejected":               {"INDEXED BY delivery_rejected", "INDEX delivery_rejected (outcome=? AND rowid>? AND rowid<?)"},
		"email:e":                   {notIndexed, "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
		"ada -type:user.created":    {notIndexed, "INTEGER PRIMARY KEY (rowid>? AND rowid<?)"},
		"is:failed ada":             {"INDEXED BY delivery_failed", "p USING INTEGER PRIMARY KEY (rowid=?)"},
	} {
		tx, err := s.read.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		q := &search{ctx: t.Context(), tx: tx, page: query.Page{Filter: filter(t, text), Limit: 50}, searchBudget: searchBudget{rows: 5, texts: 5, bytes: 1, few: -1}}
		if strings.HasPrefix(text, "user:") {
			q.few = 100
		}
		err = errors.Join(q.bounds(), q.plan())
		columns, from := deliveryColumns, ""
		if len(q.terms) > 0 {
			columns, from = textColumns, textFrom
		}
		query, args := q.query(columns, from)
		plan := explain(t, s, query, args)
		if err := errors.Join(err, tx.Rollback()); err != nil {
			t.Fatal(err)
		}
		if q.index != want.index || !strings.Contains(plan, want.plan) || strings.Contains(plan, "SCAN delivery") || strings.Contains(plan, "SCAN p") {
			t.Errorf("%s: %s\n%s", text, query, plan)
		}
	}
}

func TestTheStateOfTheDashboardSurvives(t *testing.T) {
	s := open(t, Config{})
	for _, value := range []string{"", "type:user.*", `"two words" ä`, ""} {
		if err := s.SetUIState(t.Context(), "filter", value); err != nil {
			t.Fatal(err)
		}
		got, err := s.UIState(t.Context(), "filter")
		if err != nil || got != value {
			t.Errorf("got %q %v", got, err)
		}
	}
	if got, err := s.UIState(t.Context(), "another"); err != nil || got != "" {
		t.Errorf("got %q %v", got, err)
	}
}
