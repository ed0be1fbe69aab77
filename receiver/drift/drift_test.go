package drift

import (
	"fmt"
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
