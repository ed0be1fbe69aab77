package findingtext

import "github.com/hooktop/hooktop/receiver/webhook/autopsy"

// rewrites begins what is said about a body that was read and written again.
const rewrites = "Something parses the JSON and writes it again after it was signed. "

// RawInJavaScript says how to get the raw body in JavaScript.
const RawInJavaScript = "express.raw({type: 'application/json'}) before express.json(); await req.text(), not req.json(), in a Next.js route; rawBody in Fastify"

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

	autopsy.FromWindows1252:      "read as Windows-1252 and written as UTF-8 (’ became â€™)",
	autopsy.ToWindows1252:        "read as UTF-8 and written as Windows-1252",
	autopsy.FromLatin1Twice:      "twice read as Latin-1 and written as UTF-8",
	autopsy.FromWindows1252Twice: "twice read as Windows-1252 and written as UTF-8",
	autopsy.ToUTF16:              "written as UTF-16",
	autopsy.FormDecoded:          "decoded as a form's value (+ became a space)",
}

// howAndFix is how something arrived, after "it arrived", and what to do.
type howAndFix struct{ how, fix string }

var wrappings = map[autopsy.Wrapping]howAndFix{
	autopsy.InBase64:       {"base64-encoded", "A function gateway can do that (isBase64Encoded): decode the body before it is passed on, or switch binary media types off."},
	autopsy.InString:       {"as a JSON string", "The body was stringified twice: pass the text itself on, not JSON.stringify of it."},
	autopsy.InStringBase64: {"as base64 in a JSON string", "The body was encoded twice: pass the bytes themselves on."},
	autopsy.InEvent:        {"inside a function gateway's event", `The gateway's whole event was passed on ({"body": …, "isBase64Encoded": …}): pass on its body, decoded from base64 where isBase64Encoded says so.`},
	autopsy.InForm:         {"URL-encoded", "Something sends it as a form: send the JSON itself, with curl --data-binary and not --data-urlencode, and no URLSearchParams around it."},

	autopsy.InBuffer:      {`as JSON of a Buffer ({"type":"Buffer","data":[…]})`, "Something serializes the Buffer that express.raw or a function's runtime gave it: pass the Buffer itself on as the body, or body.toString('utf8'); not JSON.stringify(body), and not as the data of a client that serializes it."},
	autopsy.InBytes:       {"as JSON of its bytes ([123,34,…])", "Something serializes the bytes: pass them on as they are, or as text (new TextDecoder().decode(bytes))."},
	autopsy.InMember:      {"inside other JSON", "Something passes on its own JSON with the body in it: pass on the body alone, byte for byte."},
	autopsy.InArray:       {"inside a JSON array", "Something collects bodies in a list: pass on each one alone, byte for byte."},
	autopsy.InChunks:      {"with the framing of chunked HTTP left in it", "Something copied the bytes of the connection: decode Transfer-Encoding: chunked before the body is passed on or saved."},
	autopsy.InRequest:     {"with the HTTP headers before it", "Something passes the whole HTTP message on as the body: pass on what follows the empty line after the headers."},
	autopsy.InMultipart:   {"as a part of a multipart form", "Something sends it as multipart/form-data: send the JSON itself, with curl --data-binary and not -F, and no FormData around it."},
	autopsy.InCompression: {"compressed", "Something compressed the body, or kept it compressed: decompress it (Content-Encoding) before it is verified and passed on."},
	autopsy.InQuotes:      {"in quotes", "A shell can leave its quotes or backslashes around the body (cmd.exe takes ' for part of it): send it from a file with curl --data-binary @file."},
	autopsy.InPythonBytes: {"as Python's str() writes bytes (b'…')", "Something calls str() on the bytes: pass the bytes themselves on, or request.data.decode()."},
	autopsy.InPythonDict:  {"as Python's str() writes a dict ({'a': True})", "Something sends the parsed JSON as text: verify and pass on the raw body (request.get_data() in Flask, await request.body() in FastAPI), not str(request.json)."},
	autopsy.InEntities:    {`with HTML entities (&quot; for ")`, "Something escapes the body for HTML: pass the raw body on, without htmlspecialchars or an escaping template."},
}

const (
	rawInPython = "Verify the raw body: request.get_data() in Flask, await request.body() in FastAPI, request.body in Django; not json.dumps of what was parsed."
	rawInPHP    = "Verify the raw body: file_get_contents('php://input'), or $request->getContent() in Laravel and Symfony; not json_encode of what was parsed."
	rawInGo     = "Verify the raw body: io.ReadAll(r.Body) first, then json.Unmarshal those bytes."
	rawInJava   = "Verify the raw body: read it as a string or as bytes, before it is bound to a class."
	unformatted = "Pass the raw body on: no formatter in a proxy, no JSON.stringify(body, null, 2); " + RawInJavaScript + "."
)

var writers = map[autopsy.Writer]howAndFix{
	autopsy.Stringify:     {"as JSON.stringify writes it: express.json, a Next.js pages route (NextApiRequest) and @clerk/fastify pass on what was parsed", "Pass the raw body on: " + RawInJavaScript + "."},
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
