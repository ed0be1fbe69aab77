package autopsy

import (
	"bytes"
	"slices"
)

const bom = "\xef\xbb\xbf"

// copying is how many bytes are copied or looked at in the time that it takes
// to hash one.
const copying = 8

// Edit is a change to a body at its ends or in its line breaks alone.
type Edit int

// The edits: what was done on the way.
const (
	// LineAdded: a line break was added at the end.
	LineAdded Edit = iota + 1
	// CRLFAdded: a line break (CR LF) was added at the end.
	CRLFAdded
	// AroundAdded: spaces or line breaks were added at the ends.
	AroundAdded
	// EndAdded: spaces or line breaks were added at the end.
	EndAdded
	// NULAdded: NUL bytes were added at the end.
	NULAdded
	// BOMAdded: a byte order mark was added at the start.
	BOMAdded
	// BOMAndLineAdded: a byte order mark was added at the start and a line break at the end.
	BOMAndLineAdded
	// LineLost: the line break at the end was lost.
	LineLost
	// CRLFLost: the line break (CR LF) at the end was lost.
	CRLFLost
	// BOMLost: the byte order mark at the start was lost.
	BOMLost
	// CRLFToLF: line breaks became LF and were CR LF.
	CRLFToLF
	// LFToCRLF: line breaks became CR LF and were LF.
	LFToCRLF
	// CRLFToLFLastLost: line breaks became LF and were CR LF, and the last was lost.
	CRLFToLFLastLost
	// LFToCRLFLastLost: line breaks became CR LF and were LF, and the last was lost.
	LFToCRLFLastLost
	// CRLFToLFOneAdded: line breaks became LF and were CR LF, and one was added at the end.
	CRLFToLFOneAdded
	// LFToCRLFOneAdded: line breaks became CR LF and were LF, and one was added at the end.
	LFToCRLFOneAdded
)

// edits are the edits in the order in which they are tried, and what undoes them.
var edits = []struct {
	edit Edit
	undo func(arrived []byte) []byte
}{
	{LineAdded, func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\n")) }},
	{CRLFAdded, func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\r\n")) }},
	{AroundAdded, func(b []byte) []byte { return bytes.Trim(b, " \t\r\n") }},
	{EndAdded, func(b []byte) []byte { return bytes.TrimRight(b, " \t\r\n") }},
	{NULAdded, func(b []byte) []byte { return bytes.TrimRight(b, "\x00") }},
	{BOMAdded, func(b []byte) []byte { return bytes.TrimPrefix(b, []byte(bom)) }},
	{BOMAndLineAdded, func(b []byte) []byte { return bytes.TrimRight(bytes.TrimPrefix(b, []byte(bom)), "\r\n") }},
	{LineLost, func(b []byte) []byte { return append(bytes.Clone(b), '\n') }},
	{CRLFLost, func(b []byte) []byte { return append(bytes.Clone(b), "\r\n"...) }},
	{BOMLost, func(b []byte) []byte { return append([]byte(bom), b...) }},
	{CRLFToLF, toCRLF},
	{LFToCRLF, toLF},
	{CRLFToLFLastLost, func(b []byte) []byte { return append(toCRLF(b), "\r\n"...) }},
	{LFToCRLFLastLost, func(b []byte) []byte { return append(toLF(b), '\n') }},
	{CRLFToLFOneAdded, func(b []byte) []byte { return toCRLF(bytes.TrimSuffix(b, []byte("\n"))) }},
	{LFToCRLFOneAdded, func(b []byte) []byte { return toLF(bytes.TrimSuffix(b, []byte("\r\n"))) }},
}

func toLF(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }

func toCRLF(b []byte) []byte { return bytes.ReplaceAll(toLF(b), []byte("\n"), []byte("\r\n")) }

// whitespace: the body differs from the one that was signed at its ends or in
// its line breaks alone.
func (s *search) whitespace() *Finding {
	tried := make([][]byte, 0, len(edits))
	for _, form := range edits {
		if !s.budget.Spend(len(s.body) / copying) {
			return nil
		}
		body := form.undo(s.body)
		if slices.ContainsFunc(tried, func(b []byte) bool { return bytes.Equal(b, body) }) {
			continue
		}
		tried = append(tried, body)
		if secret, ok := s.signer(body); ok {
			return &Finding{Cause: Whitespace, Secret: secret, Edit: form.edit, Difference: difference(body, s.body)}
		}
	}
	return nil
}
