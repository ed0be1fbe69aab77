package drift

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestCompareReportsHowTwoSidesDiffer(t *testing.T) {
	ada := webhook.UserRecord{User: webhook.User{ID: "user_1", Email: "ada@b.c"}}
	dead := ada
	dead.DeletedAt = time.Unix(1, 0)
	same, other, none := webhook.AccountUser{ID: "user_1", Email: "ada@b.c"}, webhook.AccountUser{ID: "user_1", Email: "new@b.c"}, webhook.AccountUser{ID: "user_1"}
	for _, test := range []struct {
		name  string
		here  *webhook.UserRecord
		there *webhook.AccountUser
		want  Difference
	}{
		{"both have it", &ada, &same, Difference{}},
		{"neither has it", nil, nil, Difference{}},
		{"it is not here", nil, &same, Difference{Missing, "user_1", "", "ada@b.c", ""}},
		{"it is not here, and has no address there", nil, &none, Difference{}},
		{"it is not there", &ada, nil, Difference{Extra, "user_1", "ada@b.c", "", ""}},
		{"it was deleted on both sides", &dead, nil, Difference{}},
		{"it was deleted here alone", &dead, &same, Difference{DeletedHere, "user_1", "", "ada@b.c", ""}},
		{"the addresses differ", &ada, &other, Difference{Email, "user_1", "ada@b.c", "new@b.c", ""}},
		{"it has no address there", &ada, &none, Difference{Email, "user_1", "ada@b.c", "", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, differ := Compare(test.here, test.there)
			if differ != (test.want != Difference{}) || differ && got != test.want {
				t.Errorf("%+v %t, want %+v", got, differ, test.want)
			}
		})
	}
}

// table is a users table in which only one user can have an address.
type table map[string]string

func (t table) take(s Step) error {
	want := s.There
	switch {
	case s.State == Extra:
		delete(t, s.UserID)
		return nil
	case s.Interim:
		want = s.UserID + "@interim.invalid"
	}
	for id, email := range t {
		if email == want && id != s.UserID {
			return fmt.Errorf("%s wants %s, which %s holds", s.UserID, want, id)
		}
	}
	t[s.UserID] = want
	return nil
}

func TestAPlanBringsAnyDriftInStepWithoutConflicts(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		here, there, list := table{}, table{}, []Difference{}
		ids := []string{"u0", "u1", "u2", "u3", "u4", "u5", "u6"}
		mails := rapid.Permutation(ids).Draw(r, "here")
		theirs := rapid.Permutation(ids).Draw(r, "there")
		exchanges := 0
		for i, id := range ids {
			if rapid.IntRange(0, 3).Draw(r, "is here") > 0 {
				here[id] = mails[i]
			}
			if rapid.IntRange(0, 5).Draw(r, "is there") > 0 {
				there[id] = theirs[i]
			}
			d := Difference{UserID: id, Here: here[id], There: there[id]}
			switch {
			case d.Here == d.There:
				continue
			case d.Here == "":
				d.State = Missing
			case d.There == "":
				d.State = Extra
			default:
				d.State = Email
				exchanges++
			}
			list = append(list, d)
		}
		steps := Plan(list)
		interim := 0
		for _, s := range steps {
			if s.Interim {
				interim++
			}
			if err := here.take(s); err != nil {
				r.Fatalf("%v, in %+v", err, steps)
			}
		}
		if fmt.Sprint(here) != fmt.Sprint(there) {
			r.Fatalf("here %v, there %v after %+v", here, there, steps)
		}
		if len(steps) != len(list)+interim || interim > exchanges/2 {
			r.Fatalf("%d steps for %d differences, %d of them interim", len(steps), len(list), interim)
		}
	})
}

