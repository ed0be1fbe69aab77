package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// filed is a delivery out of a file, and what only the file knows.
type filed struct {
	webhook.Imported
	// id and parent are the file's own; 0 where it has none.
	id, parent int64
	// verdict is the one that it had, nil where the file has none.
	verdict *webhook.Verdict
	// masked says that its body is not the one that was signed, sent that it
	// went to an app and did nothing here.
	masked, sent bool
}

// notDelivery is what is in a file and no delivery, such as a ready line.
type notDelivery struct{ what string }

func (n *notDelivery) Error() string { return "it is " + n.what }

// entryMost bounds, beyond some copies of the largest body, what is read as one
// line or one entry: the forwards that a delivery has, and their answers.
const entryMost = 64 << 20

// harStart tells a HAR from lines.
var harStart = regexp.MustCompile(`^\s*\{\s*"log"\s*:\s*\{`)

// eachFiled reads deliveries one by one, and gives each with its place, or what
// is wrong with it. An error of visit ends it.
func eachFiled(in io.Reader, maxBody int64, visit func(f filed, place string, err error) error) error {
	r := bufio.NewReaderSize(in, 64<<10)
	if mark, _ := r.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = r.Discard(3) // it was peeked at
	}
	most := entryMost + 8*maxBody
	checked := func(f filed, place string, err error) error {
		if err == nil && int64(len(f.Body)) > maxBody {
			err = fmt.Errorf("its body of %d bytes is larger than --max-body", len(f.Body))
		}
		return visit(f, place, err)
	}
	for {
		start, err := r.Peek(512)
		if len(start) == 0 {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if start[0] != ' ' && start[0] != '\t' && start[0] != '\r' && start[0] != '\n' {
			if harStart.Match(start) {
				return eachHAREntry(&budget{r: r}, most, checked)
			}
			return eachLine(r, most, checked)
		}
		_, _ = r.Discard(1) // likewise
	}
}

func eachLine(r *bufio.Reader, most int64, visit func(filed, string, error) error) error {
	for n := 1; ; n++ {
		line, tooLong, err := readLine(r, most)
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return fmt.Errorf("line %d: %w", n, err)
		}
		place := fmt.Sprintf("line %d", n)
		var failed error
		switch {
		case tooLong:
			failed = visit(filed{}, place, fmt.Errorf("it is longer than %d bytes", most))
		case len(bytes.TrimSpace(line)) > 0:
			f, bad := readFiled(line)
			failed = visit(f, place, bad)
		}
		if failed != nil || last {
			return failed
		}
	}
}

// readLine reads to the end of a line, and of one that is too long no more than
// it may be.
func readLine(r *bufio.Reader, most int64) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if tooLong = tooLong || int64(len(line)+len(part)) > most; tooLong {
			line = nil
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}

// budget ends a reading that goes on for too long.
type budget struct {
	r    io.Reader
	left int64
}

var errOverBudget = errors.New("an entry is too large")

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errOverBudget
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// eachHAREntry reads a HAR's entries one by one. What is not JSON ends it, for
// nobody knows where the next entry begins.
func eachHAREntry(b *budget, most int64, visit func(filed, string, error) error) error {
	b.left = most
	d := json.NewDecoder(b)
	broken := func(err error) error {
		return exit.Failure(fmt.Sprintf("the HAR cannot be read: %v", err), "name a whole HAR file")
	}
	depth := 0
	for { // to log.entries
		t, err := d.Token()
		if err != nil {
			return broken(err)
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if t == "entries" && depth == 2 {
			break
		}
		if depth == 0 {
			return broken(errors.New("it has no entries"))
		}
	}
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return broken(errors.New("its entries are no list"))
	}
	for n := 1; d.More(); n++ {
		b.left = most
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return broken(err)
		}
		f, err := readHAREntry(raw)
		if err := visit(f, fmt.Sprintf("entry %d", n), err); err != nil {
			return err
		}
	}
	return nil
}

func readHAREntry(raw []byte) (f filed, err error) {
	var e struct {
		harEntry
		Own *harOwnEntry `json:"_hooktop"`
	}
	if err := json.Unmarshal(raw, &e); err != nil {
		return f, errors.New("it is not an entry of a HAR")
	}
	switch {
	case e.Own != nil && e.Own.Kind != "delivery":
		return f, &notDelivery{"a forward"}
	case e.Request == nil || !strings.EqualFold(e.Request.Method, http.MethodPost):
		return f, &notDelivery{"no POST"}
	}
	r, err := e.saved()
	if err != nil {
		return f, err
	}
	f.masked = e.Own != nil && e.Own.Masked
	f.from(r)
	return f, nil
}

// from takes what a saved request says.
func (f *filed) from(r savedRequest) {
	f.Request, f.At, f.Origin, f.Bytes = r.Request, r.At, webhook.Local, int64(len(r.Body))
	f.Method = http.MethodPost
	if f.At.IsZero() { // then it was received when it was sent, as far as anybody knows
		at, known := signedAt(f.Header)
		if !known {
			at = time.Now()
		}
		f.At = at.UTC()
	}
}

// kindMost is how much of an unknown kind is said.
const kindMost = 40

// readFiled reads a line: hooktop's own, or another's with headers and a body.
func readFiled(line []byte) (f filed, err error) {
	var kind struct{ Kind string }
	if err := json.Unmarshal(line, &kind); err != nil {
		return f, errors.New("it is not a JSON object")
	}
	switch kind.Kind {
	case "":
		return readForeign(line)
	case "delivery":
		return readOwnLine(line)
	}
	return f, &notDelivery{"a line of kind " + kind.Kind[:min(len(kind.Kind), kindMost)]}
}

func readOwnLine(line []byte) (f filed, err error) {
	var own exportLine
	if err := json.Unmarshal(line, &own); err != nil {
		return f, fmt.Errorf("it is not what hooktop export writes: %w", err)
	}
	if own.Headers == nil {
		return f, errors.New("it has no request: hooktop export writes whole deliveries, hooktop listen does not")
	}
	d, err := ndjson.Restore(own.Whole)
	if err != nil {
		return f, err
	}
	f.from(savedRequest{Request: d.Request, At: d.At})
	d.At, f.Delivery = f.At, d
	f.id, f.parent, f.masked, f.verdict = d.ID, d.ParentID, own.Masked, &d.Verdict
	if f.masked {
		f.Bytes = int64(len(f.Body))
	}
	f.ID, f.ParentID = 0, 0
	f.sent = own.Response == nil && own.Outcome == nil
	return f, nil
}
