package registration

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/hooktop/hooktop/receiver/svixapi"
)

// Owner is whose endpoint it is. Two owners that share an instance have two endpoints.
type Owner struct {
	// Host is the machine's name and Folder the folder's, for people to read.
	Host, Folder string
	// Identity tells this owner from all others and never changes: the user, the
	// machine and the folder.
	Identity string
}

// maxHost is how many bytes of the host's name are part of the uid.
const maxHost = 40

// UID returns the endpoint's name at Svix: hooktop-HOST-HASH. It needs nothing to be
// stored, so a hooktop that was killed finds its endpoint again.
func (o Owner) UID() string {
	host := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
			return r
		}
		return '-'
	}, o.Host)
	if len(host) > maxHost {
		host = host[:maxHost]
	}
	if host = strings.Trim(host, "-"); host == "" {
		host = "unnamed"
	}
	return svixapi.OwnPrefix + host + o.ending()
}

func (o Owner) ending() string {
	sum := sha256.Sum256([]byte(o.Identity))
	return "-" + hex.EncodeToString(sum[:8])
}

// Owns reports whether an endpoint is this owner's. A laptop's host name may change
// with its network; the ending stays.
func (o Owner) Owns(uid string) bool {
	return strings.HasPrefix(uid, svixapi.OwnPrefix) && strings.HasSuffix(uid, o.ending())
}

// description is what Clerk's dashboard shows.
func (o Owner) description() string {
	text := "hooktop: local development"
	if o.Host != "" {
		text += " on " + o.Host
	}
	if o.Folder != "" {
		text += ", folder " + o.Folder
	}
	const most = 200
	return strings.ToValidUTF8(printable(text)[:min(most, len(printable(text)))], "")
}
