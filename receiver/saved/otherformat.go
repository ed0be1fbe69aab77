package saved

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/loosejson"
	"github.com/hooktop/hooktop/receiver/saved/rawhttp"
)

// The names under which programs store the parts of a request, as loosejson.Object has
// them.
var (
	headerNames = []string{"multivalueheaders", "headers", "requestheaders", "sentheaders", "rawheaders", "header"}
	methodNames = []string{"method", "httpmethod", "requestmethod", "verb"}
	urlNames    = []string{"url", "rawurl", "originalurl", "uri", "requesturl", "requesturi", "rawpath", "path"}
	timeNames   = []string{"starteddatetime", "at", "receivedat", "createdat", "timestamp", "time", "start", "date", "datetime", "ts"}
	// innerNames are members that can hold the request itself.
	innerNames = []string{"request", "req", "event", "data", "http", "httprequest", "delivery", "cf", "payload", "record", "input", "output", "params"}
	// textNames are members in which loggers put a text, which may be JSON.
	textNames = []string{"message", "msg", "log", "textpayload", "line", "body"}
)

// errNoObject reports an object that should be a request and is not.
var errNoObject = errors.New("it is not an object with headers and a body")

// requestIn reads a request that an object is, or has in it. found is false if
// there is none, or if it is unclear; err says what is wrong with it.
func requestIn(o loosejson.Object, depth int) (r Request, found bool, err error) {
	if r, ok := wireRequest(o); ok {
		return r, true, nil
	}
	if headers, ok := headersOf(o); ok {
		r, err = readOther(o, headers)
		return r, true, err
	}
	if depth >= mostNested {
		return r, false, nil
	}
	for _, name := range innerNames {
		inner, ok := o.Object(name)
		if !ok {
			continue
		}
		if r, found, err := requestIn(inner, depth+1); found {
			if errors.Is(err, errNoBody) { // a logger's: req and body side by side
				if bodyErr := r.takeBody(o, false); !errors.Is(bodyErr, errNoBody) {
					err = bodyErr
				}
			}
			r.takeTime(o)
			return r, true, err
		}
	}
	for _, name := range textNames {
		if inner, ok := quotedObject(o, name); ok {
			if r, found, err := requestIn(inner, depth+1); found {
				r.takeTime(o)
				return r, true, err
			}
		}
	}
	return r, false, nil
}

// quotedObject returns an object that is quoted inside a string.
func quotedObject(o loosejson.Object, name string) (loosejson.Object, bool) {
	text, ok := loosejson.Text(o[name])
	start := strings.IndexByte(text, '{')
	if !ok || start < 0 || !strings.Contains(text, "eaders") && !strings.Contains(text, "ignature") {
		return nil, false
	}
	var b brackets
	end := b.end([]byte(text[start:]))
	return loosejson.Parse([]byte(text[start : start+end]))
}

// wireRequest reads a request that is there as it goes over the wire, in base64: raw
// in ngrok's inspector.
func wireRequest(o loosejson.Object) (r Request, ok bool) {
	text, ok := loosejson.Text(o["raw"])
	if !ok || len(text) == 0 {
		return r, false
	}
	raw, err := loosejson.Base64(text)
	if err != nil || !rawhttp.Looks(raw) {
		if raw = []byte(text); !rawhttp.Looks(raw) {
			return r, false
		}
	}
	ok = false
	_ = rawhttp.Read(raw, func(m rawhttp.Message, err error) error { // errStop alone
		if err == nil {
			r, ok = Request{Request: m.Request, Others: m.Others, Doubt: m.Doubt}, true
		}
		return errStop
	})
	if ok {
		r.takeTime(o)
	}
	return r, ok
}

var errStop = errors.New("enough")

// headersOf returns the headers of an object: those that are headers in it, or its
// own members, as smee sends them.
func headersOf(o loosejson.Object) (headers []byte, ok bool) {
	for _, name := range headerNames {
		if v, ok := o.First(name); ok && !bytes.Equal(bytes.TrimSpace(v), []byte("{}")) {
			return v, true
		}
	}
	for _, name := range headerNames {
		if v, ok := o.First(name); ok {
			return v, true
		}
	}
	for _, name := range []string{"svixsignature", "webhooksignature", "stripesignature", "httpsvixsignature", "httpwebhooksignature", "httpstripesignature"} {
		if s, ok := loosejson.Text(o[name]); ok && strings.ContainsAny(s, ",=") {
			return nil, true
		}
	}
	return nil, false
}

// flatHeaders are the members of an object that are headers with a signature in
// them, by their plain names.
var flatHeaders = map[string]string{
	"svixid": "Svix-Id", "svixtimestamp": "Svix-Timestamp", "svixsignature": "Svix-Signature",
	"webhookid": "Webhook-Id", "webhooktimestamp": "Webhook-Timestamp", "webhooksignature": "Webhook-Signature",
	"stripesignature": "Stripe-Signature", "contenttype": "Content-Type", "contentlength": "Content-Length", "useragent": "User-Agent",
}

// readOther reads a request out of an object that has its headers.
func readOther(o loosejson.Object, headers []byte) (r Request, err error) {
	r = newRequest()
	r.Method = http.MethodPost
	context, _ := o.Object("requestcontext") // AWS
	inContext, _ := context.Object("http")
	if m := firstText(methodNames, o, inContext, context); m != "" {
		r.Method = m
	}
	if u := firstText(urlNames, o, inContext, context); u != "" {
		r.setURL(u)
	}
	if headers == nil {
		for name, header := range flatHeaders {
			for _, name := range []string{name, "http" + name} {
				if s, ok := loosejson.Text(o[name]); ok {
					r.addHeader(loosejson.Header{Name: header, Value: s})
				}
			}
		}
	} else {
		all, odd, err := loosejson.Headers(headers)
		if err != nil {
			return r, errNoObject
		}
		for _, h := range all {
			r.addHeader(h)
		}
		if odd > 0 {
			r.Notes = append(r.Notes, fmt.Sprintf("skipped %d of its headers, which are not a name with a text", odd))
		}
	}
	r.takeTime(o)
	r.takeTime(context)
	return r, r.takeBody(o, true)
}

// firstText returns the first text under one of the names in one of the objects.
func firstText(names []string, objects ...loosejson.Object) string {
	for _, o := range objects {
		if s := o.Text(names...); s != "" {
			return s
		}
	}
	return ""
}

// takeTime takes the time in an object as when the request was received, unless it
// has one.
func (r *Request) takeTime(o loosejson.Object) {
	if !r.At.IsZero() {
		return
	}
	for _, name := range append([]string{"timeepoch", "requesttimeepoch"}, timeNames...) {
		if at, ok := loosejson.Time(o[name]); ok {
			r.At, r.Undated = at, ""
			return
		}
	}
}
