package autopsy

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"io"
	"strconv"
)

// unchunked removes the framing of Transfer-Encoding: chunked from a body, if it
// was left in.
func unchunked(b []byte) ([]byte, bool) {
	var body []byte
	for {
		line, rest, ok := bytes.Cut(b, []byte("\n"))
		size, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(";"))
		n, err := strconv.ParseUint(string(size), 16, 31)
		switch {
		case !ok && (len(body) == 0 || len(line) > 0), err != nil, int(n) > len(rest):
			return nil, false
		case n == 0:
			return body, len(body) > 0
		}
		body = append(body, rest[:n]...)
		b = bytes.TrimPrefix(bytes.TrimPrefix(rest[n:], []byte("\r")), []byte("\n"))
		if len(b) == 0 { // the last chunk was cut off with what follows it
			return body, true
		}
	}
}

// afterHeaders returns the body of a whole HTTP request that arrived where its body
// should.
func afterHeaders(b []byte) ([]byte, bool) {
	for _, gap := range []string{"\r\n\r\n", "\n\n"} {
		if _, body, ok := bytes.Cut(b, []byte(gap)); ok {
			if plain, ok := unchunked(body); ok {
				return plain, true
			}
			return body, true
		}
	}
	return nil, false
}

// onePart returns the first part of a multipart body that can be an event.
func onePart(b []byte) ([]byte, bool) {
	boundary, rest, ok := bytes.Cut(b, []byte("\n"))
	boundary = bytes.TrimSpace(boundary)
	if !ok || len(boundary) < 3 || len(boundary) > 80 {
		return nil, false
	}
	for range nestedDeepest {
		part, after, more := bytes.Cut(rest, boundary)
		if !more {
			return nil, false
		}
		if body, ok := afterHeaders(part); ok && bytes.HasPrefix(body, []byte("{")) {
			return bytes.TrimSuffix(bytes.TrimSuffix(body, []byte("\n")), []byte("\r")), true
		}
		rest = after
	}
	return nil, false
}

// inflated decompresses a body, as far as the budget allows.
func (s *search) inflated(b []byte) ([]byte, bool) {
	var r io.Reader
	var err error
	switch {
	case bytes.HasPrefix(b, []byte("\x1f\x8b")):
		r, err = gzip.NewReader(bytes.NewReader(b))
	case len(b) > 2 && b[0]&0x0f == 8 && (int(b[0])<<8|int(b[1]))%31 == 0:
		r, err = zlib.NewReader(bytes.NewReader(b))
	default:
		r = flate.NewReader(bytes.NewReader(b))
	}
	if err != nil {
		return nil, false
	}
	plain, err := io.ReadAll(io.LimitReader(r, inflatedMost+1))
	if err != nil || len(plain) > inflatedMost || !s.budget.Spend(writing*len(plain)) {
		return nil, false
	}
	return plain, len(plain) > 0
}

// inflatedMost is the longest body that is made of a compressed one, in bytes.
const inflatedMost = 2 << 20
