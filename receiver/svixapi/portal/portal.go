// Package portal reads the link to Svix's portal that Clerk's API hands out: which
// Svix application it is for, and the token inside.
//
// It opens no link and asks nobody.
package portal

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// Link is a link to Svix's portal. However it is printed, logged or encoded, it
// does not show its token; only Reveal returns it.
type Link struct {
	// AppID is the Svix application of the Clerk instance: app_….
	AppID string
	// Region is where Svix keeps the application: "eu". "" if the link does not say.
	Region string
	// Server is the base URL of Svix's API, "" if the link does not say.
	Server string

	token   string
	oneTime bool
}

// maxLink is the longest link that is read, in bytes. Real ones have about 300.
const maxLink = 16 << 10

// errLink says that a text is not a link that this package can read. It never
// contains any part of the text, which may hold a token.
func errLink(what string) error { return errors.New("the portal link " + what) }

// id is how Svix writes ids and uids. They become part of a URL's path.
var id = lazyregexp.New(`^[a-zA-Z0-9_.-]{1,256}$`)

// region is how Svix names its regions: eu, us-east. It becomes part of a host name.
var region = lazyregexp.New(`^[a-z][a-z0-9]{0,15}(-[a-z0-9]{1,15}){0,3}$`)

// ID reports whether a text can be an id or uid at Svix, and is safe in a path.
func ID(text string) bool { return id.MatchString(text) && strings.Trim(text, ".") != "" }

// Parse reads a link such as https://app.svix.com/login#key=eyJhcHBJZCI6…. Errors
// never contain any part of it.
func Parse(text string) (Link, error) {
	if len(text) > maxLink {
		return Link{}, errLink("is too long")
	}
	key := keyIn(text)
	if key == "" {
		return Link{}, errLink("has no key in its fragment")
	}
	raw, err := decode(key)
	if err != nil {
		return Link{}, errLink("has a key that is not base64")
	}
	var said struct {
		AppID        string `json:"appId"`
		OneTimeToken string `json:"oneTimeToken"`
		Token        string `json:"token"`
		Region       string `json:"region"`
		ServerURL    string `json:"serverUrl"`
	}
	if json.Unmarshal(raw, &said) != nil {
		return Link{}, errLink("has a key that is not the JSON that Svix documents")
	}
	l := Link{AppID: said.AppID, Region: said.Region, Server: said.ServerURL, token: said.OneTimeToken, oneTime: said.OneTimeToken != ""}
	if !l.oneTime {
		l.token = said.Token
	}
	switch {
	case !ID(l.AppID):
		return Link{}, errLink("names no Svix application")
	case l.token == "":
		return Link{}, errLink("has no token")
	case !Token(l.token):
		return Link{}, errLink("has a token with characters that tokens do not have")
	case l.Region != "" && !region.MatchString(l.Region):
		return Link{}, errLink("names a region that Svix cannot have")
	}
	return l, nil
}

// keyIn returns the value of "key" in the link's fragment, as it stands there. The
// key may follow others, and a question mark: #?next=/endpoints&key=….
func keyIn(link string) string {
	_, fragment, _ := strings.Cut(link, "#")
	for _, field := range strings.FieldsFunc(fragment, func(r rune) bool { return r == '&' || r == '?' || r == '#' }) {
		if name, value, _ := strings.Cut(field, "="); name == "key" {
			return value
		}
	}
	return ""
}

// decode reads base64 in either alphabet, padded or not, percent-encoded or not.
func decode(text string) ([]byte, error) {
	if plain, err := url.PathUnescape(text); err == nil { // unlike a query, it leaves + alone
		text = plain
	}
	text = strings.NewReplacer("-", "+", "_", "/", " ", "+").Replace(strings.TrimRight(text, "="))
	return base64.RawStdEncoding.DecodeString(text)
}

// Token reports whether a text can be a token: it can stand in an HTTP header.
func Token(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' })
}

// Reveal returns the token, and whether it must first be exchanged: such a token
// works once.
func (l Link) Reveal() (token string, oneTime bool) { return l.token, l.oneTime }

// String returns the application: "app_2x in eu".
func (l Link) String() string {
	if l.Region == "" {
		return l.AppID
	}
	return l.AppID + " in " + l.Region
}

// Format keeps every verb of fmt from showing the token.
func (l Link) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, l.String()) }

// MarshalText keeps encoders from showing the token.
func (l Link) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// LogValue keeps loggers from showing the token.
func (l Link) LogValue() slog.Value { return slog.StringValue(l.String()) }
