package pagetext

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWhatAPageSays(t *testing.T) {
	for _, c := range []struct {
		name, page string
		want       []string
	}{
		{
			"Next.js without the route", `<!DOCTYPE html><html><head><title>404: This page could not be found.</title>` + strings.Repeat(`<script src="/_next/static/chunks/x.js" async=""></script>`, 180) +
				`<style>body{color:#000}</style></head><body><div><h1 class="x">404</h1><h2>This page could not be found.</h2></div></body></html>`,
			[]string{"404: This page could not be found.", "404", "This page could not be found."},
		},
		{
			"Express", "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Error</title>\n</head>\n<body>\n<pre>TypeError: Cannot read properties of undefined (reading &#39;0&#39;)<br> &nbsp; &nbsp;at /app/index.js:12:3<br> &nbsp; &nbsp;at next (/app/x.js:1)</pre>\n</body>\n</html>\n",
			[]string{"Error", "TypeError: Cannot read properties of undefined (reading '0')", "at /app/index.js:12:3", "at next (/app/x.js:1)"},
		},
		{
			"Next.js with an error in its data", `<!DOCTYPE html><html><body><div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{"props":{},"page":"/_error","err":{"name":"Error","message":"No signature\nfound","source":"server","stack":"x"}}</script></body></html>`,
			[]string{"Error: No signature found"},
		},
		{"nginx", "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.25</center>\r\n</body>\r\n</html>\r\n", []string{"502 Bad Gateway", "nginx/1.25"}},
		{"a table", "<html><table><tr><th>Method</th><td>POST</td></tr><tr><th>Path</th><td>/x</td></tr></table>", []string{"Method POST", "Path /x"}},
		{"what nobody sees", "<html><svg><title>Logo</title><svg></svg><path/></svg><noscript>Enable it</noscript><template><p>no</p></template><!-- no --><p>yes", []string{"yes"}},
		{"inline elements", "<html><p>a <b>bold</b> w<i>or</i>d</p>", []string{"a bold word"}},
		{"a script that never ends", "<html><p>before</p><script>if (a < b) { document.write('<p>no</p>')", []string{"before"}},
		{"bytes that are not UTF-8", "<html><p>caf\xe9", []string{"caf\ufffd"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := Of(http.Header{"Content-Type": {"text/html; charset=utf-8"}}, []byte(c.page))
			if !ok || !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

func TestWhatIsNotAPage(t *testing.T) {
	html := http.Header{"Content-Type": {"text/html"}}
	for _, c := range []struct {
		name string
		h    http.Header
		body string
	}{
		{"a word that Express sends as HTML", html, "ok"},
		{"JSON", nil, `{"error":"<html>"}`},
		{"XML", http.Header{"Content-Type": {"text/xml"}}, "<a>b</a>"},
		{"nothing", html, ""},
		{"a page without text", html, "<!doctype html><html><script>x</script></html>"},
	} {
		if lines, ok := Of(c.h, []byte(c.body)); ok {
			t.Errorf("%s says %q", c.name, lines)
		}
	}
	if _, ok := Of(html, []byte("<h1>Bad Gateway</h1>")); !ok {
		t.Error("a fragment is a page if its content type says so")
	}
}

func TestAPageIsBounded(t *testing.T) {
	for _, page := range []string{
		"<html>" + strings.Repeat("<div>", 100_000) + "deep", "<html>" + strings.Repeat("<p>line "+"</p>", 1), "<html><p>" + strings.Repeat("word ", 100_000),
		"<html><pre>" + strings.Repeat("x\ny\n", 100_000), "<html>" + strings.Repeat("<svg>", 100_000) + "x",
	} {
		fits(t, Lines([]byte(page)))
	}
}

func fits(t *testing.T, lines []string) {
	t.Helper()
	if len(lines) > maxLines {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		if utf8.RuneCountInString(line) > maxLine+1 || !utf8.ValidString(line) || strings.ContainsAny(line, "\n\r") {
			t.Errorf("a line of %d bytes: %.60q", len(line), line)
		}
	}
}

func FuzzLines(f *testing.F) {
	f.Add([]byte("<!doctype html><html><script id=__NEXT_DATA__>{\"err\":{\"message\":\"x\"}}</script><pre>a\nb<td>c"))
	f.Add([]byte("<svg/><svg><p></svg>\xff&#0;&#x1b;[31m"))
	f.Fuzz(func(t *testing.T, page []byte) { fits(t, Lines(page)) })
}
