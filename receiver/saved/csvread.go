package saved

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/loosejson"
)

// looksCSV reports whether a text begins with a header row for requests,
// as webhook.site exports them.
func looksCSV(start []byte) bool {
	first, _, _ := bytes.Cut(start, []byte("\n"))
	_, row, err := csvRow(csvReader(bytes.NewReader(first), separator(first)))
	if err != nil || len(row) < 2 {
		return false
	}
	has := func(names ...string) bool {
		return slices.ContainsFunc(row, func(c string) bool { return slices.Contains(names, loosejson.Name(c)) })
	}
	if has("message", "log", "textpayload", "msg") && len(row) < 100 && !bytes.ContainsAny(first, "{}:") {
		return true // a log, exported as a table
	}
	return has("content", "body", "rawbody", "payload", "requestbody") &&
		(has(headerNames...) || slices.ContainsFunc(row, func(c string) bool { return columnHeader(c) != "" }))
}

// separator returns what separates the columns of a row.
func separator(row []byte) rune {
	for _, s := range []byte{',', ';', '\t'} {
		if bytes.IndexByte(row, s) >= 0 {
			return rune(s)
		}
	}
	return ','
}

func csvReader(r io.Reader, separator rune) *csv.Reader {
	c := csv.NewReader(r)
	c.Comma, c.LazyQuotes, c.FieldsPerRecord = separator, true, -1
	return c
}

// csvRow reads a row and the line on which it begins.
func csvRow(c *csv.Reader) (line int, row []string, err error) {
	if row, err = c.Read(); err == nil {
		line, _ = c.FieldPos(0)
	}
	return line, row, err
}

// columnHeader returns the header whose values a column holds: headers.svix-id
// or svix-id itself.
func columnHeader(column string) string {
	column = strings.TrimSpace(column)
	for _, prefix := range []string{"headers.", "header.", "headers/", "headers_", "header_", "request.headers."} {
		if len(column) > len(prefix) && strings.EqualFold(column[:len(prefix)], prefix) {
			return column[len(prefix):]
		}
	}
	if isSigning(strings.ReplaceAll(column, "_", "-")) {
		return column
	}
	return ""
}

// csvRows reads a table of requests, one a row.
func (p *parser) csvRows(r *bufio.Reader, visit visitor) error {
	start, _ := r.Peek(r.Buffered())
	first, _, _ := bytes.Cut(start, []byte("\n"))
	c := csvReader(&limit{r: r, left: p.most()}, separator(first))
	_, columns, err := csvRow(c)
	if err != nil {
		return unread(fmt.Errorf("cannot read its first row: %w", err))
	}
	for {
		line, row, err := csvRow(c)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return unread(fmt.Errorf("cannot read the table: %w", err))
		}
		f, err := p.csvRequest(columns, row)
		if err := visit(f, place(line), err); err != nil {
			return err
		}
	}
}

func (p *parser) csvRequest(columns, row []string) (f fileEntry, err error) {
	o, headers := loosejson.Object{}, map[string]string{}
	for i, cell := range row[:min(len(row), len(columns))] {
		if h := columnHeader(columns[i]); h != "" && cell != "" {
			headers[h] = cell
			continue
		}
		text, _ := json.Marshal(cell) // a string always encodes
		o[loosejson.Name(columns[i])] = text
	}
	if len(headers) > 0 {
		o["headers"], _ = json.Marshal(headers) // strings always encode
	}
	r, found, err := requestIn(o, mostNested-2)
	switch {
	case !found:
		return f, &notDelivery{"a row without headers"}
	case err != nil:
		f.read = r
		return f, err
	}
	return p.post(r)
}
