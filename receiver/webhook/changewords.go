package webhook

import "github.com/hooktop/hooktop/receiver/webhook/autopsy"

// rewrites begins what is said about a body that was read and written again.
const rewrites = "Something parses the JSON and writes it again on the way. "

const rawInJavaScript = "express.raw({type: 'application/json'}) before express.json(); await req.text(), not req.json(), in a Next.js route; rawBody in Fastify"

// edits say what was done to a body, after "before".
var edits = map[autopsy.Edit]string{
	autopsy.LineAdded:        "a line break was added at the end",
	autopsy.CRLFAdded:        "a line break (CR LF) was added at the end",
	autopsy.AroundAdded:      "spaces or line breaks were added at the ends",
	autopsy.EndAdded:         "spaces or line breaks were added at the end",
	autopsy.NULAdded:         "NUL bytes were added at the end",
	autopsy.BOMAdded:         "a byte order mark was added at the start",
	autopsy.BOMAndLineAdded:  "a byte order mark was added at the start and a line break at the end",
	autopsy.LineLost:         "the line break at the end was lost",
	autopsy.CRLFLost:         "the line break (CR LF) at the end was lost",
	autopsy.BOMLost:          "the byte order mark at the start was lost",
	autopsy.CRLFToLF:         "line breaks were changed from CR LF to LF",
	autopsy.LFToCRLF:         "line breaks were changed from LF to CR LF",
	autopsy.CRLFToLFLastLost: "line breaks were changed from CR LF to LF, and the last was lost",
	autopsy.LFToCRLFLastLost: "line breaks were changed from LF to CR LF, and the last was lost",
	autopsy.CRLFToLFOneAdded: "line breaks were changed from CR LF to LF, and one was added at the end",
	autopsy.LFToCRLFOneAdded: "line breaks were changed from LF to CR LF, and one was added at the end",
}

// recodings say what was done to a body's text, after "it was".
var recodings = map[autopsy.Recoding]string{
	autopsy.FromLatin1: "read as Latin-1 and written as UTF-8 (café became cafÃ©)",
	autopsy.ToLatin1:   "read as UTF-8 and written as Latin-1",
}

// howAndFix is how something arrived, after "it arrived", and what to do.
type howAndFix struct{ how, fix string }

var wrappings = map[autopsy.Wrapping]howAndFix{
	autopsy.InBase64:       {"base64-encoded", "A function gateway does that (isBase64Encoded): decode the body before it is passed on, or switch binary media types off."},
	autopsy.InString:       {"as a JSON string", "The body was stringified twice: pass the text itself on, not JSON.stringify of it."},
	autopsy.InStringBase64: {"as base64 in a JSON string", "The body was encoded twice: pass the bytes themselves on."},
	autopsy.InEvent:        {"inside a function gateway's event", `The gateway's whole event was passed on ({"body": …, "isBase64Encoded": …}): pass on its body, decoded from base64 where isBase64Encoded says so.`},
	autopsy.InForm:         {"URL-encoded", "Something sends it as a form: send the JSON itself, with curl --data-binary and not --data-urlencode, and no URLSearchParams around it."},
}

const (
	rawInPython = "Verify the raw body: request.get_data() in Flask, await request.body() in FastAPI, request.body in Django; not json.dumps of what was parsed."
	rawInPHP    = "Verify the raw body: file_get_contents('php://input'), or $request->getContent() in Laravel and Symfony; not json_encode of what was parsed."
	rawInGo     = "Verify the raw body: io.ReadAll(r.Body) first, then json.Unmarshal those bytes."
	rawInJava   = "Verify the raw body: read it as a string or as bytes, before it is bound to a class."
	unformatted = "Pass the raw body on: no formatter in a proxy, no JSON.stringify(body, null, 2); " + rawInJavaScript + "."
)

var writers = map[autopsy.Writer]howAndFix{
	autopsy.Stringify:     {"as JSON.stringify writes it: express.json, a Next.js pages route (NextApiRequest) and @clerk/fastify pass on what was parsed", "Pass the raw body on: " + rawInJavaScript + "."},
	autopsy.GoMap:         {"as Go's json.Marshal writes a map", rawInGo},
	autopsy.GoStruct:      {"as Go's json.Marshal writes it", rawInGo},
	autopsy.Python:        {"as Python's json.dumps writes it", rawInPython},
	autopsy.PythonUnicode: {"as Python's json.dumps(ensure_ascii=False) or a jsonb column of Postgres writes it", rawInPython},
	autopsy.PythonCompact: {"as Python's json.dumps(separators=(',', ':')) writes it", rawInPython},
	autopsy.PHP:           {"as PHP's json_encode writes it", rawInPHP},
	autopsy.PHPUnicode:    {"as PHP's json_encode(…, JSON_UNESCAPED_UNICODE) writes it", rawInPHP},
	autopsy.Jackson:       {"as Jackson (ESCAPE_NON_ASCII) or .NET's System.Text.Json writes it", rawInJava},
	autopsy.DotNet:        {"as .NET's System.Text.Json writes it", "Verify the raw body: read Request.Body before the model is bound."},
	autopsy.Gson:          {"as Gson writes it", rawInJava},
	autopsy.By2:           {"indented by 2, as JSON.stringify(body, null, 2) or a formatter writes it", unformatted},
	autopsy.By4:           {"indented by 4, as a formatter writes it", unformatted},
	autopsy.ByTabs:        {"indented with tabs, as a formatter writes it", unformatted},
}

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
	if s.Plain {
		text += ", with numbers as JavaScript writes them"
	}
	return text
}

// spellings say how a signature is written.
var spellings = map[autopsy.Spelling]string{
	autopsy.InHex:               "as hex",
	autopsy.InStdBase64:         "in base64",
	autopsy.InStdBase64Unpadded: "in base64 without its padding",
	autopsy.InURLBase64:         "in url-safe base64",
	autopsy.InURLBase64Unpadded: "in url-safe base64 without its padding",
	autopsy.Loosely:             "in base64 with meaningless bits at the end",
}

// keyForms say how a secret was used, after "but with".
var keyForms = map[autopsy.KeyForm]string{
	autopsy.WholeText:       "the whole text {prefix}… as the key",
	autopsy.BareText:        "the text after {prefix} as the key, not decoded",
	autopsy.WholeBase64:     "the whole text with {prefix} decoded as base64, as Buffer.from(secret, 'base64') does",
	autopsy.BareHex:         "the text after {prefix} decoded as hex",
	autopsy.BareUnpadded:    "the text after {prefix} without its padding as the key, not decoded",
	autopsy.WholeLine:       "the whole text {prefix}… and a line break as the key",
	autopsy.BareLine:        "the text after {prefix} and a line break as the key, not decoded",
	autopsy.BareBase64:      "the base64-decoded text after {prefix} as the key",
	autopsy.Twice:           "the base64 decoded twice",
	autopsy.HexText:         "the key written as hex, used as text",
	autopsy.UpperHexText:    "the key written as upper-case hex, used as text",
	autopsy.URLText:         "the key written as url-safe base64, used as text",
	autopsy.URLTextUnpadded: "the key written as url-safe base64 without padding, used as text",
	autopsy.BareURL:         "the text after {prefix} decoded as url-safe base64",
	autopsy.CutAtNUL:        "the key cut at its first NUL byte",
	autopsy.AsUTF8:          "the decoded key read as UTF-8 text",
	autopsy.AsLatin1:        "the decoded key as text with one character per byte, as atob returns it",
}
