package webhook

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
	"github.com/hooktop/hooktop/receiver/webhook/wording"
)

// Keyring is what a signature that does not hold is tried with.
type Keyring struct {
	// Secrets are those that the endpoint verifies with.
	Secrets []Secret
	// Others are all that were found beside them: in other variables, in other
	// .env files, from before a rotation.
	Others []Secret
	// Exchanged are those of another provider, which stand where this one's
	// should where two were swapped.
	Exchanged []Secret
	// Bodies are bodies of the sender whose signatures were valid, which a changed one is
	// compared with.
	Bodies [][]byte
}

// all are the secrets, the endpoint's first.
func (k Keyring) all() []Secret { return slices.Concat(k.Secrets, k.Others, k.Exchanged) }

// Explainable reports whether Explain may have more to say than Verify said.
func Explainable(v Verdict) bool {
	switch v.Code {
	case WrongSecret, MalformedSignature, UnsupportedVersion, WrongProvider, NoSecret:
		return true
	default:
		return false
	}
}

// Explain searches for the cause of a rejection that Verify could not name, with
// all secrets that are known. It takes up to a tenth of a second. A verdict that
// it cannot improve comes back with what was tried.
func Explain(p Provider, all []Provider, r Request, at time.Time, v Verdict, keys Keyring) Verdict {
	if !Explainable(v) {
		return v
	}
	e := newEvidence(p, all, r, at, keys.Secrets)
	if v.Code == WrongProvider {
		return e.explainOther(keys, v)
	}
	if sent, err := e.signing.Sent(e.message); err == nil {
		e.sentAt = sent
	}
	report := autopsy.Examine(autopsy.Case{
		Scheme: &e.signing.Scheme, Misuses: &e.signing.Misuses, Message: e.message,
		Keys:   autopsy.Keyring{Own: revealed(keys.Secrets), Others: revealed(keys.Others), Exchanged: revealed(keys.Exchanged)},
		Bodies: keys.Bodies,
	})
	secrets := keys.all()
	if report.Finding == nil {
		v.Checks = hintsLast(append(v.Checks, tried(report, secrets)...))
		if v.Code == WrongSecret {
			if report.Cut {
				v.Detail += " The search was cut short: there is too much to try for a body of this size."
			}
			if !v.BodyBroken {
				v = e.compared(v, report.Comparison)
				v.Detail += " " + v.guess()
			}
		}
		return v
	}
	switch report.Finding.Cause { // what was found is not ruled out
	case autopsy.OtherSecret:
		report.Others = nil
	case autopsy.WrongKey, autopsy.WrongContent, autopsy.DoubledHeader:
		report.Forms--
	default:
		report.Bodies--
	}
	found := e.verdictOn(report.Finding, keys)
	found.Detail += e.alsoUntimely()
	found.Checks = hintsLast(append(settled(v.Checks), tried(report, secrets)...))
	return found
}

// settled are the checks of the first look, without those that the finding
// makes untrue.
func settled(checks []Check) (kept []Check) {
	for _, c := range checks {
		if c.Name != "secrets" && c.Name != "signature" {
			kept = append(kept, c)
		}
	}
	return kept
}

// tried are the checks that say what was ruled out on the way.
func tried(r autopsy.Report, secrets []Secret) (checks []Check) {
	if n := len(r.Others); n > 0 {
		checks = append(checks, passed("others", fmt.Sprintf("%s tried (%s), none explains it", wording.Plural(n, "other secret"), whence(r.Others, secrets))))
	}
	if r.Forms > 0 {
		checks = append(checks, passed("forms", fmt.Sprintf("%s of the key and the signed content tried", wording.Plural(r.Forms, "form"))))
	}
	if r.Bodies > 0 {
		checks = append(checks, passed("body", fmt.Sprintf("%s of the body tried", wording.Plural(r.Bodies, "form"))))
	}
	return checks
}

// whence lists where the other secrets were found.
func whence(others []int, secrets []Secret) string {
	const most = 3
	others = slices.Sorted(slices.Values(others))
	var places []string
	for _, i := range others[:min(len(others), most)] {
		places = append(places, secrets[i].Source.String())
	}
	if n := len(others) - most; n > 0 {
		places = append(places, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(places, ", ")
}
