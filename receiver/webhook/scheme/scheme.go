// Package scheme holds how a sender signs its webhooks, as data: a Scheme is a
// literal that says which headers there are, what is signed, with which
// algorithm, how a signature is written and how a key is read from a secret.
// Reading, verifying and signing a request are functions over it.
//
// It knows no sender by name, has no words for people and no clock, and fetches
// nothing. The literals stand with the providers.
package scheme

import "time"

// Scheme is how a sender signs. Its fields are not changed after it was made.
type Scheme struct {
	// Prefixes stand before the names of the headers. A request is read under
	// the first prefix under which it has any of them. Without prefixes the
	// names are whole.
	Prefixes []string
	// Signature is the header that holds the signatures, as a list of items.
	Signature string
	// ItemSeparator stands between the items, "" where the header is one item.
	ItemSeparator string
	// FieldSeparator stands between an item's field and its value (v1=5257…),
	// "" where an item is a value alone.
	FieldSeparator string
	// Kinds are the signatures that count. Sign makes the first.
	Kinds []Kind

	// ID and Timestamp say where a message has its id and the time of its
	// signature; the zero Source where it has none.
	ID, Timestamp Source
	// Unit is what the timestamp counts.
	Unit Unit
	// Tolerance is how far the timestamp may lie from the receipt, either way;
	// 0 for any distance.
	Tolerance time.Duration

	// Content is what is signed: text with {id}, {timestamp}, {url} and {body}.
	Content string
}

// Kind is one kind of signature.
type Kind struct {
	// Field is the field of its items, "" where they have none.
	Field string
	Algorithm
	// Encoding is how its bytes are written.
	Encoding Encoding
	// Keys are the ways to read the key from a secret, tried in turn.
	Keys []Key
}

// Key is a way to read the key from a secret.
type Key struct {
	// Prefix is what the secret begins with, before the key.
	Prefix string
	// Bare reads a secret without the prefix, too.
	Bare bool
	// Encoding is how the key is written; Text for a key that is the text.
	Encoding Encoding
}

// Source is where a value stands. At most one of the fields is set.
type Source struct {
	// Header is the name of a header.
	Header string
	// Field is a field of the signature header.
	Field string
	// Body is a path of names in a JSON body: data.id.
	Body string
}

// Algorithm is how a signature is made.
type Algorithm byte

// The algorithms. All but Ed25519 are HMACs.
const (
	SHA256 Algorithm = iota
	SHA1
	SHA512
	Ed25519
)

// Encoding is how bytes are written as text.
type Encoding byte

// The encodings. Base64 and Base64URL have padding.
const (
	Text Encoding = iota
	Hex
	Base64
	Base64URL
)

// Unit is what a timestamp counts since 1970.
type Unit byte

// The units.
const (
	Seconds Unit = iota
	Milliseconds
)
