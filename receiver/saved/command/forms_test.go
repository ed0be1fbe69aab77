package command

import (
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

// A webhook, as every form below has it: its body has what escapes get wrong.
const (
	hookURL  = "http://localhost:3000/api/webhooks/clerk?a=100%25&b=[1]"
	hookBody = `{"data":{"name":"O'Brien \"Bo\" \\ 100% $x ^ & | < > ! é😀","text":"a\nb"},"n":[1,""]}`
)

var hookHeaders = [][2]string{
	{"content-type", "application/json"}, {"svix-id", "msg_1"}, {"svix-timestamp", "1614265330"}, {"svix-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
}

// isHook reports what is wrong with a request that should be the webhook.
func isHook(t *testing.T, text string, body string) {
	t.Helper()
	all, err := Read([]byte(text), nil)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	want := http.Header{}
	for _, h := range hookHeaders {
		want.Set(h[0], h[1])
	}
	if len(all) != 1 || all[0].Method != http.MethodPost || all[0].URL != hookURL || string(all[0].Body) != body || !reflect.DeepEqual(all[0].Header, want) {
		t.Errorf("read %d: %+v\nbody %s\nwant %s\nof %s", len(all), all, all[0].Body, body, text)
	}
	if !Looks([]byte(text)) {
		t.Errorf("it does not look like a command: %s", text)
	}
}

// curlWith writes the webhook as a curl command; quote quotes a word, and next ends
// a line that goes on.
func curlWith(program, next string, quote func(string) string, body string) string {
	brackets := regexp.MustCompile(`[\[\]{}]`)
	parts := []string{program + " " + brackets.ReplaceAllString(quote(hookURL), `\$0`)}
	if program == "curl.exe" { // Firefox does not escape them
		parts = []string{program + " " + quote(hookURL), "--globoff", "-X POST"}
	}
	for _, h := range hookHeaders {
		parts = append(parts, "-H "+quote(h[0]+": "+h[1]))
	}
	return strings.Join(append(parts, "--data-raw "+quote(body), "--compressed"), next)
}

func replace(pattern, with string) func(string) string {
	re := regexp.MustCompile(pattern)
	return func(s string) string { return re.ReplaceAllString(s, with) }
}

// Browsers and tools write a command in several ways; all are the same request.
func TestReadsACommandAsABrowserCopiesIt(t *testing.T) {
	caret := replace("[^a-zA-Z0-9\\s_\\-:=+~'/.',?;()*`]", "^$0")
	percent := func(s string) string {
		return regexp.MustCompile(`%(\^?)([a-zA-Z0-9_])`).ReplaceAllString(s, "%^$2")
	}
	chrome := func(quote string) func(string) string {
		return func(s string) string {
			s = strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), `"`, `\"`)
			return quote + strings.ReplaceAll(percent(caret(s)), "\n", "^\n\n") + quote
		}
	}
	firefox := func(s string) string {
		s = percent(caret(strings.ReplaceAll(s, `"`, `\"`)))
		return `^"` + strings.ReplaceAll(s, "\n", "\"^\r\n\r\n\"") + `^"`
	}
	old := func(s string) string {
		s = strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, `"`, `""`), "%", `"%"`), `\`, `\\`)
		return `"` + s + `"`
	}
	posix := func(s string) string { // Chrome, Edge
		if !regexp.MustCompile("[\x00-\x1f\x7f!']").MatchString(s) {
			return "'" + s + "'"
		}
		s = strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`, "!", `\u0021`).Replace(s)
		return "$'" + s + "'"
	}
	safari := func(s string) string { // it escapes all that is not ASCII, in UTF-16
		var b strings.Builder
		for _, unit := range utf16.Encode([]rune(strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(s))) {
			if unit > '~' || unit == '!' {
				fmt.Fprintf(&b, `\u%04x`, unit)
			} else {
				b.WriteByte(byte(unit))
			}
		}
		return "$'" + b.String() + "'"
	}
	insomnia := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	postman := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'" }
	doubled := func(s string) string {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`, "`", "\\`").Replace(s) + `"`
	}
	program := func(s string) string { // as Windows programs read it
		return `"` + regexp.MustCompile(`(\\*)"`).ReplaceAllString(s, `$1$1\"`) + `"`
	}
	plain := strings.ReplaceAll(hookBody, " ^ & | < >", "") // cmd.exe takes those for its own there
	even := strings.ReplaceAll(plain, `\n`, `\\`)
	lines := strings.ReplaceAll(hookBody, ",", ",\n ")
	for name, text := range map[string][2]string{
		"Chrome":                {curlWith("curl", " \\\n  ", posix, hookBody), hookBody},
		"Chrome, lines":         {curlWith("curl", " \\\n  ", posix, lines), lines},
		"Safari":                {curlWith("curl", " \\\n", safari, hookBody), hookBody},
		"Insomnia":              {curlWith("curl", " \\\n  ", insomnia, lines), lines},
		"Postman":               {curlWith("curl --location", " \\\n", postman, lines), lines},
		"double quotes":         {curlWith("curl", " ", doubled, hookBody), hookBody},
		"saved on Windows":      {strings.ReplaceAll(curlWith("curl", " \\\n  ", insomnia, lines), "\n", "\r\n"), lines},
		"Chrome, cmd":           {curlWith("curl", " ^\r\n  ", chrome(`^"`), hookBody), hookBody},
		"Chrome, cmd, LF":       {curlWith("curl", " ^\n  ", chrome(`^"`), hookBody), hookBody},
		"Chrome, cmd, lines":    {curlWith("curl", " ^\n  ", chrome(`^"`), lines), lines},
		"Chrome, cmd, one line": {curlWith("curl", " ", chrome(`^"`), hookBody), hookBody},
		"older Chrome, cmd":     {curlWith("curl", " ^\n  ", chrome(`"`), hookBody), hookBody},
		"oldest Chrome, cmd":    {strings.ReplaceAll(curlWith("curl", " ", old, strings.ReplaceAll(hookBody, "'", "’")), "\n", ""), strings.ReplaceAll(hookBody, "'", "’")},
		"by hand, cmd":          {curlWith("curl", " ^\n", program, plain), plain},
		"by hand, even, cmd":    {curlWith("curl", " ^\n", program, even), even},
		"Firefox, cmd":          {curlWith("curl.exe", " ^\n  ", firefox, hookBody), hookBody},
		"Firefox, cmd, lines":   {curlWith("curl.exe", " ^\r\n  ", firefox, lines), lines},
	} {
		t.Run(name, func(t *testing.T) { isHook(t, text[0], text[1]) })
		if !strings.Contains(name, "cmd") {
			continue
		}
		t.Run(name+" at a prompt", func(t *testing.T) { isHook(t, `C:\Users\Ada Lovelace>`+text[0]+"\r\n{\"ok\":true}\r\n", text[1]) })
	}
}

