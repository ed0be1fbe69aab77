package client

import (
	"encoding/base64"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// curl is what the options of one request say; --next begins another.
type curl struct {
	*Arguments
	urls                 []string
	method               string
	header               http.Header
	named                map[string]bool // headers that the command sets or removes
	data                 []byte
	hasData, json        bool
	upload               []byte
	uploads, get, head   bool
	query                []string
	user, bearer, cookie string
	found                []pasted.Request
}

// curl reads the arguments of curl.
func (a *Arguments) curl(args []string) ([]pasted.Request, error) {
	c := &curl{Arguments: a}
	c.reset()
	err := curlOptions.read(args, c.option, func(word string) error {
		c.urls = append(c.urls, word)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = c.next()
	return c.found, err
}

func (c *curl) reset() {
	*c = curl{Arguments: c.Arguments, header: http.Header{}, named: map[string]bool{}, found: c.found}
}

// option takes an option. Those that do not change the request are passed over.
func (c *curl) option(o option, value string) error {
	switch o.name {
	case "header":
		return c.headerOption(value)
	case "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json":
		return c.dataOption(o.name, value)
	case "request":
		c.method = value
	case "url":
		c.urls = append(c.urls, value)
	case "url-query":
		return c.queryOption(value)
	case "user-agent":
		c.set("User-Agent", value)
	case "referer":
		c.set("Referer", strings.TrimSuffix(value, ";auto"))
	case "range":
		c.set("Range", "bytes="+value)
	case "cookie":
		if strings.Contains(value, "=") { // else the name of a file that curl may fill
			c.cookie = strings.TrimPrefix(c.cookie+";"+value, ";")
		}
	case "user":
		c.user = value
	case "oauth2-bearer":
		c.bearer = value
	case "get":
		c.get = !o.off
	case "head":
		c.head = !o.off
	case "upload-file":
		return c.uploadOption(value)
	case "next":
		return c.next()
	case "form", "form-string":
		return pasted.Unread("the option --%s sends a form with a random boundary, so the body is not known", o.name)
	case "config", "variable", "request-target":
		return pasted.Unread("the option --%s is not supported: write out what it adds", o.name)
	}
	return nil
}

// set sets a header that an option of its own stands for; an empty one is not sent.
func (c *curl) set(name, value string) {
	if c.named[name] {
		return
	}
	c.header.Del(name)
	if value != "" {
		c.header.Set(name, value)
	}
}

// headerOption takes the value of -H: a header, or a file of headers.
func (c *curl) headerOption(value string) error {
	name, isFile := strings.CutPrefix(value, "@")
	if !isFile {
		return c.addHeader(value)
	}
	b, err := c.File("a header", name)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, "\r\n"); line == "" || line[0] == '#' {
			continue
		}
		if err := c.addHeader(line); err != nil {
			return err
		}
	}
	return nil
}

// addHeader takes a header as curl writes it: "Name: value", "Name:" to leave it
// out, "Name;" to send it empty.
func (c *curl) addHeader(line string) error {
	name, value, found := strings.Cut(line, ":")
	if !found {
		if name, _, found = strings.Cut(line, ";"); !found {
			return pasted.Unread("%s is not a header: it has no colon", pasted.Quote(line))
		}
		c.name(name)
		c.header.Add(name, "")
		return nil
	}
	name, value = textproto.TrimString(name), textproto.TrimString(value)
	if !pasted.IsToken(name) {
		return pasted.Unread("%s is not a header: %s is not a name", pasted.Quote(line), pasted.Quote(name))
	}
	c.name(name)
	if value != "" {
		c.header.Add(name, value)
	}
	return nil
}

// name records that the command says itself what a header is. What an option such
// as -A made of it does not count any more.
func (c *curl) name(name string) {
	if key := http.CanonicalHeaderKey(name); !c.named[key] {
		c.named[key] = true
		c.header.Del(key)
	}
}

// dataOption takes a part of the body.
func (c *curl) dataOption(option, value string) error {
	part := []byte(value)
	switch {
	case option == "data-urlencode":
		var err error
		if part, err = c.urlEncoded(value); err != nil {
			return err
		}
	case option != "data-raw" && strings.HasPrefix(value, "@"):
		b, err := c.File("the body", value[1:])
		if err != nil {
			return err
		}
		if part = b; option == "data" || option == "data-ascii" {
			part = []byte(lineEnds.Replace(string(b)))
		}
	}
	if option == "json" {
		c.json = true
	} else if len(c.data) > 0 {
		c.data = append(c.data, '&')
	}
	c.hasData = true
	c.data = append(c.data, part...)
	return c.Spend(len(part))
}

// lineEnds takes away what -d does not send of a file.
var lineEnds = strings.NewReplacer("\r", "", "\n", "", "\x00", "")

// urlEncoded returns what --data-urlencode sends: content, =content, name=content,
// @file or name@file.
func (c *curl) urlEncoded(value string) ([]byte, error) {
	at := strings.IndexByte(value, '=')
	if at < 0 {
		at = strings.IndexByte(value, '@')
	}
	name, content := "", []byte(value)
	if at >= 0 {
		name, content = value[:at], []byte(value[at+1:])
		if value[at] == '@' {
			var err error
			if content, err = c.File("the body", value[at+1:]); err != nil {
				return nil, err
			}
		}
	}
	encoded := url.QueryEscape(string(content))
	if name != "" {
		encoded = name + "=" + encoded
	}
	return []byte(encoded), nil
}

func (c *curl) queryOption(value string) error {
	if plain, ok := strings.CutPrefix(value, "+"); ok {
		c.query = append(c.query, plain)
		return nil
	}
	encoded, err := c.urlEncoded(value)
	c.query = append(c.query, string(encoded))
	return err
}

func (c *curl) uploadOption(name string) (err error) {
	if name == "." {
		name = "-"
	}
	c.uploads = true
	c.upload, err = c.File("the body", name)
	return err
}

// next ends the options of a request, and begins another.
func (c *curl) next() error {
	if len(c.urls) > 1 {
		for _, u := range c.urls {
			if !likeURL(u) {
				return pasted.Unread("%s is neither an option nor a URL: quotes may be missing", pasted.Quote(u))
			}
		}
	}
	if len(c.urls) == 0 {
		c.urls = []string{""}
	}
	for _, u := range c.urls {
		c.found = append(c.found, c.request(u))
	}
	c.reset()
	return nil
}

// likeURL reports whether a word may be a URL.
func likeURL(word string) bool {
	if strings.Contains(word, "://") {
		return true
	}
	host, _, _ := strings.Cut(word, "/")
	return host != "" && !strings.ContainsAny(host, " \t\n\"'{}<>,;") && (strings.ContainsAny(host, ".:") || host == "localhost")
}

// request returns the request to a URL.
func (c *curl) request(u string) pasted.Request {
	q := pasted.Request{Method: http.MethodGet, Header: c.header.Clone()}
	u = absolute(strings.NewReplacer(`\[`, "[", `\]`, "]", `\{`, "{", `\}`, "}").Replace(u), "http")
	for _, part := range c.query {
		u = withQuery(u, part)
	}
	implied := func(name, value string) {
		if !c.named[name] && q.Header[name] == nil {
			q.Header.Set(name, value)
		}
	}
	switch {
	case c.hasData && c.get:
		u = withQuery(u, string(c.data))
	case c.hasData:
		q.Method, q.Body = http.MethodPost, c.data
		kind := "application/x-www-form-urlencoded"
		if c.json {
			kind = "application/json"
			implied("Accept", kind)
		}
		implied("Content-Type", kind)
	case c.uploads:
		q.Method, q.Body = http.MethodPut, c.upload
	case c.head:
		q.Method = http.MethodHead
	}
	if c.method != "" {
		q.Method = c.method
	}
	if c.cookie != "" {
		implied("Cookie", c.cookie)
	}
	if c.bearer != "" {
		implied("Authorization", "Bearer "+c.bearer)
	} else if c.user != "" {
		implied("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.user)))
	}
	q.URL = u
	return q
}
