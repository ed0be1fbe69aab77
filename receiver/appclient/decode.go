package appclient

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// maxEncodings is how many encodings one upon the other are undone.
const maxEncodings = 4

// decoded returns an answer's body without its content encodings, at most a byte
// more than is kept, and takes them out of its header. A body that cannot be
// decoded comes back unchanged, with its header: hooktop asks for no encoding, but
// some apps compress anyway.
func decoded(h http.Header, raw []byte) []byte {
	encodings := strings.FieldsFunc(strings.ToLower(strings.Join(h.Values("Content-Encoding"), ",")), func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	encodings = slices.DeleteFunc(encodings, func(e string) bool { return e == "identity" })
	if len(encodings) == 0 || len(encodings) > maxEncodings || len(raw) == 0 {
		return raw
	}
	body := raw
	for _, encoding := range slices.Backward(encodings) { // the last was applied last
		r, err := decoder(encoding, body)
		if err != nil {
			return raw
		}
		// What was cut off or is broken at its end is still worth reading.
		text, err := io.ReadAll(io.LimitReader(r, maxAnswer+1))
		if closer, ok := r.(io.Closer); ok {
			_ = closer.Close() // it was read from memory
		}
		if err != nil && len(text) == 0 {
			return raw
		}
		body = text
	}
	h.Del("Content-Encoding")
	h.Del("Content-Length") // it was that of the encoded body
	return body
}

// errUnknownEncoding says that nothing here undoes an encoding.
var errUnknownEncoding = errors.New("unknown encoding")

// decoder returns a reader that undoes an encoding.
func decoder(encoding string, body []byte) (io.Reader, error) {
	in := bytes.NewReader(body)
	switch encoding {
	case "gzip", "x-gzip":
		return gzip.NewReader(in)
	case "deflate": // zlib by the standard, and without its header by some servers
		if r, err := zlib.NewReader(bufio.NewReader(bytes.NewReader(body))); err == nil {
			return r, nil
		}
		return flate.NewReader(in), nil
	case "br":
		return brotli.NewReader(in), nil
	case "zstd":
		d, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(8<<20), zstd.WithDecoderMaxWindow(8<<20))
		if err != nil {
			return nil, err
		}
		return d.IOReadCloser(), nil
	}
	return nil, errUnknownEncoding
}
