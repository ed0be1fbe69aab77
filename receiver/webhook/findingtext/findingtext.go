// Package findingtext puts a finding of autopsy into words: a title, the evidence, and
// what to do about it. It proves nothing and knows no sender by name: a provider's
// own words are handed over.
//
// Where to look: changes.go has what was done to a body, and what does that;
// style.go how JSON is written; signature.go how a signature or a key was made
// wrongly; brokenbody.go what is wrong with a body that no sender sends.
package findingtext

import (
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
	"github.com/hooktop/hooktop/receiver/webhook/wording"
)

// Names are what the provider's signing and the secret are called.
type Names struct {
	// Secret is the masked secret that signed, and where it was found;
	// SecretPrefix is what such a secret begins with.
	Secret, SecretPrefix string
	// Content names what is signed, Template is the scheme's.
	Content, Template string
	// Field and FieldSeparator stand before a signature.
	Field, FieldSeparator string
	// KeyTitle and KeyFix are said of a secret that was used in another way,
	// ContentFix where something else was signed.
	KeyTitle, KeyFix, ContentFix string
}

// Text is a finding in words.
type Text struct{ Title, Detail, Fix string }

// Of returns the text of a finding, except for another secret: what that means depends
// on where it was found.
func (n Names) Of(f *autopsy.Finding) Text {
	holds := "The signature is valid, with " + n.Secret + ", for "
	switch f.Cause {
	case autopsy.Whitespace:
		return Text{
			"Whitespace was changed", holds + "the body as it was before " + edits[f.Edit] + ".",
			"Something edits the body after it was signed: send a file with curl --data-binary @file (not -d or echo), and make proxies pass bytes on untouched.",
		}
	case autopsy.Wrapped:
		in := wrappings[f.Wrapping]
		return Text{"The body arrived " + in.how, holds + "the content inside the body: the body arrived " + in.how + ".", in.fix}
	case autopsy.Recoded:
		return Text{
			"The body's characters were encoded again", holds + "the body before it was " + recodings[f.Recoding] + ".",
			"Something reads the body as text in the wrong encoding: pass the bytes on, or read and write them as UTF-8.",
		}
	case autopsy.Reserialized:
		return rewritten(f, holds)
	case autopsy.Number:
		return number(f, holds)
	case autopsy.DoubledHeader:
		return Text{
			"The message id arrived more than once", "The signature is valid, with " + n.Secret + ", for just one of the ids: the header arrived several times, and the joined value is not what was signed.",
			"Something on the way repeats the header: make it set each header once, instead of adding another.",
		}
	case autopsy.WrongContent:
		return n.wrongContent(f)
	case autopsy.WrongKey:
		return Text{
			n.KeyTitle, "It was signed with the right secret, " + n.Secret + ", but with " + strings.ReplaceAll(keyForms[f.Key], "{prefix}", n.SecretPrefix) + ".",
			n.KeyFix,
		}
	case autopsy.OtherSecret:
	}
	return Text{}
}

func rewritten(f *autopsy.Finding, holds string) Text {
	t := Text{
		"The body was rewritten after it was signed", holds + "the same JSON written " + styleText(f.Style) + ".",
		rewrites + "Pass the raw body on: " + RawInJavaScript + "; no JSON transformation in a proxy.",
	}
	if f.Style.Reordered || f.Style.ObjectFirst {
		return reordered(f, t)
	}
	if w, ok := writers[f.Writer]; ok {
		t.Detail += " It arrived " + w.how + "."
		t.Fix = rewrites + w.fix
	}
	return t
}

// reordered says what puts keys in the order in which they arrived.
func reordered(f *autopsy.Finding, t Text) Text {
	t.Title = "The body's keys were put in another order"
	switch f.Order {
	case autopsy.Alphabetical:
		t.Detail += " They arrived in alphabetical order, as a map in Go, sort_keys in Python and ksort in PHP write them."
		t.Fix = rewrites + "Verify the raw body, before it is parsed: io.ReadAll(r.Body) in Go, request.get_data() in Flask, file_get_contents('php://input') in PHP, await req.text() in JavaScript."
	case autopsy.ByLength:
		t.Detail += " They arrived ordered by length, as PostgreSQL's jsonb keeps them."
		t.Fix = rewrites + "A jsonb column does not keep the bytes: store the raw body as text or bytea, and verify that."
	}
	return t
}

func number(f *autopsy.Finding, holds string) Text {
	t := Text{
		"A number was rewritten after it was signed",
		holds + fmt.Sprintf("the same JSON written %s, where the number %s was %s.", styleText(f.Style), wording.QuoteShort(f.Number), wording.QuoteShort(f.Was)),
		rewrites + "Pass the raw body on: " + RawInJavaScript + ".",
	}
	if autopsy.Whole(f.Number) && !strings.ContainsAny(f.Was, ".eE") {
		t.Detail += " As a double, which JavaScript's numbers are, it keeps only 53 bits: its last digits were lost."
		t.Fix += " Send an id that long as a string."
	}
	return t
}

// wrongContent says what was signed, and in which form that was written down.
func (n Names) wrongContent(f *autopsy.Finding) Text {
	t := Text{"Something else was signed", "The secret, " + n.Secret + ", is right, but what was signed is " + contentText(f.Content, n.Template) + ".", n.ContentFix}
	if f.Content == n.Template {
		t.Title = "The signature is written in another form"
		t.Detail = "The secret, " + n.Secret + ", is right, and " + n.Content + " was signed, as it should be."
	}
	if written := n.writtenText(f.Written); written != "" {
		t.Detail += " The signature is written " + written + "."
	}
	return t
}
