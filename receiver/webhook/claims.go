package webhook

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// claims are what a signature header says, in whatever form it was written.
type claims struct {
	// hmacs are the HMACs, each with what is wrong with its form: "" for v1, and
	// base64 (Svix) or hex (Stripe).
	hmacs map[[sha256.Size]byte]string
	// v1a are the asymmetric signatures.
	v1a [][]byte
}

func claimsOf(s signedHeaders) claims {
	c := claims{hmacs: map[[sha256.Size]byte]string{}, v1a: s.asymmetric()}
	for entry := range s.entries() {
		sig, oddity, ok := unversioned(entry)
		if !ok {
			continue
		}
		for _, d := range encodings {
			raw, err := d.decode(sig)
			if err != nil || len(raw) != sha256.Size {
				continue
			}
			mac := [sha256.Size]byte(raw)
			form := joined(oddity, d.oddity)
			if form == "" && base64.StdEncoding.EncodeToString(raw) != sig {
				form = "in base64 of another spelling"
			}
			if known, twice := c.hmacs[mac]; !twice || known != "" && form == "" {
				c.hmacs[mac] = form
			}
		}
	}
	return c
}

// encodings are how 32 bytes are written down, as they should be and not.
var encodings = []struct {
	oddity string
	decode func(string) ([]byte, error)
}{
	{"", base64.StdEncoding.DecodeString},
	{"in base64 without its padding", base64.RawStdEncoding.DecodeString},
	{"in url-safe base64", base64.URLEncoding.DecodeString},
	{"in url-safe base64 without its padding", base64.RawURLEncoding.DecodeString},
	{"as hex", hex.DecodeString},
}

// unversioned takes the version off a signature; ok is false where that says
// that it is none of ours.
func unversioned(entry string) (sig, oddity string, ok bool) {
	if bare := strings.Trim(entry, `"'`); bare != entry {
		entry, oddity = bare, "in quotes"
	}
	version, sig, ok := strings.Cut(entry, ",")
	switch {
	case ok && version == "v1":
		return sig, oddity, true
	case ok && strings.EqualFold(version, "v1"):
		return sig, joined(oddity, "with "+version+" for v1"), true
	case ok:
		return "", "", false
	}
	for _, prefix := range []string{"v1=", "v1:", "sha256=", "hmac-sha256="} {
		if sig, ok := strings.CutPrefix(entry, prefix); ok {
			return sig, joined(oddity, "after "+prefix+" instead of v1,"), true
		}
	}
	return entry, joined(oddity, "without v1, before it"), true
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " and " + b
}