func TestOnlyARingNeedsAnInterimAddress(t *testing.T) {
	plan := func(list ...Difference) string {
		var b strings.Builder
		for _, s := range Plan(list) {
			fmt.Fprintf(&b, "%s%s ", map[bool]string{true: "~"}[s.Interim], s.UserID)
		}
		return strings.TrimSpace(b.String())
	}
	email := func(id, here, there string) Difference { return Difference{Email, id, here, there, ""} }
	for _, test := range []struct {
		name string
		got  string
		want string
	}{
		{"a chain goes from its free end", plan(email("a", "1", "2"), email("b", "2", "3"), email("c", "3", "4")), "c b a"},
		{"two swap theirs", plan(email("a", "1", "2"), email("b", "2", "1")), "~a b a"},
		{"three swap theirs", plan(email("a", "1", "2"), email("b", "2", "3"), email("c", "3", "1")), "~a c b a"},
		{"one outside wants an address of a ring", plan(email("b", "2", "3"), email("c", "3", "2"), email("a", "1", "2"), Difference{Missing, "m", "", "1", ""}), "m ~b c b a"},
		{"one of a ring wants the same as another", plan(email("a", "1", "2"), email("b", "2", "3"), email("c", "3", "2")), "b a c"},
		{"the deleted go first", plan(Difference{Missing, "m", "", "1", ""}, Difference{Extra, "x", "1", "", ""}), "x m"},
		{"two want the same one", plan(email("a", "1", "9"), email("b", "2", "9")), "a b"},
		{"what no event can fix is left out and keeps its address", plan(email("a", "1", ""), Difference{DeletedHere, "d", "", "5", ""}, email("b", "2", "1")), "b"},
	} {
		if test.got != test.want {
			t.Errorf("%s: %q, want %q", test.name, test.got, test.want)
		}
	}
}

// Neither more nor fewer.
func TestTheUnfixableAreThoseWhoseEventIsRejected(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		here, there, list, holders := table{}, table{}, []Difference{}, map[string]string{}
		ids := []string{"u0", "u1", "u2", "u3", "u4", "u5", "u6"}
		mails := rapid.Permutation(ids).Draw(r, "here")
		for i, id := range ids {
			if rapid.IntRange(0, 3).Draw(r, "is here") > 0 {
				here[id], holders[mails[i]] = mails[i], id
			}
			// Several may have one address there, or an address none.
			if rapid.IntRange(0, 5).Draw(r, "is there") > 0 {
				there[id] = rapid.SampledFrom(append(ids, "")).Draw(r, "there")
			}
			d := Difference{UserID: id, Here: here[id], There: there[id]}
			_, isHere := here[id]
			_, isThere := there[id]
			switch {
			case d.Here == d.There:
				continue
			case !isHere:
				d.State = Missing
			case !isThere:
				d.State = Extra
			default:
				d.State = Email
			}
			list = append(list, d)
		}
		unfixable := Unfixable(list, holders)
		refused := map[string]bool{}
		for _, s := range Plan(list) {
			if err := here.take(s); err != nil {
				refused[s.UserID] = true
			}
		}
		for _, d := range list {
			if refused[d.UserID] != (unfixable[d.UserID] != "") {
				r.Fatalf("%s: refused %t, unfixable %v, of %+v, held %v", d.UserID, refused[d.UserID], unfixable, list, holders)
			}
		}
	})
}

// account is an API as far as a comparison needs one; what is nil is as it should be.
type account struct {
	users  []webhook.AccountUser
	counts []int64 // its answers in turn, the last one for good; nil for the number of users
	lists  int     // how many users it lists; 0 for all
	byID   func(ids []string) []webhook.AccountUser
	asked  int
}

func (a *account) Count(context.Context) (int64, error) {
	if len(a.counts) == 0 {
		return int64(len(a.users)), nil
	}
	a.asked++
	return a.counts[min(a.asked, len(a.counts))-1], nil
}

