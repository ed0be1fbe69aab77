package webhook

import (
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
)

// verdictOn says a finding in words.
func (e *evidence) verdictOn(f *autopsy.Finding, keys Keyring) Verdict {
	by := keys.all()[f.Secret]
	v := Verdict{Code: BodyReserialized, Secret: by.FullName()}
	holds := "The signature is valid, with " + by.FullName() + ", for "
	switch f.Cause {
	case autopsy.OtherSecret:
		e.otherSecret(&v, f.Secret >= len(keys.Secrets)+len(keys.Others))
	case autopsy.Whitespace:
		v.Code, v.Title = BodyNewline, "Whitespace was changed"
		v.Detail = holds + "the body as it was before " + edits[f.Edit] + "."
		v.Fix = "Something between the sender and here edits the body: send a file with curl --data-binary @file (not -d or echo), and make proxies pass bytes on untouched."
	case autopsy.Wrapped:
		in := wrappings[f.Wrapping]
		v.Title, v.Fix = "The body arrived "+in.how, in.fix
		v.Detail = holds + "the content inside the body: the body arrived " + in.how + "."
	case autopsy.Recoded:
		v.Title = "The body's characters were encoded again"
		v.Detail = holds + "the body before it was " + recodings[f.Recoding] + "."
		v.Fix = "Something reads the body as text in the wrong encoding: pass the bytes on, or read and write them as UTF-8."
	case autopsy.Reserialized:
		v.Title = "The body was rewritten on its way"
		v.Detail = holds + "the same JSON written " + styleText(f.Style) + "."
		v.Fix = rewrites + "Pass the raw body on: " + rawInJavaScript + "; no JSON transformation in a proxy."
		if w, ok := writers[f.Writer]; ok {
			v.Detail += " It arrived " + w.how + "."
			v.Fix = rewrites + w.fix
		}
	case autopsy.Number:
		v.Title = "A number was rewritten on its way"
		v.Detail = holds + fmt.Sprintf("the same JSON written %s, where the number %s was %s.", styleText(f.Style), QuoteShort(f.Number), QuoteShort(f.Was))
		if autopsy.Whole(f.Number) {
			v.Detail += " JavaScript's numbers are doubles, which keep only 53 bits of it: the last digits are lost."
		}
		v.Fix = rewrites + "Pass the raw body on: " + rawInJavaScript + ". Send an id that long as a string."
	case autopsy.WrongContent:
		e.wrongContent(&v, f, by)
	case autopsy.WrongKey:
		v.Code, v.Title, v.Fix = LiteralSecret, e.signing.KeyTitle, e.signing.KeyFix
		v.Detail = "It was signed with the right secret, " + by.FullName() + ", but with " + strings.ReplaceAll(keyForms[f.Key], "{prefix}", e.secretPrefix()) + "."
	}
	if f.Difference != nil {
		v.Difference = bodyDifference(f.Difference)
		v.Detail += " " + v.Difference.String()
	}
	return v
}

func (e *evidence) otherSecret(v *Verdict, exchanged bool) {
	variable := e.signing.Variables[0]
	if exchanged {
		v.Code, v.Title = SwappedSecrets, "The providers' secrets are swapped"
		v.Detail = "It was signed with " + v.Secret + ", another provider's secret."
		v.Fix = "Exchange the two: " + e.title + "'s signing secret belongs in " + variable + ", the other provider's in its own variable. hooktop reloads .env files automatically; then press R to re-verify this delivery. Restart the app."
		return
	}
	with := "; hooktop verifies with " + sources(e.secrets) + "."
	if len(e.secrets) == 0 {
		with = "; hooktop has no secret to verify with."
	}
	v.Code, v.Title = OtherKnownSecret, "Signed with another secret that hooktop knows"
	v.Detail = "It was signed with " + v.Secret + with
	v.Fix = "Put that one, too (separate several with commas), " + takenUp(variable, e.secrets) + " Or send the endpoint's deliveries to the environment that has its secret."
}

// wrongContent says what was signed, and in which form that was written down.
func (e *evidence) wrongContent(v *Verdict, f *autopsy.Finding, by Secret) {
	v.Code, v.Title, v.Fix = MalformedSignature, "Something else was signed", e.signing.ContentFix
	v.Detail = "The secret, " + by.FullName() + ", is right, but what was signed is " + contentText(f.Content, e.signing.Scheme.Content) + "."
	if f.Content == e.signing.Scheme.Content {
		v.Title = "The signature is written in another form"
		v.Detail = "The secret, " + by.FullName() + ", is right, and " + e.signing.Content + " was signed, as it should be."
	}
	if written := e.writtenText(f.Written); written != "" {
		v.Detail += " The signature is written " + written + "."
	}
}

var unbraced = strings.NewReplacer("{", "", "}", "")

// contentText says what a template of content is, beside the right one.
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
func (e *evidence) writtenText(w autopsy.Written) string {
	var all []string
	shared, _ := e.signing.kinds()
	label := shared.Field + e.signing.FieldSeparator
	if w.Quoted {
		all = append(all, "in quotes")
	}
	switch {
	case w.Unlabelled:
		all = append(all, "without "+label+" before it")
	case strings.EqualFold(w.Label, shared.Field) && w.Label != "":
		all = append(all, "with "+w.Label+" instead of "+shared.Field)
	case w.Label != "":
		all = append(all, "after "+w.Label+" instead of "+label)
	}
	if text := spellings[w.Spelling]; text != "" {
		all = append(all, text)
	}
	return strings.Join(all, " and ")
}

func bodyDifference(d *autopsy.Difference) *BodyDifference {
	return &BodyDifference{Offset: int64(d.Offset), Signed: Excerpt(d.Signed), Arrived: Excerpt(d.Arrived)}
}

// faultText says what is wrong with a body, as a sentence, and what to do beside
// passing on the raw one; "" for a sound one.
func faultText(body []byte, fault autopsy.Fault, at int) (what, fix string) {
	switch fault {
	case autopsy.Empty:
		return "0 bytes arrived: something read the body before it was passed on.", ""
	case autopsy.Spaces:
		return fmt.Sprintf("%s of whitespace arrived and nothing else.", plural(at, "byte")), ""
	case autopsy.Leftover:
		return QuoteShort(strings.TrimSpace(string(body))) + " arrived: that is what a body parser leaves when it did not parse the body.", ""
	case autopsy.Stringified:
		return QuoteShort(strings.TrimSpace(string(body))) + " arrived: the body was parsed and then turned into a string, as String(body) does.", ""
	case autopsy.Compressed:
		return "It arrived compressed (gzip).", ""
	case autopsy.NotUTF8:
		return fmt.Sprintf("It stops being valid UTF-8 at byte %d: the body was read or written in another encoding.", at), ""
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
