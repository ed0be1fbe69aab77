package webhook

import "slices"

// Alternative is a cause that a rejection may have, in a word that scripts match
// on. Where a Code says the same, it is that code.
type Alternative string

// The alternatives that are no codes.
const (
	// OtherSecret: a secret made the signature that is not known here.
	OtherSecret Alternative = "other-secret"
	// BodyChanged: the body was changed on its way in a form that cannot be undone.
	BodyChanged Alternative = "body-changed"
)

// doubt is what can be done about a rejection whose cause is not proven. It is not
// stored.
type doubt struct {
	// secret is the fix for another secret, body that for a changed body.
	secret, body string
	// compare says with what the body that arrived can be compared.
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

// guess says the causes that are left for a signature that does not match, as a
// sentence.
func (v Verdict) guess() string {
	if slices.Index(v.Possible(), OtherSecret) == 0 {
		return "So another endpoint's secret signed it, most likely, or the body was changed on its way in a form that cannot be undone."
	}
	return "So the body was changed on its way in a form that cannot be undone, most likely, or another endpoint's secret signed it."
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
		v.Fix = "Most likely the secret: " + d.secret + " If it is in use already, compare this body " + d.compare + "; if they differ, " + d.body
	default:
		v.Fix = "Compare this body " + d.compare + ". If they differ, " + d.body + " If they are the same, the secret is another endpoint's: " + d.secret
	}
	return v
}
