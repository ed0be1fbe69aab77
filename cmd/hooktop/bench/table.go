package bench

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
)

// Write prints the figures as a table.
func Write(w io.Writer, figures []Figure) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(t, "what\tfigure\tlimit\tratio\ttarget\tmet")
	for _, f := range figures {
		name := f.Name
		if f.Program != "" {
			name += " (" + f.Program + ")"
		}
		_, _ = fmt.Fprintf(t, "%s\t%s %s\t%s\t%s\t%s\t%s\n", name, number(f.Value), f.Unit, unlessZero(f.Limit), unlessZero(f.Ratio), f.Target, yesNo(f.Met))
	}
	return t.Flush()
}

// number writes a figure with about three digits.
func number(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func unlessZero(v float64) string {
	if v == 0 {
		return ""
	}
	return number(v)
}

func yesNo(met *bool) string {
	switch {
	case met == nil:
		return ""
	case *met:
		return "yes"
	}
	return "no"
}
