package saved

import "errors"

// withheld keeps what is wrong with the first places of a text until something is
// read of it.
type withheld struct {
	visit visitor
	// only a request counts as something; odd: what is not JSON counts, too.
	only, odd bool
	seen      bool
	held      []heldPlace
}

type heldPlace struct {
	place string
	err   error
}

func (w *withheld) take(f fileEntry, place string, err error) error {
	if !w.seen && w.holds(err) {
		if len(w.held) < mostLines {
			w.held = append(w.held, heldPlace{place, err})
		}
		return nil
	}
	w.seen = true
	for _, h := range w.held {
		if err := w.visit(fileEntry{}, h.place, h.err); err != nil {
			return err
		}
	}
	w.held = nil
	return w.visit(f, place, err)
}

func (w *withheld) holds(err error) bool {
	if w.only {
		return err != nil
	}
	return errors.Is(err, errText) || !w.odd && errors.Is(err, errNotJSON)
}
