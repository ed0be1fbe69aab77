package webhook

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestCompareSaysHowTwoSidesDiffer(t *testing.T) {
	ada := UserRecord{User: User{ID: "user_1", Email: "ada@b.c"}}
	dead := ada
	dead.DeletedAt = time.Unix(1, 0)
	same, other, none := AccountUser{ID: "user_1", Email: "ada@b.c"}, AccountUser{ID: "user_1", Email: "new@b.c"}, AccountUser{ID: "user_1"}
	for _, test := range []struct {
		name  string
		here  *UserRecord
		there *AccountUser
		want  Departure
	}{
		{"both have it", &ada, &same, Departure{}},
		{"neither has it", nil, nil, Departure{}},
		{"it is not here", nil, &same, Departure{DriftMissing, "user_1", "", "ada@b.c", ""}},
		{"it is not here, and has no address there", nil, &none, Departure{}},
		{"it is not there", &ada, nil, Departure{DriftExtra, "user_1", "ada@b.c", "", ""}},
		{"it was deleted on both sides", &dead, nil, Departure{}},
		{"it was deleted here alone", &dead, &same, Departure{DriftDeletedHere, "user_1", "", "ada@b.c", ""}},
		{"the addresses differ", &ada, &other, Departure{DriftEmail, "user_1", "ada@b.c", "new@b.c", ""}},
		{"it has no address there", &ada, &none, Departure{DriftEmail, "user_1", "ada@b.c", "", ""}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, differ := Compare(test.here, test.there)
			if differ != (test.want != Departure{}) || differ && got != test.want {
				t.Errorf("%+v %t, want %+v", got, differ, test.want)
			}
		})
	}
}

// table is the users' table as the store guards it: an address is one user's.
type table map[string]string

func (t table) take(s DriftStep) error {
	want := s.There
	switch {
	case s.State == DriftExtra:
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

func TestABackfillBringsAnyDriftInStepWithoutAConflict(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		here, there, list := table{}, table{}, []Departure{}
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
			d := Departure{UserID: id, Here: here[id], There: there[id]}
			switch {
			case d.Here == d.There:
				continue
			case d.Here == "":
				d.State = DriftMissing
			case d.There == "":
				d.State = DriftExtra
			default:
				d.State = DriftEmail
				exchanges++
			}
			list = append(list, d)
		}
		steps := PlanBackfill(list)
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

func TestAnInterimAddressIsForARingAlone(t *testing.T) {
	plan := func(list ...Departure) string {
		var b strings.Builder
		for _, s := range PlanBackfill(list) {
			fmt.Fprintf(&b, "%s%s ", map[bool]string{true: "~"}[s.Interim], s.UserID)
		}
		return strings.TrimSpace(b.String())
	}
	email := func(id, here, there string) Departure { return Departure{DriftEmail, id, here, there, ""} }
	for _, test := range []struct {
		name string
		got  string
		want string
	}{
		{"a chain goes from its free end", plan(email("a", "1", "2"), email("b", "2", "3"), email("c", "3", "4")), "c b a"},
		{"two exchange theirs", plan(email("a", "1", "2"), email("b", "2", "1")), "~a b a"},
		{"three exchange theirs", plan(email("a", "1", "2"), email("b", "2", "3"), email("c", "3", "1")), "~a c b a"},
		{"one wants what a ring exchanges, too", plan(email("b", "2", "3"), email("c", "3", "2"), email("a", "1", "2"), Departure{DriftMissing, "m", "", "1", ""}), "m ~b c b a"},
		{"one in a ring wants what another does", plan(email("a", "1", "2"), email("b", "2", "3"), email("c", "3", "2")), "b a c"},
		{"the deleted go first", plan(Departure{DriftMissing, "m", "", "1", ""}, Departure{DriftExtra, "x", "1", "", ""}), "x m"},
		{"two want the same one", plan(email("a", "1", "9"), email("b", "2", "9")), "a b"},
		{"what nothing can mend is left out, and holds its own", plan(email("a", "1", ""), Departure{DriftDeletedHere, "d", "", "5", ""}, email("b", "2", "1")), "b"},
	} {
		if test.got != test.want {
			t.Errorf("%s: %q, want %q", test.name, test.got, test.want)
		}
	}
}

// What is called hopeless is what a backfill is refused, and no more.
func TestWhoIsHopelessIsRefusedByTheBackfill(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		here, there, list, holders := table{}, table{}, []Departure{}, map[string]string{}
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
			d := Departure{UserID: id, Here: here[id], There: there[id]}
			_, isHere := here[id]
			_, isThere := there[id]
			switch {
			case d.Here == d.There:
				continue
			case !isHere:
				d.State = DriftMissing
			case !isThere:
				d.State = DriftExtra
			default:
				d.State = DriftEmail
			}
			list = append(list, d)
		}
		hopeless := Hopeless(list, holders)
		refused := map[string]bool{}
		for _, s := range PlanBackfill(list) {
			if err := here.take(s); err != nil {
				refused[s.UserID] = true
			}
		}
		for _, d := range list {
			if refused[d.UserID] != (hopeless[d.UserID] != "") {
				r.Fatalf("%s: refused %t, hopeless %v, of %+v, held %v", d.UserID, refused[d.UserID], hopeless, list, holders)
			}
		}
	})
}

func TestAUserEventHoldsTheBytesThatItWasGiven(t *testing.T) {
	data := `{ "id":"user_1", "x":"\u003c", "n":12345678901234567890,"email_addresses":[{"id":"a","email_address":"a@b.c"}],"updated_at":1716883200123}`
	body := Clerk{}.UserEvent("user.created", []byte(data), time.UnixMilli(1716883200555), `ins_"1`)
	if !json.Valid(body) || !strings.Contains(string(body), `"data":`+data+`,`) {
		t.Errorf("it is %s", body)
	}
	e := Clerk{}.Parse(body)
	if e.Type != "user.created" || e.UserID != "user_1" || e.Email != "a@b.c" || e.At.UnixMilli() != 1716883200555 || e.InstanceID != `ins_"1` || e.Action != Upsert {
		t.Errorf("it says %+v", e)
	}
	if e := (Clerk{}).Parse(Clerk{}.UserEvent("user.created", []byte(data), time.Time{}, "")); e.At.UnixMilli() != 1716883200123 {
		t.Errorf("without a time it is of %v", e.At)
	}
	if e := (Clerk{}).Parse(Clerk{}.UserEvent("user.deleted", Clerk{}.DeletedUser("user_1"), time.UnixMilli(1716883200555), "")); e.Action != Remove || e.UserID != "user_1" {
		t.Errorf("a deletion says %+v", e)
	}
	if e := (Clerk{}).Parse(Clerk{}.UserEvent("user.updated", Clerk{}.InterimUser("user_1"), time.UnixMilli(1716883200555), "")); e.Email != "user_1@interim.invalid" {
		t.Errorf("an interim address is %+v", e)
	}
}
