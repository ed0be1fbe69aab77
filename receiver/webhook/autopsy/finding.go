package autopsy

// Cause is the kind of thing that explains a signature that does not hold.
type Cause int

// The causes.
const (
	// OtherSecret: it was signed with a secret that the endpoint does not verify
	// with.
	OtherSecret Cause = iota + 1
	// Whitespace: the body was changed at its ends or in its line breaks alone.
	Whitespace
	// Wrapped: the body arrived inside a wrapping.
	Wrapped
	// Recoded: the body's text was read in one encoding and written in another.
	Recoded
	// Reserialized: the body was read as JSON and written again.
	Reserialized
	// Number: so it was, and a number was lost that cannot be told from the rest.
	Number
	// WrongContent: something else was signed, or the signature is written in
	// another form.
	WrongContent
	// WrongKey: the right secret was turned into a key in another way.
	WrongKey
	// DoubledHeader: the id's header arrived more than once.
	DoubledHeader
)

// Finding is what explains a signature that does not hold. The fields beyond
// Secret are those of its cause.
type Finding struct {
	Cause Cause
	// Secret is the index of the secret that signed, counted through the Keyring.
	Secret int

	// Edit is what was done to the body, with Whitespace.
	Edit Edit
	// Wrapping is what the body arrived in, with Wrapped.
	Wrapping Wrapping
	// Recoding is what was done to the body's text, with Recoded.
	Recoding Recoding
	// Style is how the signed JSON was written, with Reserialized and Number;
	// Writer is what writes JSON as the body arrived, 0 where none is known to. Order
	// is that of the keys that arrived, with a Style that is Reordered.
	Style  Style
	Writer Writer
	Order  Order
	// Number is a number of the body that arrived, Was what it was when it was
	// signed, with Number.
	Number, Was string
	// Content is the template of what was signed, and Written how the signature is
	// written, with WrongContent.
	Content string
	Written Written
	// Key is how the secret was used, with WrongKey.
	Key KeyForm

	// Difference is where the signed and the arrived body begin to differ; nil
	// where the bytes are not compared.
	Difference *Difference
}

// Difference is the first place at which two bodies differ.
type Difference struct {
	// Offset is how many bytes are the same before it.
	Offset          int
	Signed, Arrived Excerpt
}

// Excerpt is a few bytes of a body around a place.
type Excerpt struct {
	Text []byte
	// Ends reports whether the body ends before or at the place.
	Ends bool
}

func difference(signed, arrived []byte) *Difference {
	at := 0
	for at < len(signed) && at < len(arrived) && signed[at] == arrived[at] {
		at++
	}
	return &Difference{at, excerpt(signed, at), excerpt(arrived, at)}
}

func excerpt(b []byte, at int) Excerpt {
	const before, after = 12, 20
	if at >= len(b) && len(b) <= before {
		return Excerpt{append([]byte(nil), b...), true}
	}
	return Excerpt{append([]byte(nil), b[max(0, at-before):min(len(b), at+after)]...), at >= len(b)}
}
