package findingtext

import "github.com/hooktop/hooktop/receiver/webhook/autopsy"

// layouts and escapes say how JSON is written, after "written".
var layouts = map[autopsy.Layout]string{
	autopsy.Compact: "without spaces", autopsy.Spaced: "with spaces after : and , (as Python does)",
	autopsy.Indent2: "indented by 2", autopsy.Indent4: "indented by 4", autopsy.Tabs: "indented with tabs",
}

var escapes = map[autopsy.Escapes]string{
	autopsy.GoEscapes:       `, with < > & as \u003c \u003e \u0026 (as Go does)`,
	autopsy.LineEscapes:     `, with U+2028 and U+2029 as \u2028 and \u2029`,
	autopsy.PythonEscapes:   `, with \u… for what is not ASCII (as Python does)`,
	autopsy.PHPEscapes:      `, with \u… for what is not ASCII and \/ for slashes (as PHP does)`,
	autopsy.SlashEscapes:    `, with \/ for slashes (as PHP does)`,
	autopsy.JacksonEscapes:  `, with \u… in capitals for what is not ASCII (as Jackson does)`,
	autopsy.WideHTMLEscapes: `, with \u… for what is not ASCII and for < > &`,
	autopsy.GsonEscapes:     `, with \u… for < > & = and ' (as Gson does)`,
	autopsy.DotNetEscapes:   `, with \u… in capitals for what is not ASCII and for < > & ' + (as .NET does)`,
}

func styleText(s autopsy.Style) string {
	text := layouts[s.Layout] + escapes[s.Escapes]
	if s.Sorted {
		text += ", with sorted keys"
	}
	if s.Reordered {
		text += ", with its keys in the order that this sender's other deliveries have"
	}
	if s.ObjectFirst {
		text += ", with id and object first in each object, as Stripe writes them"
	}
	if s.Plain {
		text += ", with numbers as JavaScript writes them"
	}
	return text
}

// Order says an order of keys, after "are"; "" for none.
func Order(o autopsy.Order) string {
	switch o {
	case autopsy.Alphabetical:
		return "in alphabetical order"
	case autopsy.ByLength:
		return "ordered by length, as PostgreSQL's jsonb keeps them"
	}
	return ""
}
