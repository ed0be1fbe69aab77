package findingtext

import (
	"bytes"
	"fmt"

	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
	"github.com/hooktop/hooktop/receiver/webhook/wording"
)

// OfFault says what is wrong with a body, as a sentence, and what to do besides
// passing on the raw one; "" for a sound one.
func OfFault(body []byte, fault autopsy.Fault, at int) (what, fix string) {
	switch fault {
	case autopsy.Empty:
		return "0 bytes arrived. Probably something read the body before it was passed on.", ""
	case autopsy.Spaces:
		return fmt.Sprintf("%s of whitespace arrived and nothing else.", wording.Plural(at, "byte")), ""
	case autopsy.Leftover:
		return wording.QuoteShort(string(bytes.TrimSpace(body))) + " arrived. A body parser leaves that when it did not parse the body.", ""
	case autopsy.Stringified:
		return wording.QuoteShort(string(bytes.TrimSpace(body))) + " arrived, which is what String() makes of an object: probably the body was parsed first.", ""
	case autopsy.Compressed:
		return "It arrived compressed (gzip).", ""
	case autopsy.NotUTF8:
		return fmt.Sprintf("It stops being valid UTF-8 at byte %d: it is compressed or encrypted, or was read or written in another encoding.", at), ""
	case autopsy.CutOff:
		return fmt.Sprintf("It breaks off at byte %d, in the middle of its JSON.", at),
			" A Content-Length that counts characters cuts it off like this: it has to count bytes."
	case autopsy.NotJSON:
		return fmt.Sprintf("It stops being JSON at byte %d.", at), ""
	case autopsy.Trailing:
		return fmt.Sprintf("Something follows the JSON that ends at byte %d.", at), ""
	default:
		return "", ""
	}
}
