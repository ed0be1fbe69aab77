package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// usualStore returns a store with addresses and events of the usual lengths.
func usualStore(app int) *memory {
	s := &memory{now: noon}
	names := []string{"donald.143350", "edsger.5071f3", "barbara.99887"}
	for n := int64(1); n <= 40; n++ {
		h := happened{ms: int(40-n) * 1000, kind: "user.created", outcome: webhook.Created, id: adaID, email: names[n%3] + "@example.com", took: time.Millisecond, app: app}
		if n%5 == 0 {
			h.parent = n - 4
		}
		s.rows = append(s.rows, h.delivery(n))
	}
	return s
}

// storeOfSeveralDays returns a store whose older half is from other days.
func storeOfSeveralDays() *memory {
	s := usualStore(401)
	for i := range s.rows[:35] {
		s.rows[i].At = noon.AddDate(0, 0, (i-40)/4).Add(-6 * time.Hour)
	}
	s.rows[30].At = noon.AddDate(-1, 0, 0)
	return s
}

func TestAddressesAreNotCutIfThereIsRoom(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {100, 30}, {120, 36}, {200, 60}} {
		for _, app := range []int{0, 401} {
			if size[0] == 100 && app > 0 {
				continue // there is not
			}
			t.Run(fmt.Sprintf("%dx%d, the app says %d", size[0], size[1], app), func(t *testing.T) {
				x := newTerminal(t, dashboard(usualStore(app)), size[0], size[1])
				mark := "↻"
				if app > 0 {
					mark = "!"
				}
				x.shows("donald.143350@example.com", "edsger.5071f3@example.com", " user.created ", " "+mark+" 200 ")
				x.hides("user.crea…")
				if size[0] == 80 || size[0] == 200 {
					x.shows("user.created  re #31")
				}
				if size[0] == 200 {
					x.shows("▶#40 12:04", " #39 ")
				}
			})
		}
	}
}

func TestColumnsFillTheirWidthAndAreDroppedInOrder(t *testing.T) {
	for _, n := range []needs{{id: 6, kind: 29, subject: 25, app: true, dated: true}, {id: 4, kind: 12, subject: 34}, {kind: 12, subject: 12, app: true}} {
		was := columns{}
		for w := 14; w < 120; w++ {
			c := layColumns(w, n)
			if used := fixed + c.id + c.time + c.app + c.kind + c.subject + c.took; w >= 24 && (used > w || c.subject > 0 && used != w-1) {
				t.Errorf("%+v: of %d cells %d are used: %+v", n, w, used, c)
			}
			for _, col := range [][2]int{{was.time, c.time}, {was.app, c.app}, {was.took, c.took}, {was.id, c.id}, {was.subject, c.subject}} {
				if col[0] > 0 && col[1] == 0 {
					t.Errorf("%+v: at %d cells a column is gone that was there with fewer: %+v, %+v", n, w, was, c)
				}
			}
			if c.id > 0 && (c.took == 0 || c.time == timeShort) || c.took > 0 && c.time == timeShort || c.subject > 0 && c.time == 0 {
				t.Errorf("%+v: dropped out of order at %d: %+v", n, w, c)
			}
			was = c
		}
	}
}

func TestColumnsStayStill(t *testing.T) {
	x := newTerminal(t, dashboard(story(false)), 80, 24)
	first := x.m.list().columns
	for range 1100 {
		if x.keys("down"); x.m.list().columns != first {
			t.Fatalf("the columns went from %+v to %+v at #%d", first, x.m.list().columns, x.m.selectedID())
		}
	}
	if got := (needs{kind: 17, subject: 20}).from(needs{kind: 19, subject: 24}); got.kind != 19 || got.subject != 20 {
		t.Errorf("the columns became %+v", got)
	}
}

func TestRowsOfOtherDaysShowTheirDate(t *testing.T) {
	s := usualStore(0)
	s.rows[38].At = noon.AddDate(0, 0, -2).Add(-6 * time.Hour)
	s.rows[37].At = noon.AddDate(-1, 0, 0)
	x := newTerminal(t, dashboard(s), 200, 60)
	x.shows("▶#40 12:04:07.00  ↻", " #39 Nov 20 06:04 ✓", " #38 2025-11-22   ✓")
	for at, want := range map[time.Time]string{
		noon: "12:04:07", noon.AddDate(0, 0, -1): "Nov 21", noon.AddDate(-1, 0, 0): "Nov 2025",
	} {
		if got := when(at, noon, timeShort-1); got != want {
			t.Errorf("in short %s, want %s", got, want)
		}
	}
	east := time.FixedZone("", 14*3600)
	if got := when(noon, noon.In(east), timeDate-1); got != "02:04:07.00" {
		t.Errorf("where it is 02:04 already, %s", got)
	}
}

func TestTheAppsResponseIsShownEvenWithoutAnApp(t *testing.T) {
	for _, w := range []int{50, 80, 120} {
		newTerminal(t, dashboard(usualStore(401)), w, 24).shows("! 200 →401")
	}
	newTerminal(t, dashboard(usualStore(0)), 120, 36).hides("→2")
	d := happened{kind: "user.created", outcome: webhook.Created, app: 401}.delivery(1)
	st := newTerminal(t, dashboard(usualStore(0)), 80, 24).m.styles
	if row := st.deliveryRow(&d, 60, columns{kind: 12, subject: 30}, noon, rowLook{}).String(); !strings.Contains(row, "your app: 401") {
		t.Errorf("without room for the column: %q", row)
	}
}
