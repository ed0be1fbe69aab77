package store

// waiting are deliveries that stay longer than others of their age, because they wait for a
// user or an address, with the bytes they count. They may be a tenth of what is kept: an
// event that nobody will ever need must not push out the rest. The zero value is ready.
type waiting struct {
	size  map[int64]int64
	bytes int64
}

// spare reports whether there is room to keep a delivery that waits.
func (w *waiting) spare(id, bytes int64, l Limits) bool {
	if _, known := w.size[id]; known {
		return true
	}
	bytes += rowBytes
	if l.Accepted > 0 && int64(len(w.size)) >= l.Accepted/10 || l.AcceptedBytes > 0 && w.bytes+bytes > l.AcceptedBytes/10 {
		return false
	}
	if w.size == nil {
		w.size = map[int64]int64{}
	}
	w.size[id] = bytes
	w.bytes += bytes
	return true
}

// end notes that a delivery waits no longer, and reports whether it did.
func (w *waiting) end(id int64) bool {
	bytes, ok := w.size[id]
	delete(w.size, id)
	w.bytes -= bytes
	return ok
}

// release has deliveries that waited deleted in their turn.
func (t *trim) release(ids []int64) {
	for _, id := range ids {
		if t.waiting.end(id) {
			t.accepted = min(t.accepted, id-1)
		}
	}
}
