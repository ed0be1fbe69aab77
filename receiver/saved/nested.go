package saved

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/hooktop/hooktop/receiver/saved/loosejson"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// mostDeep is how deep signed requests are looked for in values of unknown shape,
// such as the folders of an API client's collection.
const mostDeep = 24

// signatureName is what a header with a signature is called; without it, no object is
// worth the walk.
var signatureName = lazyregexp.New(`(?i)(?:svix|webhook|stripe)[-_]?signature`)

// signedInside finds the signed requests anywhere inside a value and passes them to
// visit, in the order in which they stand. It returns how many there are.
func (p *parser) signedInside(raw json.RawMessage, place string, depth int, visit visitor) (n int, err error) {
	if depth > mostDeep || depth == 0 && !signatureName.Match(raw) {
		return 0, nil
	}
	if o, ok := loosejson.Parse(raw); ok && depth > 0 {
		if r, found, err := requestIn(o, 0); found && signed(r.Header) {
			return 1, p.visitRequest(r, place, err, visit)
		}
	}
	items, isList := loosejson.List(raw)
	if !isList {
		items = loosejson.Values(raw)
	}
	for i, item := range items {
		if first := loosejson.First(item); first != '{' && first != '[' {
			continue
		}
		inner := place
		if isList {
			inner = fmt.Sprintf("%s, item %d", place, i+1)
		}
		found, err := p.signedInside(item, inner, depth+1, visit)
		if n += found; err != nil {
			return n, err
		}
	}
	return n, nil
}

// visitRequest passes a request, or what is wrong with it, to visit.
func (p *parser) visitRequest(r Request, place string, err error, visit visitor) error {
	f := fileEntry{read: r}
	if err == nil {
		f, err = p.post(r)
	}
	return visit(f, place, err)
}

// clientBody returns the body out of the object in which API clients keep it, with
// its kind: Postman's mode and raw, Bruno's mode and json, Hoppscotch's contentType
// and body, Thunder Client's type and raw, HTTPie's type and text.
func clientBody(o loosejson.Object) (text string, ok bool) {
	kind := o.Text("mode", "type")
	_, hasContentType := o["contenttype"]
	switch {
	case o.Text("mode") != "":
		return textOf(o[loosejson.Name(kind)])
	case kind == "json" || kind == "text" || kind == "raw" || kind == "xml":
		if text, ok := textOf(o["raw"]); ok {
			return text, true
		}
		inner, _ := o.Object("text")
		return textOf(inner["value"])
	case hasContentType && len(o) == 2:
		return textOf(o["body"])
	}
	return "", false
}

// textOf returns a JSON string, not a number.
func textOf(v json.RawMessage) (string, bool) {
	if loosejson.First(v) != '"' {
		return "", false
	}
	return loosejson.Text(v)
}

// errVariable is what is wrong with a request that an API client fills in.
var errVariable = errors.New("its signature headers are variables, which the file does not have: send it once and save what was sent")