func (a *account) Users(_ context.Context, each func(webhook.AccountUser) error) error {
	listed := a.users
	if a.lists > 0 {
		listed = listed[:a.lists]
	}
	for _, u := range listed {
		if err := each(u); err != nil {
			return err
		}
	}
	return nil
}

func (a *account) UsersByID(_ context.Context, ids ...string) (found []webhook.AccountUser, err error) {
	if a.byID != nil {
		return a.byID(ids), nil
	}
	for _, u := range a.users {
		if slices.Contains(ids, u.ID) {
			found = append(found, u)
		}
	}
	return found, nil
}

// rows are the users here.
type rows []webhook.UserRecord

func (r rows) Users(_ context.Context, p webhook.UserPage) ([]webhook.UserRecord, error) {
	if p.After != nil {
		return nil, nil
	}
	return r, nil
}

func (r rows) User(_ context.Context, id string) (webhook.UserRecord, error) {
	for _, u := range r {
		if u.ID == id {
			return u, nil
		}
	}
	return webhook.UserRecord{}, webhook.ErrNotFound
}

type silent struct{}

func (silent) Begin(string, int64) {}
func (silent) At(int64, string)    {}

// What could not be compared is not in step.
func TestUsersThatWereNotComparedAreNotInStep(t *testing.T) {
	user := func(i int) webhook.AccountUser {
		return webhook.AccountUser{ID: fmt.Sprintf("user_%03d", i), Email: fmt.Sprintf("%d@b.c", i)}
	}
	var there []webhook.AccountUser
	for i := range 237 {
		there = append(there, user(i))
	}
	var here rows
	for _, u := range there[:101] {
		here = append(here, webhook.UserRecord{User: webhook.User{ID: u.ID, Email: u.Email}})
	}
	first := func([]string) []webhook.AccountUser { return there[:10] }
	for _, c := range []struct {
		name    string
		account account
		here    rows
		differ  int
		says    string // in the error; "" for none
	}{
		{"all is as it should be", account{users: there}, here, 136, ""},
		{"in step", account{users: there[:101]}, here, 0, ""},
		{"it ignores which users it is asked for", account{users: there, byID: first}, here, 0, "ignores user_id"},
		{"it returns all users, asked for some", account{users: there, byID: func([]string) []webhook.AccountUser { return there }}, here, 0, "ignores user_id"},
		{"it finds none by their ids", account{users: there, byID: func([]string) []webhook.AccountUser { return nil }}, here, 0, "136 users that it does not find"},
		{"it finds some by their ids", account{users: there, byID: func(ids []string) []webhook.AccountUser {
			list, _ := (&account{users: there[:150]}).UsersByID(context.Background(), ids...)
			return list
		}}, here, 0, "87 users that it does not find"},
		{"it lists one page alone", account{users: there, lists: 10}, here, 0, "counts 237 users, but lists 10"},
		{"it lists as many as are here", account{users: there, lists: 101}, here, 0, "counts 237 users, but lists 101"},
		{"it lists more than it counts", account{users: there, counts: []int64{101}}, here, 0, "counts 101 users, but lists 237"},
		{"it lists none", account{counts: []int64{237}}, here, 0, "counts 237 users, but lists 0"},
		{"one user came while it was read", account{users: there, counts: []int64{236, 237}}, here, 136, ""},
		{"one user went while it was read", account{users: there, counts: []int64{238, 237}}, here, 136, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			list, err := (&Comparison{Account: &c.account, Users: c.here, Progress: silent{}}).Run(t.Context())
			if c.says == "" {
				if err != nil || len(list) != c.differ {
					t.Errorf("%d differences, %v; want %d", len(list), err, c.differ)
				}
				return
			}
			var fixed interface{ Fix() string }
			if err == nil || !strings.Contains(err.Error(), c.says) || !errors.As(err, &fixed) || !strings.Contains(fixed.Fix(), "CLERK_API_URL") {
				t.Errorf("%d differences, %v; want %q", len(list), err, c.says)
			}
		})
	}
}
