package saved

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

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
		if err != nil {
			return visit(fileEntry{}, place, err)
		}
		if !m.Named && !signed(m.Header) {
			return visit(fileEntry{}, place, &notDelivery{"headers without a request line and a signature"})
		}
		f, err := p.post(Request{Request: m.Request, Others: m.Others, Doubt: m.Doubt})
		return visit(f, place, err)
	})
}

// looksCommand reports whether a text begins like a curl command.
func looksCommand(start []byte) bool { return bytes.HasPrefix(start, []byte("curl")) }

// commands reads command lines such as curl's.
func (p *parser) commands(r *bufio.Reader, visit visitor) error {
	text, err := p.wholeText(r)
	if err != nil {
		return unread(err)
	}
	request, err := readCurl(string(text))
	if err != nil {
		return unread(err)
	}
	f, err := p.post(request)
	return visit(f, "command 1", err)
}
