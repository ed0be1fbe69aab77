package webhook

import (
	"net/http"
	"slices"
)

// claimant is the provider whose headers a request bears, nil for none.
func claimant(h http.Header) Provider {
	for _, p := range Providers() {
		if p.Claims(h) {
			return p
		}
	}
	return nil
}

// wrongProvider is the verdict on a delivery that bears another provider's
// signature headers and none of this path's.
func (e *evidence) wrongProvider(other Provider) (*Verdict, Check) {
	name, where := other.Title(), other.Title()+"'s endpoint"
	if other.Name() == (Stripe{}).Name() {
		where += " (or of stripe listen --forward-to)"
	}
	return &Verdict{
		Code:   WrongProvider,
		Title:  "A " + name + " delivery on " + e.scheme.title + "'s path",
		Detail: "It carries " + name + "'s signature and none of " + e.scheme.title + "'s.",
		Fix:    "Let the URL of " + where + " end in hooktop's path for " + name + ", " + other.DefaultPath() + " unless another was given; this one, " + short(e.path()) + ", is " + e.scheme.title + "'s.",
	}, failed("headers", "those of "+name)
}

// explainOther looks whether a delivery on another provider's path was signed
// with a secret that is known here, as its own provider signs.
func explainOther(e *evidence, keys Keyring, v Verdict) Verdict {
	p := claimant(e.Header)
	if p == nil {
		return v
	}
	// The other provider's secrets first: that is the likely one.
	all := slices.Concat(keys.Exchanged, keys.Others, keys.Secrets)
	w, tried := work{left: workMost}, 0
	for i := range all {
		if !w.spend(hashing + verifying + writing*len(e.Body)) {
			break
		}
		tried++
		own := p.Verify(e.Request, e.at, all[i:i+1])
		if !own.Verified && own.Code != TooOld && own.Code != TooNew {
			continue
		}
		v.Secret = own.Secret
		v.Detail += " Its signature is right, as " + p.Title() + " makes it with " + v.Secret + ": it is " + p.Title() + "'s own."
		v.Checks = hintsLast(append(v.Checks, passed("signature", p.Title()+"'s, made with "+all[i].String())))
		return v
	}
	if tried > 0 {
		v.Checks = hintsLast(append(v.Checks, failed("signature", plural(tried, "secret")+" tried as "+p.Title()+"'s, none matches")))
	}
	return v
}
