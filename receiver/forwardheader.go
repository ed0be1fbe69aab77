package receiver

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// headerForm is how a header for the app is written.
const headerForm = "write 'Name: value', such as 'Authorization: Bearer …'"

// ParseHeader reads a header that each request to an app gets: Name: value. It
// refuses those that hooktop sets itself and those of a signature. The error names
// the header and never shows the value, which may be a secret.
func ParseHeader(text string) (name, value string, err error) {
	name, value, ok := strings.Cut(text, ":")
	if name, value = strings.Trim(name, " \t"), strings.Trim(value, " \t"); !ok {
		return "", "", webhook.NewMistake("a header has no colon", headerForm)
	}
	if !httpguts.ValidHeaderFieldName(name) {
		return "", "", webhook.NewMistake(fmt.Sprintf("%s is not the name of a header", webhook.QuoteShort(name)), headerForm)
	}
	name = http.CanonicalHeaderKey(name)
	switch {
	case strings.ContainsAny(value, "\r\n"):
		return "", "", webhook.NewMistake("the value of "+name+" has a line break", "write it on one line, and each header on its own")
	case !httpguts.ValidHeaderFieldValue(value):
		return "", "", webhook.NewMistake("the value of "+name+" has a control character", headerForm)
	case value == "":
		return "", "", webhook.NewMistake(name+" has no value", headerForm+"; if a variable holds the value, check that it is set")
	}
	return name, value, allowedForApp(name)
}

// allowedForApp returns why a header cannot be set for the app, nil if it can.
func allowedForApp(name string) error {
	_, signs := providers.Claimed(http.Header{name: {"1"}})
	switch {
	case signs:
		return webhook.NewMistake(name+" is part of the signature, and your app would reject the delivery", "leave it out: hooktop re-signs what it resends")
	case name == "Host":
		return webhook.NewMistake("Host is that of your app's URL", "leave it out, and put the host into the URL of your app")
	case slices.Contains(ownHeaders, name):
		return webhook.NewMistake("hooktop sets "+name+" itself, for each connection", "leave it out")
	case strings.HasPrefix(name, "Hooktop-"):
		return webhook.NewMistake(name+" is reserved: hooktop tells its own requests by it", "choose a name that does not begin with Hooktop-")
	}
	return nil
}

// withOwn returns the headers of a request to an app: those given, and over them
// the Forwarder's own.
func (f *Forwarder) withOwn(header http.Header) http.Header {
	if len(f.Header) == 0 {
		return header
	}
	if header = header.Clone(); header == nil {
		header = http.Header{}
	}
	maps.Copy(header, f.Header)
	return header
}
