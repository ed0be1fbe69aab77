package webhook

import (
	"github.com/hooktop/hooktop/receiver/webhook/autopsy"
	"github.com/hooktop/hooktop/receiver/webhook/findingtext"
)

// verdictOn says a finding in words.
func (e *evidence) verdictOn(f *autopsy.Finding, keys Keyring) Verdict {
	by := keys.all()[f.Secret]
	v := Verdict{Code: codeOf(f.Cause), Secret: by.FullName()}
	if f.Cause == autopsy.OtherSecret {
		e.otherSecret(&v, f.Secret >= len(keys.Secrets)+len(keys.Others))
		return v
	}
	names := findingtext.Names{
		Secret: v.Secret, SecretPrefix: e.secretPrefix(), Content: e.signing.Content, Template: e.signing.Scheme.Content, FieldSeparator: e.signing.FieldSeparator,
		KeyTitle: e.signing.KeyTitle, KeyFix: e.signing.KeyFix, ContentFix: e.signing.ContentFix,
	}
	if shared, _ := e.signing.kinds(); shared != nil {
		names.Field = shared.Field
	}
	text := names.Of(f)
	v.Title, v.Detail, v.Fix = text.Title, text.Detail, text.Fix
	if f.Difference != nil {
		v.Difference = bodyDifference(f.Difference)
		v.Detail += " " + v.Difference.String()
	}
	return v
}

func codeOf(c autopsy.Cause) Code {
	switch c {
	case autopsy.Whitespace:
		return BodyNewline
	case autopsy.WrongContent, autopsy.DoubledHeader:
		return MalformedSignature
	case autopsy.WrongKey:
		return LiteralSecret
	default:
		return BodyReserialized
	}
}

func (e *evidence) otherSecret(v *Verdict, exchanged bool) {
	variable := e.signing.Variables[0]
	if exchanged {
		v.Code, v.Title = SwappedSecrets, "Signed with the secret set for another provider"
		v.Detail = "It was signed with " + v.Secret + ", which is set as another provider's secret."
		v.Fix = "Put it into " + variable + ", where " + e.title + "'s signing secret belongs. If the other provider's secret is there, swap the two. hooktop reloads .env files automatically; then run hooktop reverify ID to re-verify this delivery. Restart the app."
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

func bodyDifference(d *autopsy.Difference) *BodyDifference {
	return &BodyDifference{Offset: int64(d.Offset), Signed: Excerpt(d.Signed), Arrived: Excerpt(d.Arrived)}
}
