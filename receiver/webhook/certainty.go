package webhook

import (
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
	"github.com/hooktop/hooktop/receiver/webhook/findingtext"
)

// Alternative is a possible cause of a rejection, as a word that scripts match
// on. If a Code says the same, it is that code.
type Alternative string

// The alternatives that are not codes.
const (
	// OtherSecret: it was signed with a secret that hooktop does not know.
	OtherSecret Alternative = "other-secret"
	// BodyChanged: the body was changed on its way, in a manner that cannot be undone.
	BodyChanged Alternative = "body-changed"
)

// doubt is what to do about a rejection whose cause is not proven. It is not
// stored.
type doubt struct {
	// secret is the fix for another secret, body that for a changed body.
	secret, body string
	// compare says what to compare the arrived body with.
	compare string
}

// Certain reports whether the cause that the verdict names is proven.
func (v Verdict) Certain() bool { return len(v.Possible()) == 0 }

// Possible returns the causes that the rejection may have, most likely first; none
// if its cause is proven. A verdict stored before there were alternatives has those
// of its code.
func (v Verdict) Possible() []Alternative {
	if len(v.Alternatives) == 0 && v.Code == WrongSecret {
		return []Alternative{OtherSecret, BodyChanged}
	}
	return v.Alternatives
}

// guess names the causes that remain for a signature that does not match, as a
// sentence.
func (v Verdict) guess() string {
	switch first := v.Possible()[0]; {
	case first == OtherSecret:
		return "Most likely it was signed with another endpoint's secret. Otherwise the body was changed on its way, in a manner that cannot be undone."
	case first == Alternative(BodyReserialized):
		return "Most likely the JSON was parsed and written again on its way, in a manner that cannot be undone. Otherwise it was signed with another endpoint's secret."
	}
	return "Most likely the body was changed on its way, in a manner that cannot be undone. Otherwise it was signed with another endpoint's secret."
}

// Suspecting returns the verdict with a cause as the most likely one, and the fix
// that goes with it. A verdict whose cause is proven stays as it is.
func (v Verdict) Suspecting(first Alternative) Verdict {
	if v.Certain() {
		return v
	}
	all := []Alternative{first}
	for _, a := range v.Possible() {
		if a != first {
			all = append(all, a)
		}
	}
	v.Alternatives = all
	d := v.doubt
	switch {
	case d == (doubt{}):
	case slices.Index(all, OtherSecret) == 0:
		v.Fix = "Start with the secret: " + d.secret + " If you already use it, compare this body " + d.compare + "; if they differ, " + d.body
	default:
		v.Fix = "Compare this body " + d.compare + ". If they differ, " + d.body + " If they are the same, it was signed with another endpoint's secret: " + d.secret
	}
	return v
}

// doubt returns what to do about a signature that does not match.
func (e *evidence) doubt() doubt {
	d := doubt{
		body:    "something on the way changes it: pass the raw body on, " + findingtext.RawInJavaScript + ".",
		compare: "with the one in " + e.title + "'s dashboard",
		secret: e.signing.placeOf("the endpoint whose URL ends in "+QuoteShort(e.path())) + " → " + takenUp(e.signing.Variables[0], e.secrets) + " " +
			e.signing.PlaceNote + " Restart the app too, if it has that secret.",
	}
	if !e.look().looksGenuine() {
		d.secret += " For a signed test run: hooktop trigger " + e.signing.TestEvent + "."
	}
	return d
}

// compared adds to a signature that does not match how the body differs from the
// sender's other ones. That proves nothing, but shows which cause is likelier.
func (e *evidence) compared(v Verdict, c autopsy.Comparison) Verdict {
	if v.doubt == (doubt{}) { // the verdict was read from the store
		v.doubt = e.doubt()
	}
	likely := func(a Alternative, name, differs string) {
		v = v.Suspecting(a)
		v.Detail += " " + strings.ToUpper(differs[:1]) + differs[1:] + "."
		v = v.With(Hint(name, false, differs))
	}
	if list := append(missing(c.Missing, "is missing"), missing(c.Added, "is new")...); len(list) > 0 {
		likely(BodyChanged, "fields", "compared with a verified event of the same type, "+strings.Join(list, ", "))
	}
	if c.Replaced {
		likely(BodyChanged, "characters", "it contains U+FFFD, which replaces a lost character")
	}
	if c.Spaced {
		likely(Alternative(BodyReserialized), "layout", "it has whitespace between its values, unlike the deliveries that verified")
	}
	if order := findingtext.Order(c.Order); order != "" {
		likely(Alternative(BodyReserialized), "keys", "the keys of every object are "+order+", unlike in the deliveries that verified")
	}
	return v
}

func missing(paths []string, how string) (list []string) {
	for _, p := range paths {
		list = append(list, Quoted(p)+" "+how)
	}
	return list
}
