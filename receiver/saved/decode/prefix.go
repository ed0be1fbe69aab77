package decode

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// What programs put before each line of a text.
var prefixes = []*lazyregexp.Regexp{
	lazyregexp.New(`^\[pod/[^\]\s]{1,200}\](?: |\r?$)`),                                                                                           // kubectl logs --prefix
	lazyregexp.New(`^[A-Za-z][\w./-]{0,80} +\|(?: |\r?$)`),                                                                                        // docker compose
	lazyregexp.New(`^[\w.-]{1,80} [\w.-]{1,80} ›(?: |\r?$)`),                                                                                      // stern
	lazyregexp.New(`^[^\t{}"]{1,120}\t[^\t{}"]{1,120}\t\d{4}-\d\d-\d\dT[\d:.]{8,18}Z(?: |\r?$)`),                                                  // gh run view --log
	lazyregexp.New(`^\d{4}-\d\d-\d\d[T ][\d:.,]{8,20}(?:Z|[+-]\d\d:?\d\d)?(?: std(?:out|err) [FP])?(?: [\w-]{1,40}\[[\w.-]{1,40}\]:)?(?: |\r?$)`), // GitHub's runners, containerd, Heroku
	lazyregexp.New(`^[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S{1,80} [\w./-]{1,80}(?:\[\d{1,10}\])?:(?: |\r?$)`),                                    // syslog
	lazyregexp.New(`^>(?: |\r?$)`), // a quotation in a mail
}

// colour is an escape sequence that changes how a terminal writes.
var colour = lazyregexp.New(`\x1b\[[0-9;]{0,30}m`)

// Unprefixed returns a reader for the text of r without colours and without what
// stands before nearly each of its lines, such as docker compose's "web-1  | ". Lines
// keep their numbers. ok is false if there is neither; r is then as it was.
func Unprefixed(r *bufio.Reader, start []byte) (plain *bufio.Reader, ok bool) {
	coloured := colour.Match(start)
	prefix := prefixOf(colour.ReplaceAll(start, nil))
	if prefix == nil && !coloured {
		return r, false
	}
	return bufio.NewReaderSize(&unprefixed{r: r, prefix: prefix}, peeked), true
}

// prefixOf returns what stands before nearly each line of a text, nil for nothing.
func prefixOf(start []byte) *lazyregexp.Regexp {
	const most = 200
	lines := bytes.SplitN(start, []byte("\n"), most+1)
	if len(lines) > 1 {
		lines = lines[:len(lines)-1] // the last may be cut off
	}
	for _, p := range prefixes {
		with, without := 0, 0
		for _, line := range lines {
			switch {
			case p.Match(line):
				with++
			case len(bytes.TrimSpace(line)) > 0:
				without++
			}
		}
		if with >= 3 && without <= with/5 {
			return p
		}
	}
	return nil
}

// unprefixed reads lines without their prefix.
type unprefixed struct {
	r      *bufio.Reader
	prefix *lazyregexp.Regexp
	inLine bool
	ready  []byte
}

func (u *unprefixed) Read(p []byte) (int, error) {
	for len(u.ready) == 0 {
		part, err := u.r.ReadSlice('\n')
		if len(part) == 0 && err != nil {
			return 0, err
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
			return 0, err
		}
		ended := part[len(part)-1] == '\n'
		plain := colour.ReplaceAll(part, nil)
		if u.prefix != nil && !u.inLine {
			plain = plain[len(u.prefix.Find(bytes.TrimSuffix(plain, []byte("\n")))):]
		}
		u.ready, u.inLine = plain, !ended
	}
	n := copy(p, u.ready)
	u.ready = u.ready[n:]
	return n, nil
}
