package saved

import (
	"errors"

	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// transcripts are what programs print about a request without having all of it, by
// how they begin.
var transcripts = []struct {
	begins   *lazyregexp.Regexp
	what, do string
}{
	{
		lazyregexp.New(`^(?s:.{0,1000}?)(?m:^> [A-Z]{3,10} \S+ HTTP/[\d.]+\r?$)`),
		"it is what curl -v prints, which has the request's headers, but not its body", "pass the curl command itself, with its headers and its data",
	},
	{
		lazyregexp.New(`^(?s:.{0,1000}?)(?m:^=> Send header, \d+ bytes)`),
		"it is what curl --trace prints, in which bytes are replaced", "pass the curl command itself, with its headers and its data",
	},
	{
		lazyregexp.New(`^(?:tcpdump: |\d\d:\d\d:\d\d\.\d+ (?:\S+ )?IP6? |\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ (?:\S+ )?IP6? )`),
		"it is what tcpdump prints, in which bytes are replaced", "write the packets to a file (tcpdump -w), and save the request with Wireshark: Follow, HTTP stream, as ASCII or raw",
	},
	{
		lazyregexp.New(`^(?:interface: .*\n)?(?:filter: .*\n)?(?:match: .*\n)?#*\n?[TU] [\d.:a-f]+ -> `),
		"it is what ngrep prints, in which bytes are replaced", "capture the request with ngrok, mitmproxy or Wireshark, and save it as HAR or raw HTTP",
	},
	{
		lazyregexp.New(`^(?:[0-9a-fA-F]{8}:? {1,2}(?:[0-9a-fA-F]{2,4} {1,2}){4})`),
		"it is a hex dump", "turn it into text first, such as with xxd -r, or save the request as text",
	},
	{
		lazyregexp.New(`^(?:General\s+)?Request URL:?\s`),
		"it is the Headers tab of a browser, which does not have the body", "right-click the request, and copy it as cURL or save it as HAR",
	},
	{
		lazyregexp.New(`^meta \{\s+name:`),
		"it is a request file of Bruno", "generate code for curl in Bruno, or export the collection as JSON",
	},
	{
		lazyregexp.New(`^type: collection\.insomnia\.rest/`),
		"it is Insomnia's YAML", "copy the request as curl in Insomnia, or export it as HAR",
	},
}

// transcript names a text that begins like what a program prints about a request,
// nil for any other.
func transcript(start []byte) error {
	for _, t := range transcripts {
		if t.begins.Match(start) {
			return &UnreadError{errors.New(t.what), t.do}
		}
	}
	return nil
}
