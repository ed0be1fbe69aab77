package saved

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/loosejson"
)

// HARError reports that a HAR cannot be read to its end. After is the last entry
// that was read, 0 for none.
type HARError struct {
	Err   error
	After int
}

func (e *HARError) Error() string {
	if e.After > 0 {
		return fmt.Sprintf("cannot read the HAR after entry %d: %v", e.After, e.Err)
	}
	return fmt.Sprintf("cannot read the HAR: %v", e.Err)
}

func (e *HARError) Unwrap() error { return e.Err }

// Fix says what to do about it.
func (e *HARError) Fix() string { return "pass a complete HAR file" }

// limit ends a read that goes on for too long.
type limit struct {
	r    io.Reader
	left int64
}

var errTooLarge = errors.New("it is too large")

func (l *limit) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, errTooLarge
	}
	n, err := l.r.Read(p[:min(int64(len(p)), l.left)])
	l.left -= int64(n)
	return n, err
}

// harEntries reads the entries of a HAR one by one. One that is too large or is not
// JSON ends nothing.
func (p *parser) harEntries(in *bufio.Reader, visit visitor) error {
	l := &limit{r: in, left: p.most()}
	d := json.NewDecoder(l)
	if err := skipToEntries(d); err != nil {
		return &HARError{Err: err}
	}
	r := bufio.NewReaderSize(io.MultiReader(d.Buffered(), in), 64<<10)
	for n := 1; ; n++ {
		raw, tooLong, err := nextItem(r, p.most())
		if raw == nil && !tooLong {
			if err != nil {
				return &HARError{err, n - 1}
			}
			return nil
		}
		place := fmt.Sprintf("entry %d", n)
		var f fileEntry
		o, ok := loosejson.Parse(raw)
		switch {
		case err != nil:
			return &HARError{err, n - 1}
		case tooLong:
			err = fmt.Errorf("it is longer than %d bytes", p.most())
		case !ok:
			err = errors.New("it is not a HAR entry")
		default:
			var found bool
			if f, found, err = p.harEntry(o); !found {
				err = errors.New("it is not a HAR entry")
			}
		}
		if err := visit(f, place, err); err != nil {
			return err
		}
	}
}

// nextItem reads the next item of a list: everything up to its closing bracket, or
// a value without brackets. It is nil at the list's end.
func nextItem(r *bufio.Reader, most int64) (item []byte, tooLong bool, err error) {
	first, err := firstOfItem(r)
	if err != nil || first == ']' {
		return nil, false, err
	}
	var b brackets
	for {
		if _, err := r.Peek(1); err != nil {
			return nil, false, orElse(err, "")
		}
		chunk, _ := r.Peek(r.Buffered())
		end := 0
		if first == '{' || first == '[' {
			end = b.end(chunk)
		} else if end = bytes.IndexAny(chunk, ",]"); end == 0 {
			return item, tooLong, nil
		}
		ends := end > 0
		if !ends {
			end = len(chunk)
		}
		if tooLong = tooLong || int64(len(item)+end) > most; tooLong {
			item = nil
		} else {
			item = append(item, chunk[:end]...)
		}
		_, _ = r.Discard(end) // it was peeked at
		if ends {
			return item, tooLong, nil
		}
	}
}

// firstOfItem skips to the first byte of the next item, or to the end of the list.
func firstOfItem(r *bufio.Reader) (byte, error) {
	for {
		c, err := r.ReadByte()
		switch {
		case err != nil:
			return 0, orElse(err, "")
		case bytes.IndexByte([]byte(" \t\r\n,"), c) >= 0:
		case c == ']':
			return c, nil
		default:
			return c, r.UnreadByte()
		}
	}
}

// skipToEntries reads to the first of log.entries.
func skipToEntries(d *json.Decoder) error {
	for _, name := range []string{"log", "entries"} {
		if t, err := d.Token(); err != nil || t != json.Delim('{') {
			return orElse(err, name+" is missing")
		}
		for {
			if !d.More() {
				_, err := d.Token()
				return orElse(err, "log.entries is missing")
			}
			t, err := d.Token()
			if err != nil {
				return err
			}
			if t == name {
				break
			}
			if err := skipValue(d); err != nil {
				return err
			}
		}
	}
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return orElse(err, "log.entries is not an array")
	}
	return nil
}

// orElse returns err, or an error with a text if err is nil.
func orElse(err error, what string) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	if err != nil {
		return err
	}
	return errors.New(what)
}

// harEntry reads an entry of a HAR; found is false if it is something else.
func (p *parser) harEntry(o loosejson.Object) (f fileEntry, found bool, err error) {
	request, ok := o.Object("request")
	own, isOwn := o.Object("hooktop")
	switch {
	case !ok && isOwn:
		return f, true, &notDelivery{"a forward"}
	case !ok:
		return f, false, nil
	case !isPost(request.Text("method")):
		return f, true, &notDelivery{"not a POST"}
	}
	headers, ok := request.First("headers")
	if !ok {
		headers = json.RawMessage("[]")
	}
	delete(request, "starteddatetime")
	r, err := readOther(request, headers)
	if errors.Is(err, errNoBody) && request.Text("bodysize") == "0" {
		err = nil
	}
	if at, ok := loosejson.Time(o["starteddatetime"]); ok {
		r.At = at
	} else {
		r.Undated = "startedDateTime is missing"
		if v, ok := o.First("starteddatetime"); ok {
			r.Undated = "startedDateTime " + loosejson.Clipped(v) + " is not a time"
		}
	}
	f.masked = own.Text("masked") == "true"
	if f.read = r; err != nil {
		return f, true, err
	}
	p.take(&f, r)
	if isOwn && own.Text("kind") != "delivery" {
		return f, true, errForward
	}
	return f, true, nil
}

// errForward is a request that hooktop sent on to an app.
var errForward = &notDelivery{"a forward"}

func isPost(method string) bool { return strings.EqualFold(method, http.MethodPost) }
