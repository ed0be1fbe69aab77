package sample

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Person is a made-up user's name, the part before the @, and where the person is.
type Person struct {
	First, Last, Handle, Locale, City, Country string
}

// people are the names of made-up users. The & shows what re-encodes a
// body, the rest what reads it as anything but UTF-8.
var people = [...]Person{
	{"Ada", "Lovelace", "ada", "en-GB", "London", "GB"},
	{"Grace", "Hopper", "grace", "en-US", "New York", "US"},
	{"Zoë", "Ångström & Söhne", "zoe", "sv-SE", "Göteborg", "SE"},
	{"Alan", "Turing", "alan", "en-GB", "Manchester", "GB"},
	{"花子", "山田", "hanako", "ja-JP", "大阪市", "JP"},
	{"Edsger", "Dijkstra", "edsger", "nl-NL", "Rotterdam", "NL"},
	{"Barbara", "Liskov", "barbara", "en-US", "Boston", "US"},
	{"Łucja", "O'Żółkiewska <née Müller>", "lucja", "pl-PL", "Kraków", "PL"},
	{"Donald", "Knuth", "donald", "en-US", "Stanford", "US"},
	{"محمد", "الخوارزمي", "khwarizmi", "ar-IQ", "بغداد", "IQ"},
	{"Radia", "Perlman", "radia", "en-US", "Seattle", "US"},
}

// PersonOf returns the person that a user is, which follows from the user's id;
// with an offset, another one.
func PersonOf(userID string, offset int) Person {
	n := int(binary.BigEndian.Uint32(Digest(userID, "person")) % uint32(len(people)))
	return people[(n+offset)%len(people)]
}

// Mail returns an address of the person, another for each user.
func (p Person) Mail(userID string) string {
	return fmt.Sprintf("%s.%.3x@example.com", p.Handle, Digest(userID, "mail"))
}

// Tagged returns another address of the same person: ada+x7q2@example.com.
func Tagged(email string, from []byte) string {
	name, domain, ok := strings.Cut(email, "@")
	if !ok {
		return email
	}
	name, _, _ = strings.Cut(name, "+")
	return fmt.Sprintf("%s+%.2x@%s", name, from, domain)
}
