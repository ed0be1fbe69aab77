package command

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

// sent is what a server got of a request that a program really sent.
type sent struct {
	Method, URL, Body string
	Header            http.Header
}

// listening returns the URL of a server, and a function that returns what it got
// since it was last called.
func listening(t *testing.T) (string, func() []sent) {
	t.Helper()
	var mu sync.Mutex
	var got []sent
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		got = append(got, sent{r.Method, r.URL.RequestURI(), string(body), ofCommand(r.Header)})
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []sent {
		mu.Lock()
		defer mu.Unlock()
		all := got
		got = nil
		return all
	}
}

// ofCommand leaves out the headers that clients add themselves, or make of the
// connection.
func ofCommand(h http.Header) http.Header {
	kept := http.Header{}
	for name, values := range h {
		switch name {
		case "Accept", "Accept-Encoding", "Accept-Language", "Connection", "Content-Length", "Expect", "Host", "User-Agent", "Sec-Fetch-Mode", "Keep-Alive":
		default:
			kept[name] = values
		}
	}
	return kept
}

// read returns what Read reads, in the form of what a server gets.
func read(t *testing.T, text, dir string) []sent {
	t.Helper()
	all, err := Read([]byte(text), Beside(dir))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	var made []sent
	for _, q := range all {
		_, path, _ := strings.Cut(q.URL, "://")
		_, path, _ = strings.Cut(path, "/")
		made = append(made, sent{q.Method, "/" + path, string(q.Body), ofCommand(q.Header)})
	}
	return made
}

// shellCommands are sent for real by a shell; URL stands for the server's address.
var shellCommands = map[string]string{
	"joined options":     `curl -sSL -XPOST -H'svix-id: msg_1' -d'{"a":1}' URL/hook`,
	"long options":       `curl --silent --request POST --url URL/a?b=c --header 'Svix-Id: 1' --header 'Svix-Id: 2' --data-raw '@{"a":1}'`,
	"abbreviated":        `curl --sil --heade 'a: b' --data-bin '{"x":2}' URL/`,
	"several data":       `curl -s URL/x -d a=1 -d b=2 --data-urlencode 'c=d e&f' --data-urlencode '=ü/' --data-urlencode g@body.json`,
	"json twice":         `curl -s URL/x --json '{"a":' --json '1}'`,
	"get":                `curl -s -G URL/x?y=z -d 'a=b+c' --data-urlencode 'q=r s'`,
	"body file":          `curl -s URL/x -d @lines.txt`,
	"binary file":        `curl -s URL/x --data-binary @lines.txt -H 'Content-Type: text/plain'`,
	"header file":        `curl -s URL/x -H @headers.txt -d ''`,
	"upload":             `curl -s -T lines.txt URL/up`,
	"upload stdin":       `curl -s -T - URL/up -H 'Content-Type: x' < lines.txt`,
	"ansi":               `curl -s URL/x --data-raw $'it\'s \u0021 \u00e9\x41\041\n\ttab \\ \q'`,
	"double quotes":      `curl -s URL/x -H "a: b\\c \"d\" \e" -d "{\"a\":\"\\n \$x\"}"`,
	"continued":          "curl -s \\\n  URL/x \\\n -H 'a: b' \\\n --data '{\n  \"a\": 1\n}'",
	"here document":      "curl -s URL/x -H 'a: b' --data-binary @- <<'EOF'\n{\"a\": \"$HOME\"}\nEOF",
	"expanding document": "X=1; curl -s URL/x --data-binary @- <<EOF\n{\"a\": \"$X\", \"b\": \"\\$X \\\\ \\n\"}\nEOF",
	"tabbed document":    "curl -s URL/x --data-binary @- <<-EOF\n\t{\"a\":\n\t\t1}\n\tEOF",
	"here string":        `curl -s URL/x --data-binary @- <<< '{"a":1}'`,
	"echo":               `echo '{"a":"\n"}' | curl -s URL/x -d @-`,
	"echo binary":        `echo -n '{"a":1}' | curl -s URL/x --data-binary @-`,
	"echo escapes":       `echo -e '{"a":1}\n\x41' | curl -s URL/x --data-binary @-`,
	"printf":             `printf '%s-%s\n' a b c | curl -s URL/x --data-binary @-`,
	"printf escapes":     `printf '\303\251 \x41 100%% %b' 'x\ty' | curl -s URL/x --data-binary @-`,
	"cat":                `cat lines.txt body.json | curl -s URL/x --data-binary @-`,
	"base64":             `printf %s 'AP/+Cg==' | base64 -d | curl -s -X POST URL/x --data-binary @-`,
	"substitution":       `curl -s URL/x -d "$(cat body.json)" -H "a: $(printf 'b%s' c)"`,
	"read substitution":  `curl -s URL/x -d "$(< lines.txt)"`,
	"variables":          `ID=msg_1 TS="16 1"; export SIG='v1,x'; curl -s URL/x -H "svix-id: $ID" -H "svix-timestamp: ${TS}" -H svix-signature:\ $SIG -d "${BODY:-{}}"`,
	"split variable":     `O="-s -X PUT"; curl $O URL/x`,
	"next":               `curl -s URL/a -d 1 -H 'x: y' --next -s URL/b`,
	"two URLs":           `curl -s URL/a URL/b -d x=1`,
	"list":               `true && curl -s URL/a -d 1; curl -s URL/b || curl -s URL/c`,
	"subshell":           `(X=2; curl -s URL/a -d $X) && { curl -s URL/b; }`,
	"inner shell":        `sh -c "curl -s URL/a -d '{\"x\": 1}'"`,
	"wrappers":           `command env A=b timeout 5 nice -n 1 curl -s URL/x -d 1`,
	"answer to a pipe":   `curl -s URL/x -d 1 | cat > /dev/null 2>&1`,
	"no header":          `curl -s URL/x -d 1 -H 'Content-Type:' -H 'a;' -H 'b:'`,
	"other headers":      `curl -s URL/x -A me -e http://ref/ -b 'a=b; c=d' -b e=f -u u:p -r 0-1`,
	"query":              `curl -s URL/x --url-query 'a=b c' --url-query +d=e`,
	"globbed":            `curl -s 'URL/x?a=\[1\]&b=\{c\}'`,
	"not globbed":        `curl -s -g 'URL/x?a=[1]&b={c}'`,
	"no option":          `curl -s --no-keepalive -H 'a: b' --no-compressed -d 1 -- URL/x`,
	"wget post":          `wget -qO- --header='svix-id: msg_1' --header 'a:b' '--post-data={"a":1}' URL/x`,
	"wget body":          `wget -q -O /dev/null --method=put --body-data='{"a": 1}' --user-agent=me URL/x`,
	"wget file":          `wget -nv -O- --post-fil=lines.txt --referer http://r URL/x 2>/dev/null`,
	"wget get":           `wget -qO- --head='a: b' URL/x`,
	"comment":            "# what it sends\ncurl -s URL/x -d 1 # and why\n",
	"empty argument":     `curl -s URL/x -d "" -H 'a: b'`,
	"unquoted":           `curl -s URL/x -d a=\{\"b\"\} -H a:b\ c`,
	"time":               `time curl -s URL/x -d 1`,
}

