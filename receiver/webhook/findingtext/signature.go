package findingtext

import (
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
)

var unbraced = strings.NewReplacer("{", "", "}", "")

// contentText describes a template of content other than the right one.
func contentText(content, right string) string {
	has := func(part string) bool { return !strings.Contains(right, part) || strings.Contains(content, part) }
	before, _, _ := strings.Cut(right, "{body}")
	plain := unbraced.Replace(content)
	switch {
	case content == "{body}":
		return "the body alone"
	case content == before:
		return plain + " alone: the body was empty when it was signed"
	case !has("{body}"):
		return plain + " alone, without the body"
	case !has("{id}"):
		plain += ", without the message id"
	case !has("{timestamp}"):
		plain += ", without the timestamp"
	case strings.Contains(content, "}{"):
		return strings.ReplaceAll(strings.Trim(content, "{}"), "}{", " and ") + " with nothing between"
	default:
		plain += ", in another order"
	}
	if strings.Contains(content, "}{") {
		plain = strings.ReplaceAll(strings.Trim(content, "{}"), "}{", " and ") + " with nothing between"
	}
	return plain
}

// writtenText says how a signature is written, "" for as it should be.
func (n *Names) writtenText(w autopsy.Written) string {
	var all []string
	label := n.Field + n.FieldSeparator
	if w.Joined {
		all = append(all, "after a comma, where a space has to separate signatures")
	}
	if w.Quoted {
		all = append(all, "in quotes")
	}
	switch {
	case w.Unlabelled:
		all = append(all, "without "+label+" before it")
	case strings.EqualFold(w.Label, n.Field) && w.Label != "":
		all = append(all, "with "+w.Label+" instead of "+n.Field)
	case w.Label != "":
		all = append(all, "after "+w.Label+" instead of "+label)
	}
	if text := spellings[w.Spelling]; text != "" {
		all = append(all, text)
	}
	return strings.Join(all, " and ")
}

// spellings say how a signature is written.
var spellings = map[autopsy.Spelling]string{
	autopsy.InHex:               "as hex",
	autopsy.InStdBase64:         "in base64",
	autopsy.InStdBase64Unpadded: "in base64 without its padding",
	autopsy.InURLBase64:         "in url-safe base64",
	autopsy.InURLBase64Unpadded: "in url-safe base64 without its padding",
	autopsy.Loosely:             "in base64 with meaningless bits at the end",
}

// keyForms say how a secret was used, after "but with".
var keyForms = map[autopsy.KeyForm]string{
	autopsy.WholeText:       "the whole text {prefix}… as the key",
	autopsy.BareText:        "the text after {prefix} as the key, not decoded",
	autopsy.WholeBase64:     "the whole text with {prefix} decoded as base64, as Buffer.from(secret, 'base64') does",
	autopsy.BareHex:         "the text after {prefix} decoded as hex",
	autopsy.BareUnpadded:    "the text after {prefix} without its padding as the key, not decoded",
	autopsy.WholeLine:       "the whole text {prefix}… and a line break as the key",
	autopsy.BareLine:        "the text after {prefix} and a line break as the key, not decoded",
	autopsy.BareBase64:      "the base64-decoded text after {prefix} as the key",
	autopsy.Twice:           "the base64 decoded twice",
	autopsy.HexText:         "the key written as hex, used as text",
	autopsy.UpperHexText:    "the key written as upper-case hex, used as text",
	autopsy.URLText:         "the key written as url-safe base64, used as text",
	autopsy.URLTextUnpadded: "the key written as url-safe base64 without padding, used as text",
	autopsy.BareURL:         "the text after {prefix} decoded as url-safe base64",
	autopsy.CutAtNUL:        "the key cut at its first NUL byte",
	autopsy.AsUTF8:          "the decoded key read as UTF-8 text",
	autopsy.AsLatin1:        "the decoded key as text with one character per byte, as atob returns it",
}
