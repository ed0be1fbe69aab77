package print

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved"
)

// Imported sums up an import.
func Imported(sum saved.ImportSummary) string {
	parts := []string{fmt.Sprintf("imported %d: %d verified, %d not", sum.New, sum.Verified, sum.New-sum.Verified)}
	switch {
	case sum.Masked == 1:
		parts = append(parts, "1 body was masked in the export, so its signature cannot verify")
	case sum.Masked > 1:
		parts = append(parts, fmt.Sprintf("%d bodies were masked in the export, so their signatures cannot verify", sum.Masked))
	}
	if sum.Known > 0 {
		parts = append(parts, fmt.Sprintf("%d already there", sum.Known))
	}
	if text := skippedText(sum.Other); text != "" {
		parts = append(parts, text)
	}
	return strings.Join(parts, "; ")
}

// skippedText says how many entries are not deliveries, and what they are.
func skippedText(other map[string]saved.Skipped) string {
	n := 0
	var kinds []string
	for _, what := range slices.Sorted(maps.Keys(other)) {
		kind, skipped := what, other[what]
		if skipped.Count > 1 {
			kind += fmt.Sprintf(" ×%d, first in %s", skipped.Count, skipped.First)
		} else {
			kind += " in " + skipped.First
		}
		n, kinds = n+skipped.Count, append(kinds, kind)
	}
	if n == 0 {
		return ""
	}
	const shown = 4
	if len(kinds) > shown {
		kinds = append(kinds[:shown], "…")
	}
	return fmt.Sprintf("skipped %d that are not deliveries: %s", n, strings.Join(kinds, "; "))
}
