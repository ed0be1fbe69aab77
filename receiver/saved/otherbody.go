package saved

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/saved/loosejson"
)

var (
	errNoBody = errors.New("it has headers, but no body")
	// errBase64 reports a body that claims to be base64 and is not.
	errBase64 = errors.New("its body is not valid base64")
)

// takeBody takes the body from an object; own is set if the object has the headers, so
// that any of the names may be meant for it.
func (r *Request) takeBody(o loosejson.Object, own bool) error {
	for _, name := range []string{"bodybase64", "bodyb64", "base64body", "rawbodybase64", "rawbodyb64"} {
		if s, ok := loosejson.Text(o[name]); ok {
			return r.decodeBody(s)
		}
	}
	names := []string{"rawbody", "bodyraw", "body"}
	if own {
		names = append(names, "content", "postdata", "requestbody", "rawmodedata", "payload", "text", "data")
		// The bytes beside the values count.
		if raw, ok := o.Object("rawevent"); ok {
			o = raw
		}
	}
	body, ok := o.First(names...)
	switch {
	case ok:
		if err := r.setBody(body, o); err != nil {
			return err
		}
	case r.Header.Get("Content-Length") != "0" && signed(r.Header):
		return errNoBody
	}
	if o.Text("truncated", "istruncated", "bodytruncated", "inputtruncated") == "true" {
		r.Doubt = "its body was cut off in the file"
	}
	if !r.Parsed {
		r.checkLength()
	}
	return nil
}

// decodeBody takes a body in base64.
func (r *Request) decodeBody(text string) error {
	body, err := loosejson.Base64(text)
	if err != nil {
		return errBase64
	}
	r.Body = body
	r.checkLength()
	return nil
}

// setBody takes a body out of a value; o says how it is encoded.
func (r *Request) setBody(v json.RawMessage, o loosejson.Object) error {
	if b, ok := loosejson.Buffer(v); ok {
		r.Body = b
		return nil
	}
	encoded := isBase64(o)
	if loosejson.First(v) == '"' {
		text, ok := loosejson.Text(v)
		if !ok {
			return errNoObject
		}
		return r.setText(text, encoded, o.Text("isbase64encoded") != "")
	}
	if inner, ok := loosejson.Parse(v); ok {
		if done, err := r.innerBody(inner); done {
			return err
		}
	}
	r.setValues(v)
	return nil
}

// isBase64 reports whether an object says that its body is base64.
func isBase64(o loosejson.Object) bool {
	return o.Text("isbase64encoded", "base64encoded") == "true" ||
		strings.EqualFold(o.Text("encoding", "bodyencoding", "contentencoding", "transferencoding"), "base64")
}

// setText takes a body that is a text, or base64. If nothing says which, what is
// base64 and not JSON is that.
func (r *Request) setText(text string, encoded, said bool) error {
	raw, err := loosejson.Base64(text)
	switch {
	case encoded && err != nil:
		return errBase64
	case encoded:
		r.Body = raw
	case !said && err == nil && len(raw) > 0 && !json.Valid([]byte(text)) && utf8.Valid(raw):
		r.Body, r.Others = raw, append(r.Others, []byte(text))
	default:
		r.Body = []byte(text)
	}
	return nil
}

// innerBody takes the body out of an object that describes it: HAR's postData, or
// Lambda@Edge's body. done is false if the object is the body itself.
func (r *Request) innerBody(o loosejson.Object) (done bool, err error) {
	_, hasType := o["mimetype"]
	_, hasEncoding := o["encoding"]
	if text, ok := loosejson.Text(o["text"]); ok && (hasType || hasEncoding) {
		return true, r.setText(text, isBase64(o), true)
	}
	if params, ok := loosejson.List(o["params"]); ok && hasType && len(params) > 0 {
		r.Body = []byte(formOf(params))
		return true, nil
	}
	if text, ok := loosejson.Text(o["data"]); ok && hasEncoding {
		return true, r.setText(text, isBase64(o), true)
	}
	if text, ok := clientBody(o); ok {
		return true, r.setText(text, false, true)
	}
	if hasType && len(o) <= 3 { // a postData that was left empty
		return true, errNoBody
	}
	return false, nil
}

// formOf writes HAR's params as a form.
func formOf(params []json.RawMessage) string {
	var parts []string
	for _, raw := range params {
		o, _ := loosejson.Parse(raw)
		if name := o.Text("name"); name != "" {
			parts = append(parts, url.QueryEscape(name)+"="+url.QueryEscape(o.Text("value")))
		}
	}
	return strings.Join(parts, "&")
}

// setValues takes a body that is there as JSON values. It may have been sent as it
// is written here, without the space between values, or with the characters that
// are escaped here.
func (r *Request) setValues(v json.RawMessage) {
	r.Parsed = true
	r.Doubt = "its body is parsed JSON, not the bytes that were signed"
	r.Body = v
	var compact bytes.Buffer
	if json.Compact(&compact, v) != nil {
		return
	}
	written := v
	if bytes.ContainsAny(v, "\n") {
		r.Body = compact.Bytes()
		r.Others = append(r.Others, written)
	} else if compact.Len() < len(v) {
		r.Others = append(r.Others, compact.Bytes())
	}
	r.Others = append(r.Others, plainStrings(compact.Bytes()))
}

// plainStrings writes the strings of a JSON text as JSON.stringify does, and leaves
// everything else.
func plainStrings(text []byte) []byte {
	var out bytes.Buffer
	for len(text) > 0 {
		start := bytes.IndexByte(text, '"')
		if start < 0 {
			break
		}
		end := start + 1
		for end < len(text) && text[end] != '"' {
			if text[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(text) {
			break
		}
		var s string
		if json.Unmarshal(text[start:end+1], &s) != nil {
			break
		}
		out.Write(text[:start])
		writeString(&out, s)
		text = text[end+1:]
	}
	out.Write(text)
	return out.Bytes()
}

// writeString writes a string as JSON.stringify does.
func writeString(out *bytes.Buffer, s string) {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\b': `\b`, '\f': `\f`}
	out.WriteByte('"')
	for _, c := range s {
		switch {
		case short[c] != "":
			out.WriteString(short[c])
		case c < 0x20:
			const hex = "0123456789abcdef"
			out.WriteString(`\u00`)
			out.WriteByte(hex[c>>4])
			out.WriteByte(hex[c&15])
		default:
			out.WriteRune(c)
		}
	}
	out.WriteByte('"')
}
