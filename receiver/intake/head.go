package intake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// maxLines is how many lines the headers of a request may have: each costs much more
// than its text.
const maxLines = 256

// maxRefusing is how many connections are told at a time that there is no room.
const maxRefusing = 64

var errManyHeaders = errors.New("too many header lines")

// headers is what came of the headers of the request that a connection reads.
type headers struct {
	bytes, lines int64
	// blank is set if the current line is empty so far, and ended after the last line
	// of the headers.
	blank, ended bool
	paid         int64
}

// add counts bytes that came, and charges headers of unusual length.
func (h *headers) add(p []byte, g *Gate) error {
	for !h.ended && len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		line := p
		if i >= 0 {
			line = p[:i]
		}
		h.bytes += int64(len(line))
		empty := len(line) == 0 || len(line) == 1 && line[0] == '\r'
		if i < 0 {
			h.blank = h.blank && empty
			break
		}
		h.ended = h.lines > 0 && h.blank && empty
		h.lines++
		h.blank, p = true, p[i+1:]
	}
	if h.lines > maxLines {
		g.turned.add(&g.turned.headers)
		return errManyHeaders
	}
	need := h.bytes + perHeader*h.lines - g.limits.Free - h.paid
	if need <= 0 {
		return nil
	}
	need = (need + step - 1) / step * step
	if !g.take(need) {
		g.turned.add(&g.turned.tooMuch)
		return ErrFull
	}
	h.paid += need
	return nil
}

// end is called once the headers were read: then the request is charged for them.
func (h *headers) end(g *Gate) {
	if h.paid > 0 {
		g.used.Add(-h.paid)
	}
	*h = headers{}
}

// answerRaw answers a request that net/http has not seen, and leaves the sender a
// moment to read that: closing while it writes would reset the connection.
func answerRaw(c net.Conn, why error) {
	status, again := http.StatusServiceUnavailable, "Retry-After: 1\r\n"
	said := `{"message":"Too much in flight, send it again"}` + "\n"
	if errors.Is(why, errManyHeaders) {
		status, again, said = http.StatusRequestHeaderFieldsTooLarge, "", `{"message":"Too many headers"}`+"\n"
	}
	const within, most = 500 * time.Millisecond, 64 << 10
	_ = c.SetDeadline(time.Now().Add(within))
	_, err := fmt.Fprintf(c, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		status, http.StatusText(status), again, len(said), said)
	if half, ok := c.(interface{ CloseWrite() error }); ok && err == nil {
		_ = half.CloseWrite()
		_, _ = io.CopyN(io.Discard, c, most)
	}
}
