package saved

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command"
	"github.com/hooktop/hooktop/receiver/saved/loosejson"
	"github.com/hooktop/hooktop/receiver/saved/rawhttp"
)

// wholeText reads a text that is not read piece by piece.
func (p *parser) wholeText(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, p.most()+1))
	if err == nil && int64(len(text)) > p.most() {
		err = fmt.Errorf("it is longer than %d bytes", p.most())
	}
	return text, err
}

// rawRequests reads raw HTTP.
func (p *parser) rawRequests(r *bufio.Reader, visit visitor) error {
	text, err := p.wholeText(r)
	if err != nil {
		return unread(err)
	}
	return rawhttp.Read(text, func(m rawhttp.Message, err error) error {
		place := fmt.Sprintf("line %d", m.Line)
		switch {
		case m.Response:
			return visit(fileEntry{}, place, &notDelivery{"a response"})
		case err != nil:
			return visit(fileEntry{}, place, err)
		case !m.Named && !signed(m.Header):
			return visit(fileEntry{}, place, &notDelivery{"headers without a request line and a signature"})
		}
		r := Request{Request: m.Request, Others: m.Others, Doubt: m.Doubt}
		if err := p.bodyOf(&r, m.BodyFile); err != nil {
			return visit(fileEntry{read: r}, place, err)
		}
		f, err := p.post(r)
		return visit(f, place, err)
	})
}

// bodyOf takes the body of a request out of the file that it names, and reports a
// signed request without one: Stripe and Clerk sign no empty body.
func (p *parser) bodyOf(r *Request, name string) error {
	switch {
	case name != "" && p.files == nil:
		return fmt.Errorf("its body is in the file %s", clipped(name))
	case name != "":
		body, err := p.files(name)
		if err != nil {
			return fmt.Errorf("its body is in the file %s: %w", clipped(name), err)
		}
		r.Body, r.Others = body, nil
	case len(r.Body) == 0 && r.Header.Get("Content-Length") == "" && signed(r.Header) && isPost(r.Method):
		return errNoBody
	case r.Doubt == "" && r.Header.Get("Content-Length") == "" && breaksOff(r.Body):
		r.Doubt = "its body breaks off in the file, and no Content-Length says how long it was"
	}
	return nil
}

// breaksOff reports whether a text is the beginning of a JSON object.
func breaksOff(text []byte) bool {
	text = bytes.TrimSpace(text)
	for _, mark := range []string{"…", "...", "[truncated]", "(truncated)"} {
		text = bytes.TrimSuffix(text, []byte(mark))
	}
	if len(text) == 0 || text[0] != '{' {
		return false
	}
	var b brackets
	return b.end(text) == 0
}

// commands reads commands that send a request, such as curl's.
func (p *parser) commands(r *bufio.Reader, visit visitor) error {
	text, err := p.wholeText(r)
	if err != nil {
		return unread(err)
	}
	all, err := command.Read(text, p.files)
	if err != nil {
		return unread(err)
	}
	for i, c := range all {
		request := newRequest()
		request.Method, request.Body = c.Method, c.Body
		if request.setURL(c.URL); request.URL == "" {
			request.URL, request.Host = cutURL(c.URL)
		}
		for name, values := range c.Header {
			for _, value := range values {
				request.addHeader(loosejson.Header{Name: name, Value: value})
			}
		}
		f, err := p.post(request)
		if err := visit(f, fmt.Sprintf("command %d", i+1), err); err != nil {
			return err
		}
	}
	return nil
}

// cutURL takes the path and the host of an invalid URL: clients may send
// it anyway.
func cutURL(text string) (path, host string) {
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	text, _, _ = strings.Cut(text, "#")
	if at := strings.IndexAny(text, "/?"); at >= 0 {
		return text[at:], text[:at]
	}
	return "", text
}
