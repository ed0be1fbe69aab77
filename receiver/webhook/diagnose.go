package webhook

import "time"

// evidence is what a provider has read of a request before it is judged.
type evidence struct {
	Request
	at      time.Time
	secrets []Secret
	// signed is what the provider's headers say.
	signed signedHeaders
	// scheme is how the provider signs.
	scheme *scheme
	// sentAt is the signature's time, once it could be read.
	sentAt time.Time
	// looks are what the headers say of who sent it.
	looks looks
}

// hypothesis tries one explanation. It returns the verdict where it holds, and
// else the check that rules it out (the zero Check where there is nothing to
// say). The first hypothesis that holds is the verdict; a further cause is
// one more function in a provider's list.
type hypothesis func(*evidence) (*Verdict, Check)

// diagnose goes through the hypotheses in order. The last must hold.
func diagnose(e *evidence, hypotheses []hypothesis) Verdict {
	var checks []Check
	for _, try := range hypotheses {
		v, check := try(e)
		if check.Name != "" {
			checks = append(checks, check)
		}
		if v != nil {
			v.Checks, v.SignedAt = checks, e.sentAt
			if !v.Verified {
				v.Checks = append(v.Checks, e.look().checks()...)
			}
			return *v
		}
	}
	panic("webhook: no hypothesis held")
}
