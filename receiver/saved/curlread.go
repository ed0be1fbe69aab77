package saved

import (
	"fmt"
	"net/http"
	"strings"

	"mvdan.cc/sh/v3/shell"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// readCurl splits a command line as a POSIX shell would, and reads those of
// curl's options that make up a request.
func readCurl(text string) (Request, error) {
	words, err := shell.Fields(text, func(string) string { return "" })
	if err != nil {
		return Request{}, fmt.Errorf("cannot read the curl command: %w", err)
	}
	r := Request{Request: webhook.Request{Method: http.MethodPost, Header: http.Header{}}}
	for i := 1; i < len(words); i++ {
		option, value := words[i], ""
		if name, joined, ok := strings.Cut(option, "="); ok && strings.HasPrefix(option, "--") {
			option, value = name, joined
		} else if takesValue(option) && i+1 < len(words) {
			i++
			value = words[i]
		}
		if err := r.curlOption(option, value); err != nil {
			return r, err
		}
	}
	return r, nil
}

func takesValue(option string) bool {
	switch option {
	case "-H", "--header", "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "-X", "--request", "--url",
		"-A", "--user-agent", "-o", "--output", "-u", "--user", "-b", "--cookie", "-m", "--max-time", "-e", "--referer":
		return true
	}
	return false
}

func (r *Request) curlOption(option, value string) error {
	switch option {
	case "-H", "--header":
		name, v, _ := strings.Cut(value, ":")
		r.Header.Add(strings.TrimSpace(name), strings.TrimSpace(v))
	case "-A", "--user-agent":
		r.Header.Set("User-Agent", value)
	case "-X", "--request":
		r.Method = value
	case "-d", "--data", "--data-ascii", "--data-binary", "--data-raw", "--json":
		if strings.HasPrefix(value, "@") && option != "--data-raw" {
			return fmt.Errorf("the body is in the file %q, which hooktop does not read: put it into the command", clipped(value[1:]))
		}
		r.Body = append(r.Body, value...)
	case "--url":
		r.setURL(value)
	default:
		if !strings.HasPrefix(option, "-") {
			r.setURL(option)
		}
	}
	return nil
}