// What a shell and the program really send is what is read.
func TestReadsAShellCommandAsItIsSent(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"body.json": `{"a":"ü"}`, "lines.txt": "one\r\n\"two\"\n\xff\n", "headers.txt": "svix-id: msg_1\n\nA: b\r\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	url, got := listening(t)
	for name, text := range shellCommands {
		t.Run(name, func(t *testing.T) {
			for _, program := range []string{"bash", "curl", "wget"} {
				if _, err := exec.LookPath(program); err != nil && (program == "bash" || strings.Contains(text, program)) {
					t.Skip(program + " is not here")
				}
			}
			text := strings.ReplaceAll(text, "URL", url)
			cmd := exec.CommandContext(t.Context(), "bash", "-c", text)
			cmd.Dir, cmd.Env = dir, append(os.Environ(), "http_proxy=", "no_proxy=*", "HOME="+dir)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			want := got()
			if len(want) == 0 {
				t.Fatal("nothing was sent")
			}
			if is := read(t, text, dir); !reflect.DeepEqual(is, want) {
				t.Errorf("%s\nread %+v\nsent %+v", text, is, want)
			}
			if !Looks([]byte(text)) {
				t.Error("it does not look like a command")
			}
		})
	}
}

// scripts are run for real by Node; HOST stands for the server's address.
var scripts = map[string]string{
	"chrome": `fetch("HOST/hook?x=1", {
  "headers": {
    "accept": "*/*",
    "content-type": "application/json",
    "svix-id": "msg_1"
  },
  "referrerPolicy": "no-referrer",
  "body": "{\"a\":\"\\u00e9 é \\n\",\"b\":[1,2]}",
  "method": "POST",
  "mode": "cors",
  "credentials": "omit"
});`,
	"firefox":         `await fetch("HOST/x", {"credentials": "omit", "headers": {"A": "b"}, "body": "x", "method": "POST", "mode": "cors"});`,
	"single quotes":   `fetch('HOST/x', {method: 'post', headers: {'a': 'b', c: "d", e: 1}, body: '{"a":\'1\'}',});`,
	"template":        "const id = 'msg_1', u = 'HOST';\nfetch(`${u}/x`, {method: `POST`, headers: {'svix-id': `${id}`}, body: `{\n  \"a\": \"\\`$\"\n}`})",
	"stringify":       `fetch("HOST/x", {method: "POST", body: JSON.stringify({b: 1, 2: "x", a: [1.50, 1e21, 1e-7, -0, .5, 0x10, 1_000, null, undefined, true], "é\u2028\n\x07": {}, u: undefined, d: "\ud83d\ude00\u{1F600}<>&"})})`,
	"indented":        `const b = JSON.stringify({a: [1, {c: []}], d: {}}, null, 2); const c = JSON.stringify([1, "x"], undefined, "\t"); fetch("HOST/x", {method: "POST", body: b + "\n" + c})`,
	"Headers":         `const myHeaders = new Headers(); myHeaders.append("A", "b"); myHeaders.append("A", "c"); myHeaders.set("D", "e"); const raw = "{}"; const requestOptions = { method: "POST", headers: myHeaders, body: raw, redirect: "follow" }; fetch("HOST/x", requestOptions).then((response) => response.text()).then((result) => console.log(result)).catch((error) => console.error(error));`,
	"pairs":           `fetch(new URL("HOST/x"), {method: "PUT", headers: [["a", "b"], ["c", "d"]], body: Buffer.from("e30K", "base64")})`,
	"in a function":   "async function main() {\n  // it's a test\n  const body = { a: 1, ...{ b: 2 } };\n  body.c = 'x';\n  const res = await fetch('HOST/x', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });\n  console.log(await res.text());\n}\nmain();",
	"a signal":        `const options = {method: 'POST', headers: {a: 'b'}, body: '{"a":1}', signal: AbortSignal.timeout(5000)}; fetch('HOST/x', options).then(res => res.text()).then(t => console.log("done: " + t))`,
	"two calls":       `fetch("HOST/a", {body: "1", method: "POST"}).then(() => fetch("HOST/b"))`,
	"joined":          `const h = {}; h["svix-" + "id"] = "1"; h.b = "2"; fetch("HOST/" + "x", {headers: {...h, "c": "3"}})`,
	"line continued":  "fetch('HOST/x', {method: 'POST', body: 'a\\\nb\\0\\v'})",
	"encoded":         `fetch('HOST/x', {method: 'POST', body: new TextEncoder().encode('{"ä":1}'), headers: {a: ' b '}})`,
	"the same twice":  `let u = "x"; u = "HOST/y"; const o = {a: 1, a: 2}; fetch(u, {method: "POST", body: JSON.stringify(o)})`,
	"parsed":          `fetch("HOST/x", {method: "POST", body: JSON.stringify(JSON.parse('{"b": 1.0, "a": "\\u0041"}'))})`,
	"strange strings": `/* a "comment */ console.log("fetch('x')"); fetch("HOST/x", {method: "POST", body: 'it\'s "x" \u0041'})`,
}

