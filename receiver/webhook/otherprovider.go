package webhook

import (
	"net/http"
	"slices"

	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
	"github.com/hooktop/hooktop/receiver/webhook/wording"
)

// claimant is the provider whose headers a request has, nil for none.
func claimant(all []Provider, h http.Header) Provider {
	for _, p := range all {
		if p.Signing().Bears(h) {
			return p
		}
	}
	return nil
}

// wrongProvider is the verdict on a delivery that has another provider's
// signature headers and none of this path's.
func (e *evidence) wrongProvider() (*Verdict, Check) {
	name := e.other.Title()
	return &Verdict{
		Code:   WrongProvider,
		Title:  name + "'s signature on " + e.title + "'s path",
		Detail: "It has a signature header of " + name + "'s and none of " + e.title + "'s.",
		Fix:    "Make the URL of " + e.other.Signing().Endpoint + " end in hooktop's path for " + name + " (" + e.other.Signing().Path + " unless you set another); this one, " + QuoteShort(e.path()) + ", is " + e.title + "'s.",
	}, failed("headers", "those of "+name)
}

// explainOther looks whether a delivery on another provider's path was signed
// with a secret that is known here, as its own provider signs.
func (e *evidence) explainOther(keys Keyring, v Verdict) Verdict {
	if e.other == nil {
		return v
	}
	// The other provider's secrets first: that is the likely one.
	all := slices.Concat(keys.Exchanged, keys.Others, keys.Secrets)
	budget, tried, title := autopsy.NewBudget(), 0, e.other.Title()
	for i := range all {
		if !budget.Spend(autopsy.VerificationCost(len(e.Body))) {
			break
		}
		tried++
		own := Verify(e.other, nil, e.Request, e.at, all[i:i+1])
		if !own.Verified && own.Code != TooOld && own.Code != TooNew {
			continue
		}
		v.Secret = own.Secret
		v.Detail += " Its signature is right for " + title + ", made with " + v.Secret + "."
		v.Checks = hintsLast(append(v.Checks, passed("signature", title+"'s, made with "+all[i].String())))
		return v
	}
	if tried > 0 {
		v.Checks = hintsLast(append(v.Checks, failed("signature", wording.Plural(tried, "secret")+" tried as "+title+"'s, none matches")))
	}
	return v
}
