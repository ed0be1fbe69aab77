// Package decode turns a file's bytes into UTF-8 text, as a stream: it unpacks
// gzip, follows a byte order mark, and recognises UTF-16 without one. What it
// cannot turn into text, such as a zip archive, it names. It does not look at what
// the text says.
package decode

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// A gzip file may unpack to MaxUnpacked bytes, and to more if that is less than maxRatio
// times its size: deliveries come to some 20 times, and a bomb to 1,000.
const (
	MaxUnpacked = 256 << 20
	maxRatio    = 100
)

// peeked is how many bytes of the text are looked at.
const peeked = 64 << 10

// NotText reports a file that holds something other than text.
type NotText struct{ What, Do string }

func (n *NotText) Error() string { return "it is " + n.What + ", which hooktop does not read" }

// Fix says how to get text out of it.
func (n *NotText) Fix() string { return n.Do }

// magics are the first bytes of files that people pass although they are not text.
var magics = []struct {
	start string
	NotText
}{
	{"PK\x03\x04", NotText{"a zip archive", "unpack it and pass the file inside; a session of Fiddler or Charles: export it as HAR"}},
	{"PK\x05\x06", NotText{"an empty zip archive", "pass the file that it should hold"}},
	{"SQLite format 3\x00", NotText{"a SQLite database", "to read hooktop's own database, use --db FILE with hooktop deliveries or hooktop export"}},
	{"\xd4\xc3\xb2\xa1", NotText{"a packet capture", "export the HTTP request from it as text"}},
	{"\xa1\xb2\xc3\xd4", NotText{"a packet capture", "export the HTTP request from it as text"}},
	{"\x0a\x0d\x0d\x0a", NotText{"a packet capture", "export the HTTP request from it as text"}},
	{"\x28\xb5\x2f\xfd", NotText{"compressed with zstd", "unpack it first: unzstd FILE"}},
	{"BZh", NotText{"compressed with bzip2", "unpack it first: bunzip2 FILE"}},
	{"\xfd7zXZ\x00", NotText{"compressed with xz", "unpack it first: unxz FILE"}},
	{"7z\xbc\xaf\x27\x1c", NotText{"a 7z archive", "unpack it and pass the file inside"}},
	{"Rar!\x1a\x07", NotText{"a RAR archive", "unpack it and pass the file inside"}},
	{"%PDF-", NotText{"a PDF", "pass the request as text"}},
	{"\x89PNG", NotText{"a picture", "pass the request as text"}},
	{"\xff\xd8\xff", NotText{"a picture", "pass the request as text"}},
}

// Text returns the text of in. The reader it returns can be peeked at: 64 KiB.
func Text(in io.Reader) (*bufio.Reader, error) {
	r := bufio.NewReaderSize(in, peeked)
	if start, _ := r.Peek(2); string(start) == "\x1f\x8b" {
		packed := &counter{r: r}
		z, err := gzip.NewReader(packed)
		if err != nil {
			return nil, fmt.Errorf("it begins like gzip, but is not: %w", err)
		}
		r = bufio.NewReaderSize(&bounded{r: z, packed: packed}, peeked)
	}
	start, err := r.Peek(512)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	for _, m := range magics {
		if bytes.HasPrefix(start, []byte(m.start)) {
			return nil, &m.NotText
		}
	}
	if bytes.HasPrefix(start, []byte("\x1f\x8b")) {
		return nil, &NotText{"compressed twice with gzip", "unpack it first: gunzip FILE"}
	}
	if e := encodingOf(start); e != nil {
		r = bufio.NewReaderSize(e.NewDecoder().Reader(r), peeked)
		if start, err = r.Peek(512); err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
	}
	if bytes.IndexByte(start, 0) >= 0 {
		return nil, &NotText{"binary data", "pass the request as text: raw HTTP, JSON, a HAR or a command line"}
	}
	return r, nil
}

// encodingOf returns the encoding that a text begins in, nil for UTF-8 without a
// byte order mark. Without a mark, UTF-16 shows in nearly every other byte being
// zero: what people save is mostly ASCII.
func encodingOf(start []byte) encoding.Encoding {
	var even, odd int
	for i, b := range start {
		switch {
		case b != 0:
		case i%2 == 0:
			even++
		default:
			odd++
		}
	}
	half := len(start) / 2
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		return unicode.UTF8BOM
	case bytes.HasPrefix(start, []byte("\xff\xfe")), len(start) >= 8 && even <= half/16 && odd >= half*3/4:
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case bytes.HasPrefix(start, []byte("\xfe\xff")), len(start) >= 8 && odd <= half/16 && even >= half*3/4:
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return nil
}

// bounded fails a read that unpacks to too much.
type bounded struct {
	r        io.Reader
	packed   *counter
	unpacked int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.unpacked > MaxUnpacked && b.unpacked/maxRatio > b.packed.n {
		return 0, fmt.Errorf("it unpacks to more than %d bytes, %d times its size", MaxUnpacked, maxRatio)
	}
	n, err := b.r.Read(p)
	b.unpacked += int64(n)
	return n, err
}

// counter counts the bytes that are read.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}
