package tui

// window is the part of a long list that is in memory: some screens of rows in
// the list's order, and the selection. The selection is a key, not a position,
// so that what arrives above cannot move it.
type window[T any, K comparable] struct {
	key  func(T) K
	rows []T
	top  int // the first visible row
	sel  K
	at   int // where sel was last seen
	h    int // visible rows
	// first and last say that the list begins and ends with these rows.
	first, last bool
}

// screens is how many of them a window holds.
const screens = 3

func (w *window[T, K]) limit() int { return max(w.h, 8) * screens }

func (w *window[T, K]) index(k K) int {
	if w.at < len(w.rows) && w.key(w.rows[w.at]) == k {
		return w.at
	}
	for i, r := range w.rows {
		if w.key(r) == k {
			w.at = i
			return i
		}
	}
	return -1
}

// selected returns the selected row, nil if there is none.
func (w *window[T, K]) selected() *T {
	if i := w.index(w.sel); i >= 0 {
		return &w.rows[i]
	}
	return nil
}

func (w *window[T, K]) selectAt(i int) {
	if len(w.rows) == 0 {
		var none K
		w.sel, w.at, w.top = none, 0, 0
		return
	}
	i = min(max(i, 0), len(w.rows)-1)
	w.at, w.sel = i, w.key(w.rows[i])
	w.show()
}

// move moves the selection and reports whether it could.
func (w *window[T, K]) move(by int) bool {
	i := w.index(w.sel)
	if i < 0 {
		w.selectAt(w.at)
		return len(w.rows) > 0
	}
	w.selectAt(i + by)
	return w.at != i
}

// scroll scrolls; the selection follows so that it stays visible.
func (w *window[T, K]) scroll(by int) {
	if len(w.rows) == 0 {
		return
	}
	w.top = min(max(w.top+by, 0), max(len(w.rows)-w.h, 0))
	if i := w.index(w.sel); i < w.top {
		w.selectAt(w.top)
	} else if w.h > 0 && i >= w.top+w.h {
		w.selectAt(w.top + w.h - 1)
	}
}

// show scrolls as little as it takes to make the selection visible.
func (w *window[T, K]) show() {
	if w.at < w.top {
		w.top = w.at
	}
	if w.h > 0 && w.at >= w.top+w.h {
		w.top = w.at - w.h + 1
	}
	w.top = max(min(w.top, len(w.rows)-w.h), 0)
}

// replace takes new rows and keeps the selection on its line of the screen. If
// it is gone, its neighbour is selected.
func (w *window[T, K]) replace(rows []T) {
	line := w.at - w.top
	was := w.at
	w.rows = rows
	if len(rows) == 0 {
		w.top, w.at = 0, 0
		return
	}
	if i := w.index(w.sel); i >= 0 {
		w.at, w.top = i, max(i-line, 0)
		return
	}
	w.at = min(was, len(rows)-1)
	w.sel = w.key(rows[w.at])
	w.top = max(w.at-line, 0)
}

// before adds rows above the others, after below them. Rows too far from the
// screen are dropped.
func (w *window[T, K]) before(rows []T) {
	w.rows = append(rows[:len(rows):len(rows)], w.rows...)
	w.top += len(rows)
	w.at += len(rows)
	if w.first && len(w.rows) <= w.h {
		w.top = 0 // there is room for all: nothing has to hide above
	}
	if most := 2 * w.limit(); len(w.rows) > most && w.top+w.h < most {
		w.rows, w.last = w.rows[:most:most], false
	}
}

func (w *window[T, K]) after(rows []T) {
	w.rows = append(w.rows[:len(w.rows):len(w.rows)], rows...)
	if drop := len(w.rows) - 2*w.limit(); drop > 0 && drop <= w.top {
		w.rows, w.first = w.rows[drop:], false
		w.top -= drop
		w.at -= drop
	}
}

// wantsBefore and wantsAfter report whether the screen is near an end of the
// rows that is not the end of the list.
func (w *window[T, K]) wantsBefore() bool { return !w.first && len(w.rows) > 0 && w.top < w.h }

func (w *window[T, K]) wantsAfter() bool {
	return !w.last && len(w.rows) > 0 && w.top+2*w.h > len(w.rows)
}

func (w *window[T, K]) setHeight(h int) {
	w.h = max(h, 0)
	if i := w.index(w.sel); i >= 0 {
		w.show()
	}
}

func (w *window[T, K]) visible() []T {
	from := min(w.top, len(w.rows))
	return w.rows[from:min(from+w.h, len(w.rows))]
}
