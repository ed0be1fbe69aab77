package saved

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// fileEntry is a delivery out of a file, and what only the file knows.
type fileEntry struct {
	webhook.Imported
	// id and parent are the file's own; 0 if it has none.
	id, parent int64
	// verdict is the one in the file, nil for none.
	verdict *webhook.Verdict
	// masked is set if the body is not the one that was signed; sent if the
	// delivery went to an app and did nothing here.
	masked, sent bool
}

// notDelivery is an entry that is something else, such as a ready line.
type notDelivery struct{ what string }

func (n *notDelivery) Error() string { return "it is " + n.what }

// parser reads the entries of a file.
type parser struct {
	maxBody int64
	now     func() time.Time
}

// entryExtra bounds, beyond some copies of the largest body, what is read as one
// entry: the forwards that a delivery has, and their answers.
const entryExtra = 64 << 20

// harStart tells a HAR from lines.
var harStart = regexp.MustCompile(`^\s*\{\s*"log"\s*:\s*\{`)

// entries reads deliveries one by one and passes each to visit with its place,
// or with what is wrong with it. An error of visit ends it.
func (p *parser) entries(in io.Reader, visit func(f fileEntry, place string, err error) error) error {
	r := bufio.NewReaderSize(in, 64<<10)
	if mark, _ := r.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = r.Discard(3) // it was peeked at
	}
	max := entryExtra + 8*p.maxBody
	checked := func(f fileEntry, place string, err error) error {
		if err == nil && int64(len(f.Body)) > p.maxBody {
			err = fmt.Errorf("the body of %d bytes is larger than --max-body", len(f.Body))
		}
		if err == nil {
			err = validate(&f)
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
				return p.harEntries(r, max, checked)
			}
			return p.lines(r, max, checked)
		}
		_, _ = r.Discard(1) // likewise
	}
}

func (p *parser) lines(r *bufio.Reader, max int64, visit func(fileEntry, string, error) error) error {
	for n := 1; ; n++ {
		line, tooLong, err := readLine(r, max)
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return fmt.Errorf("line %d: %w", n, err)
		}
		place := fmt.Sprintf("line %d", n)
		var failed error
		switch {
		case tooLong:
			failed = visit(fileEntry{}, place, fmt.Errorf("it is longer than %d bytes", max))
		case len(bytes.TrimSpace(line)) > 0:
			f, bad := p.line(line)
			failed = visit(f, place, bad)
		}
		if failed != nil || last {
			return failed
		}
	}
}

// readLine reads to the end of a line; it keeps nothing of one that is too long.
func readLine(r *bufio.Reader, max int64) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if tooLong = tooLong || int64(len(line)+len(part)) > max; tooLong {
			line = nil
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, tooLong, err
		}
	}
}

// line reads a line: hooktop's own, or another's with headers and a body.
func (p *parser) line(line []byte) (f fileEntry, err error) {
	var kind struct{ Kind string }
	if err := json.Unmarshal(line, &kind); err != nil {
		return f, errors.New("it is not a JSON object")
	}
	switch kind.Kind {
	case "":
		return p.otherLine(line)
	case "delivery":
		return p.ownLine(line)
	}
	return f, &notDelivery{fmt.Sprintf("a line of kind %s", clipped(kind.Kind))}
}

// take makes a saved request into a delivery.
func (p *parser) take(f *fileEntry, r Request) {
	f.Request, f.At, f.Origin, f.Bytes = r.Request, r.At, webhook.Local, int64(len(r.Body))
	f.Method = http.MethodPost
	if f.At.IsZero() { // as far as anybody knows, it was received when it was signed
		at, known := providers.SignedAt(f.Header)
		if !known {
			at = p.now()
		}
		f.At = at.UTC()
	}
}