// psQuote quotes as Chrome does for PowerShell.
func psQuote(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		switch {
		case unit > '~' || unit < ' ':
			fmt.Fprintf(&b, "$([char]%d)", unit)
		case unit == '`' || unit == '$' || unit == '"':
			b.WriteString("`" + string(rune(unit)))
		default:
			b.WriteByte(byte(unit))
		}
	}
	return `"` + b.String() + `"`
}

func TestReadsPowerShell(t *testing.T) {
	single := func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }
	var table, adds []string
	for _, h := range hookHeaders[1:] {
		table = append(table, psQuote(h[0])+"="+psQuote(h[1]))
		adds = append(adds, fmt.Sprintf("$headers.Add(%s, %s)", psQuote(h[0]), single(h[1])))
	}
	head := "@{\n" + strings.Join(table, "\n  ") + "\n}"
	session := "$session = New-Object Microsoft.PowerShell.Commands.WebRequestSession\n$session.Cookies.Add((New-Object System.Net.Cookie(\"a\", \"b\", \"/\", \"localhost\")))\n"
	for name, text := range map[string]string{
		"Chrome": session + "Invoke-WebRequest -UseBasicParsing -Uri " + psQuote(hookURL) + " `\n-Method \"POST\" `\n-WebSession $session `\n-Headers " + head +
			" `\n-ContentType \"application/json\" `\n-Body ([System.Text.Encoding]::UTF8.GetBytes(" + psQuote(hookBody) + "))",
		"Chrome, CRLF": strings.ReplaceAll("Invoke-WebRequest -Uri "+psQuote(hookURL)+" `\n-Method \"POST\" `\n-Headers "+head+" `\n-ContentType \"application/json\" `\n-Body "+psQuote(hookBody), "\n", "\r\n"),
		"Postman": "$headers = New-Object \"System.Collections.Generic.Dictionary[[String],[String]]\"\n" + strings.Join(adds, "\n") + "\n$headers.Add(\"Content-Type\", \"application/json\")\n\n$body = @'\n" + hookBody +
			"\n'@\n\n$response = Invoke-RestMethod " + single(hookURL) + " -Method 'POST' -Headers $headers -Body $body\n$response | ConvertTo-Json",
		"written": "# try it\n$h = @{ 'svix-id' = 'msg_1'; \"svix-timestamp\" = '1614265330' }\n$h['svix-signature'] = '" + hookHeaders[3][1] + "'\n$params = @{ Uri = " + single(hookURL) +
			"; Method = 'post'; Headers = $h; ContentType = 'application/json' }\ntry { irm @params -Body " + single(hookBody) + " | Out-Null } catch { Write-Host $_ }",
		"here-string": "iwr " + single(hookURL) + " -Meth:POST -H " + head + " -Cont application/json -Body @\"\n" + strings.NewReplacer("$", "`$", "`", "``").Replace(hookBody) + "\n\"@",
		"curl.exe":    "PS C:\\app> curl.exe --globoff -X POST " + single(hookURL) + curlHeaders(single) + " `\n  --data-raw " + single(hookBody) + "\n\nOK",
		"curl.exe before 7.3": "curl.exe -X POST " + single(hookURL) + curlHeaders(single) + " `\n --data-raw " +
			single(strings.ReplaceAll(strings.ReplaceAll(hookBody, `\`, "\x00"), `"`, `\"`)),
	} {
		t.Run(name, func(t *testing.T) {
			if name == "curl.exe before 7.3" { // a body without backslashes
				body := strings.NewReplacer(`\"`, "", `\\`, "", `\n`, "").Replace(hookBody)
				text = "curl.exe -X POST " + single(hookURL) + curlHeaders(single) + " `\n --data-raw " + single(strings.ReplaceAll(body, `"`, `\"`))
				isHook(t, text, body)
				return
			}
			isHook(t, text, hookBody)
		})
	}
}

func curlHeaders(quote func(string) string) string {
	text := ""
	for _, h := range hookHeaders {
		text += " -H " + quote(h[0]+": "+h[1])
	}
	return text
}

// Prompts, what a command printed and what stands around it do not matter.
func TestReadsACommandOutOfATerminal(t *testing.T) {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	one := curlWith("curl", " ", quote, hookBody)
	several := curlWith("curl", " \\\n", quote, hookBody)
	for name, text := range map[string]string{
		"dollar":        "$ " + one,
		"percent":       "% " + one,
		"without space": "$" + one,
		"bash":          "ada@host:~/src/my-app$ " + one,
		"root":          "root@host:/# " + one,
		"brackets":      "[ada@host app]$ " + one,
		"zsh":           "ada@mac my-app % " + one,
		"environment":   "(venv) ada@host:~$ " + one,
		"oh my zsh":     "➜  app git:(main) ✗ " + one,
		"starship":      "❯ " + one,
		"fish":          "ada@host ~/app> " + one,
		"answer":        "$ " + one + "\n{\"received\":true}\n$ \n",
		"broken answer": "$ " + one + "\n<html>it's `broken (\n",
		"next prompts":  "$ " + strings.ReplaceAll(several, "\\\n", "\\\n> "),
		"indented":      "   $ " + strings.ReplaceAll(several, "\\\n", "\\\n     "),
		"fence":         "```bash\n" + several + "\n```\nand so on",
		"shebang":       "#!/bin/sh\nset -e\n# it sends\n" + one + "\n",
		"byte order":    "\ufeff" + one,
		"time":          "time " + one,
		"path":          "/usr/bin/" + one,
		"sudo":          "sudo -u ada " + one,
		"alias":         "\\" + one,
		"superuser":     "# " + one + "\nok\n",
		"history":       "  501  " + one,
		"traced":        "+ " + one,
		"two lines":     "╭─ ~/app  main\n╰─❯ " + one,
		"a line above":  "~/app main*\n❯ " + one + "\n{}\n",
		"Markdown":      "# Try it\n\nRun this:\n\n```sh\n" + several + "\n```\nand so on",
		"commented":     "# curl http://old -d x\n" + one + "\n# curl http://older\n",
		"lost escapes":  strings.ReplaceAll(several, " \\\n", "\n"),
		"lost spaces":   strings.ReplaceAll(several, " \\\n", " \\ \n"),
		"watch":         "watch -n 2 " + one,
		"other prompt":  "$ export A=1\n$ cd app\n$ " + one,
	} {
		t.Run(name, func(t *testing.T) { isHook(t, text, hookBody) })
	}
}

func TestReadsHTTPie(t *testing.T) {
	quote := func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
	items := ""
	for _, h := range hookHeaders {
		items += " " + quote(h[0]+":"+h[1])
	}
	for name, text := range map[string]string{
		"raw":       "http POST " + quote(hookURL) + items + " --raw " + quote(hookBody),
		"options":   "http --ignore-stdin -v --print=hb --raw=" + quote(hookBody) + " post " + quote(hookURL) + items,
		"pipe":      "printf %s " + quote(hookBody) + " | http " + quote(hookURL) + items,
		"here-text": "http POST " + quote(hookURL) + items + " <<EOF\n",
		"short URL": "http POST " + quote(strings.TrimPrefix(hookURL, "http://localhost")) + items + " --raw " + quote(hookBody),
		"xh":        "xh -b post " + quote(hookURL) + items + " --raw " + quote(hookBody),
		"prompt":    "$ http POST " + quote(hookURL) + items + " --raw " + quote(hookBody) + "\nHTTP/1.1 200 OK\n",
	} {
		if name == "here-text" {
			text = "cat <<'EOF' | " + strings.TrimSuffix(text, " <<EOF\n") + "\n" + hookBody + "\nEOF\n"
			t.Run(name, func(t *testing.T) { isHook(t, text, hookBody+"\n") })
			continue
		}
		t.Run(name, func(t *testing.T) { isHook(t, text, hookBody) })
	}
	for text, want := range map[string]string{
		`http :3000/x a=b c:='[1, {"d": null}]' e=é a:b`: `{"a": "b", "c": [1, {"d": null}], "e": "\u00e9"}`,
		`xh :3000/x a=b c:='[1, {"d": null}]' e=é a:b`:   `{"a":"b","c":[1,{"d":null}],"e":"é"}`,
		`http -f :3000/x a='b c' d==e 'f\=g=h'`:          `a=b+c&f%3Dg=h`,
	} {
		all, err := Read([]byte(text), nil)
		if err != nil || len(all) != 1 || string(all[0].Body) != want || all[0].Method != http.MethodPost || !strings.HasPrefix(all[0].URL, "http://localhost:3000/x") {
			t.Errorf("%s: %+v, %v", text, all, err)
		}
	}
}

// Other libraries send the same with other words.
func TestReadsCallsOfLibraries(t *testing.T) {
	headers := "{"
	for _, h := range hookHeaders {
		headers += fmt.Sprintf("%q: %q, ", h[0], h[1])
	}
	headers += "}"
	body := "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(hookBody) + "'"
	u := fmt.Sprintf("%q", hookURL)
	for name, text := range map[string]string{
		"axios.post":    "const axios = require('axios');\naxios.post(" + u + ", " + body + ", { headers: " + headers + " }).then(r => console.log(r.data));",
		"axios":         "let config = { method: 'post', maxBodyLength: Infinity, url: " + u + ", headers: " + headers + ", data: " + body + " };\naxios.request(config)",
		"axios object":  "await axios({ method: 'POST', url: " + u + ", headers: " + headers + ", data: JSON.parse(" + body + ") })",
		"got":           "import got from 'got';\nconst { body } = await got.post(" + u + ", { headers: " + headers + ", body: " + body + " });",
		"ky":            "ky.post(" + u + ", {headers: " + headers + ", json: JSON.parse(" + body + ")})",
		"typed":         "const headers: Record<string, string> = " + headers + ";\nconst res = await fetch(" + u + ", { method: 'POST', headers, body: " + body + " } as RequestInit)",
		"undici":        "undici.fetch(" + u + ", {method: `POST`, headers: " + headers + ", body: Buffer.from(" + body + ")})",
		"several lines": "// send it\nconst url = " + u + "\nconst body = " + body + "\nfetch(url,\n{ method: 'POST', headers: " + headers + ", body })",
	} {
		t.Run(name, func(t *testing.T) { isHook(t, text, hookBody) })
	}
}

// What cannot be read is an error that says where and what.
func TestSaysWhatItCannotRead(t *testing.T) {
	for text, want := range map[string]string{
		`curl http://a -H "svix-id: $ID" -d x`:                                             `line 1, column 28: the command does not set the variable $ID`,
		"curl http://a \\\n -d \"$(jq -c . body.json)\"":                                   `line 2, column 6: hooktop does not run "jq"`,
		`jq -c . body.json | curl http://a -d @-`:                                          `"jq"`,
		`curl http://a -d @-`:                                                              `standard input`,
		`curl http://a -d @body.json`:                                                      `"body.json"`,
		`curl http://a -d x -H @h.txt`:                                                     `"h.txt"`,
		`curl http://a -F a=b`:                                                             `--form`,
		`curl http://a --frobnicate -d x`:                                                  `"--frobnicate"`,
		`curl http://a -d x -H`:                                                            `-H has no value`,
		`curl http://a -d x -H 'svix-id msg_1'`:                                            `"svix-id msg_1" is not a header`,
		`curl http://a -d {"a": 1}`:                                                        `quotes may be missing`,
		`curl http://a -d 'x`:                                                              `line 1, column 18: cannot read the command`,
		`curl http://a -d $((1+1))`:                                                        `would evaluate`,
		`curl http://a -d {1..99999999}`:                                                   `braces`,
		`curl “http://a” -d x`:                                                             `typographic`,
		`curl http://a –d x`:                                                               `typographic`,
		`curl -K conf`:                                                                     `--config`,
		`for i in 1 2; do curl http://a; done`:                                             `loops`,
		`cd x; curl http://a -d @y`:                                                        `another folder`,
		`curl http://a | curl http://b -d @-`:                                              `depends on the answer`,
		`curl http://a -d "$(curl http://b)"`:                                              `the answer to a request`,
		`A=$(date); curl http://a -H "a: $A"`:                                              `"date"`,
		`wget --post-file=x http://a`:                                                      `"x"`,
		`wget --frob http://a`:                                                             `"--frob"`,
		`http POST :3000 a@b`:                                                              `form`,
		`http POST :3000 'a: b' what`:                                                      `"what"`,
		`http --session=x POST :3000`:                                                      `--session`,
		`http POST :3000 a=b 1=c`:                                                          `"1"`,
		`curl http://a --request-target /b`:                                                `--request-target`,
		`printf x | xxd -r -p | curl http://a --data-binary @-`:                            `"xxd"`,
		`let b = 'x'; if (y) { b = 'z' } fetch('http://a', {body: b})`:                     `the change to "b"`,
		`function f(b) { fetch('http://a', {body: b}) } const b = 'x'`:                     `"b" is not known`,
		`let b = 'x'; function f() { fetch('http://a', {body: b}) } b = 'y'; f()`:          `the change to "b"`,
		`let b = 1; while (b < 3) { b++; fetch('http://a/' + b) }`:                         `the change to "b"`,
		`http POST :3000 a:=1.50`:                                                          `--raw`,
		"curl ^\r\n ^\"http://a^\" -H ^\"a: %ID%^\"":                                       `%ID%`,
		"C:\\>curl -d 'x' 'http://a'":                                                      `single quote`,
		"curl http://a ^\n -d \"{\\\"a\\\": \\\"x & y\\\"}\"":                              `is not closed`,
		"C:\\>curl http://a ^\n -d \"{\\\"a\\\": \\\"x & y\\\"}\"\nok":                     `is not closed`,
		"curl http://a ^\n -d \"{\\\"a\\\": \\\"x > y\\\"}\"":                              `is not closed`,
		"C:\\>curl http://a -d x | more":                                                   `column 24`,
		`fetch("http://a", {method: "POST", body: payload})`:                               `line 1, column 42: the value of "payload" is not known`,
		"fetch(`http://a`, {headers: {a: `${process.env.X}`}})":                            `process.env.X`,
		`fetch("http://a", {method: "POST", body: {a: 1}})`:                                `JSON.stringify`,
		`fetch("http://a", {body: JSON.stringify({a: Date.now()})})`:                       `"Date.now"`,
		`const b = {a: 1}; b.c.d = 2; fetch("/", {body: JSON.stringify(b), headers: b.c})`: `"c"`,
		`let b = "x"; b += "y"; fetch("http://a", {body: b})`:                              `the change to "b"`,
		`fetch(url)`:                                   `"url"`,
		`Invoke-RestMethod http://a -Body $b`:          `$b`,
		`irm http://a -Body (@{a=1} | ConvertTo-Json)`: `does not evaluate`,
		`irm http://a -Method POST -Body @{a=1}`:       `hash table`,
		`irm http://a -Frob x`:                         `"-frob"`,
		`PS> Get-Date`:                                 `"get-date"`,
		`docker run curlimages/curl curl http://a`:     `"docker"`,
		"#!/bin/sh\npython3 send.py curl \n":           `no supported command`,
	} {
		all, err := Read([]byte(text), Beside(t.TempDir()))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\nread %+v, %v; want %s", text, all, err, want)
		}
		if e := (*Error)(nil); err != nil && (!errors.As(err, &e) || e.Fix() == "") {
			t.Errorf("%s: no fix", text)
		}
	}
}

// What is not a command is left to others.
func TestLeavesOtherTextsAlone(t *testing.T) {
	for _, text := range []string{
		"POST /hook HTTP/1.1\nHost: a\n\n{}", "svix-id: msg_1\nuser-agent: curl/8\n\n{\"a\":\"curl x\"}", `{"headers":{},"body":"curl http://a"}`, "remember the milk", "",
		"http://localhost:3000/x", "HTTP/1.1 200 OK\r\n\r\n", "2026-01-01 curl/8.1 said hello", "Host: curl \n\ncurl x", "$ch = curl_init('http://a');",
	} {
		if Looks([]byte(text)) {
			t.Errorf("%q looks like a command", text)
		}
	}
}