// What Node sends is what is read.
func TestReadsAScriptAsItIsSent(t *testing.T) {
	if _, err := exec.LookPath("node"); err != nil {
		t.Skip("node is not here")
	}
	url, got := listening(t)
	var all strings.Builder
	names := slices.Sorted(maps.Keys(scripts))
	for i, name := range names { // one run for all: Node starts slowly
		fmt.Fprintf(&all, "await (async () => {%s\n})();\n", strings.ReplaceAll(scripts[name], "HOST", fmt.Sprintf("%s/%d", url, i)))
	}
	if out, err := exec.CommandContext(t.Context(), "node", "-e", "(async () => {"+all.String()+"})()").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	everything := got()
	for i, name := range names {
		t.Run(name, func(t *testing.T) {
			host := fmt.Sprintf("%s/%d", url, i)
			text := strings.ReplaceAll(scripts[name], "HOST", host)
			var want []sent
			for _, one := range everything {
				if strings.HasPrefix(one.URL, fmt.Sprintf("/%d/", i)) {
					want = append(want, one)
				}
			}
			if len(want) == 0 {
				t.Fatal("nothing was sent")
			}
			if is := read(t, text, t.TempDir()); !reflect.DeepEqual(is, want) {
				t.Errorf("%s\nread %+v\nsent %+v", text, is, want)
			}
			if !Looks([]byte(text)) {
				t.Error("it does not look like a command")
			}
		})
	}
}
