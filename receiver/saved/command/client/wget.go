package client

import (
	"encoding/base64"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// The long names of wget's options, with a value and without.
const (
	wgetValued = `
	accept accept-regex append-output backups base bind-address body-data body-file ca-certificate ca-directory certificate certificate-type
	ciphers compression config connect-timeout crl-file cut-dirs default-page directory-prefix dns-servers dns-timeout domains
	exclude-directories exclude-domains execute follow-tags ftp-password ftp-user header hsts-file http-password http-user ignore-tags
	include-directories input-file level limit-rate load-cookies local-encoding max-redirect method output-document output-file password
	pinnedpubkey post-data post-file prefer-family private-key private-key-type progress proxy-password proxy-user quota read-timeout referer
	regex-type reject reject-regex rejected-log remote-encoding report-speed restrict-file-names retry-on-http-error save-cookies
	secure-protocol start-pos timeout tries use-askpass user user-agent wait waitretry warc-dedup warc-file warc-header warc-max-size
	warc-tempdir http-passwd
`
	wgetPlain = `
	adjust-extension ask-password auth-no-challenge background backup-converted cache check-certificate clobber content-disposition
	content-on-error continue convert-file-only convert-links cookies debug delete-after directories dns-cache follow-ftp force-directories
	force-html ftps-clear-data-connection ftps-fallback-to-ftp ftps-implicit ftps-resume-ssl glob help host-directories hsts http-keep-alive
	https-only if-modified-since ignore-case ignore-length inet4-only inet6-only iri keep-session-cookies mirror netrc parent page-requisites
	passive-ftp preserve-permissions protocol-directories proxy quiet random-wait recursive relative remove-listing retr-symlinks
	retry-connrefused save-headers server-response show-progress span-hosts spider strict-comments timestamping trust-server-names unlink
	use-server-timestamps verbose version warc-cdx warc-compression warc-digests warc-keep-log xattr
`
	wgetShort = `
	n:verbose V:version h:help b:background e:execute o:output-file a:append-output d:debug q:quiet v:verbose i:input-file F:force-html B:base
	t:tries O:output-document c:continue N:timestamping S:server-response T:timeout w:wait Q:quota 4:inet4-only 6:inet6-only x:force-directories
	P:directory-prefix E:adjust-extension U:user-agent r:recursive l:level k:convert-links K:backup-converted m:mirror p:page-requisites
	A:accept R:reject D:domains H:span-hosts L:relative I:include-directories X:exclude-directories
`
)

// wgetOptions have letters of which n is one with the letter after it: -nv is read as
// -n and -v, which are as harmless.
var wgetOptions = newDialect(wgetValued, wgetPlain, wgetShort)

// wget is what the options of wget say.
type wget struct {
	*Arguments
	urls           []string
	method         string
	header         http.Header
	body           []byte
	hasBody, posts bool
	user, password string
}

// wget reads the arguments of wget.
func (a *Arguments) wget(args []string) ([]pasted.Request, error) {
	w := &wget{Arguments: a, header: http.Header{}}
	err := wgetOptions.read(args, w.option, func(word string) error {
		w.urls = append(w.urls, word)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return w.requests()
}

func (w *wget) option(o option, value string) (err error) {
	switch o.name {
	case "header":
		if value == "" { // it forgets the headers so far
			w.header = http.Header{}
			return nil
		}
		name, v, found := strings.Cut(value, ":")
		if name = textproto.TrimString(name); !found || !pasted.IsToken(name) {
			return pasted.Unread("%s is not a header: it has no name and colon", pasted.Quote(value))
		}
		w.header.Set(name, textproto.TrimString(v)) // the last one counts
	case "post-data", "body-data":
		w.body, w.hasBody, w.posts = []byte(value), true, w.posts || o.name == "post-data"
	case "post-file", "body-file":
		w.body, err = w.File("the body", value)
		w.hasBody, w.posts = true, w.posts || o.name == "post-file"
	case "method":
		w.method = strings.ToUpper(value)
	case "user-agent":
		w.header.Set("User-Agent", value)
	case "referer":
		w.header.Set("Referer", value)
	case "user", "http-user":
		w.user = value
	case "password", "http-password", "http-passwd":
		w.password = value
	case "input-file", "execute", "config":
		return pasted.Unread("the option --%s is not supported: write out what it adds", o.name)
	}
	return err
}

func (w *wget) requests() ([]pasted.Request, error) {
	for _, u := range w.urls {
		if len(w.urls) > 1 && !likeURL(u) {
			return nil, pasted.Unread("%s is neither an option nor a URL: quotes may be missing", pasted.Quote(u))
		}
	}
	if len(w.urls) == 0 {
		w.urls = []string{""}
	}
	var found []pasted.Request
	for _, u := range w.urls {
		q := pasted.Request{Method: http.MethodGet, URL: absolute(u, "http"), Header: w.header.Clone(), Body: w.body}
		if w.posts {
			q.Method = http.MethodPost
		}
		if w.method != "" {
			q.Method = w.method
		}
		if w.hasBody && q.Header.Get("Content-Type") == "" {
			q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		if w.user != "" && q.Header.Get("Authorization") == "" {
			q.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(w.user+":"+w.password)))
		}
		found = append(found, q)
	}
	return found, nil
}
