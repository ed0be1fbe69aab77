package query_test

import (
	"bytes"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// berlin is two hours ahead of UTC in the summer of its filters.
var berlin = time.FixedZone("Berlin", 2*60*60)

// filterNow is ten in the evening in UTC, and past midnight in berlin.
var filterNow = time.Date(2026, 6, 21, 22, 0, 0, 0, time.UTC).In(berlin)

func parseFilter(t testing.TB, text string) query.Filter {
	t.Helper()
	f, err := query.Parse(text, filterNow)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return f
}

// filtered is the delivery that the table asks about.
func filtered() webhook.Delivery {
	return webhook.Delivery{
		ID: 42, At: filterNow.Add(-10 * time.Minute), Provider: "clerk", Origin: webhook.Tunnel, ParentID: 8,
		Request: webhook.Request{
			Header: http.Header{"Svix-Id": {"msg_2ab"}, "User-Agent": {"Svix-Webhooks/1.84.0"}},
			Body:   []byte(`{"first_name":"Ada","note":"two words","pipe":"a|b"}`),
		},
		MessageID: "msg_2ab", Type: "user.created", Outcome: webhook.Conflict, UserID: "user_2ab", Email: "Ada@example.com",
		Verdict: webhook.Verdict{Verified: true}, Answer: webhook.Answer{Status: 409}, AppStatus: 500,
	}
}

func TestFilterMatches(t *testing.T) {
	for _, test := range []struct {
		filter string
		want   bool
	}{
		{"", true},
		{"type:user.created", true},
		{"type:user.*", true},
		{"type:*.created", true},
		{"type:u*r.*ted", true},
		{"type:*", true},
		{"type:*ser.created", true},
		{"TYPE:User.Created", true},
		{"type:user", false},
		{"type:user.", false},
		{"type:*.deleted", false},
		{"type:user.created*x", false},
		{"type:session.*|user.created", true},
		{"user:user_2", true},
		{"user:USER_2", false},
		{"user:2ab", false},
		{"email:ada@", true},
		{"email:EXAMPLE", true},
		{"email:bo@", false},
		{"id:msg_2", true},
		{"id:2ab", false},
		{"is:verified", true},
		{"is:rejected", false},
		{"is:failed is:forwarded is:resent is:conflict", true},
		{"is:stale|conflict", true},
		{"is:Conflict", true},
		{"code:wrong-secret", false},
		{"code:*", false},
		{"-code:*", true},
		{"status:409", true},
		{"status:4xx", true},
		{"status:>=409 status:<=409 status:<410 status:>408", true},
		{"status:>409", false},
		{"status:<409", false},
		{"app:5xx", true},
		{"app:<500", false},
		{"since:10m", true},
		{"since:9m59s", false},
		{"before:10m", false},
		{"before:9m", true},
		{"since:1w", true},
		{"since:today", false}, // it came at ten to midnight, in berlin
		{"since:yesterday before:today", true},
		{"since:23:50", false}, // of today
		{"since:2026-06-21T23:50", true},
		{"since:2026-06-21T23:50:01", false},
		{"since:2026-06-21T21:50Z", true},
		{`before:"2026-06-21 23:50"`, false},
		{"before:2026-06-22", true},
		{"before:2026-06-21T23:50:01+02:00", true},
		{"provider:Clerk", true},
		{"provider:stripe", false},
		{"origin:tunnel|local", true},
		{"-origin:tunnel", false},
		{"#42", true},
		{"#41|42", true},
		{"-#42", false},
		{"ada", true},
		{"ADA", true},
		{"bo", false},
		{"-bo", true},
		{"two words", true},
		{"words two", true},
		{`"two words"`, true},
		{`"words two"`, false},
		{"bo|ada", true},
		{`"a|b"`, true},
		{`a|b`, true},
		{`"\"first_name\":\"ada\""`, true},
		{"svix-webhooks", true},
		{`"user-agent: svix"`, true},
		{"type:user.* -ada", false},
		{"type:user.* -email:bo ada", true},
	} {
		t.Run(test.filter, func(t *testing.T) {
			if got := parseFilter(t, test.filter).Matches(filtered()); got != test.want {
				t.Errorf("%v", got)
			}
		})
	}
}

func TestNoStatusMatchesWithoutAnAnswer(t *testing.T) {
	d := filtered()
	d.Answer.Status, d.AppStatus = 0, 0
	for _, text := range []string{"status:<400", "app:<=999", "status:>=100", "app:2xx"} {
		if parseFilter(t, text).Matches(d) {
			t.Errorf("%s matches", text)
		}
	}
}

func TestParseErrorsSayWhereAndWhatIsAllowed(t *testing.T) {
	for _, test := range []struct {
		filter, rest string // rest begins at the fault
		what, allows string
	}{
		{"type:user.* isx:verified", "isx:verified", `unknown key "isx"`, "type: user: email: id: is: code: status: app: since: before: provider: origin:; quote the word"},
		{"https://example.com", "https://example.com", `unknown key "https"`, "quote the word"},
		{"is:verfied", "verfied", `unknown state "verfied"`, "verified, failed, resolved, acknowledged, forwarded, resent, unverified, created"},
		{"is:verified|nope", "nope", `unknown state "nope"`, "duplicate"},
		{"code:wrong-secrt", "wrong-secrt", `unknown code "wrong-secrt"`, "wrong-secret"},
		{"origin:tunel", "tunel", `unknown origin "tunel"`, "tunnel, local, relay, pull, trigger, resend, import, stream"},
		{"status:>=", ">=", `">=" is not an HTTP status`, ">=400"},
		{"status:40", "40", `"40" is not an HTTP status`, "4xx"},
		{"status:+400", "+400", `"+400" is not an HTTP status`, "4xx"},
		{"status: foo", " foo", "status: needs a value", "quote the filter"},
		{"app:1e2", "1e2", `"1e2" is not an HTTP status`, "4xx"},
		{"since:10", "10", `"10" is not a time`, "10m"},
		{"since:tomorrow", "tomorrow", `"tomorrow" is not a time`, "2026-11-22T10:00"},
		{"since:2026-02-30", "2026-02-30", "is not a time", "2026-11-22"},
		{"since:9999-01-01", "9999-01-01", "is not a time", "2026-11-22"},
		{"since:99999999999999999999w", "99999999999999999999w", "is not a time", "1w"},
		{"since:5300w", "5300w", "is not a time", "1w"},
		{"#x", "x", `"x" is not a delivery number`, "#42"},
		{"#", "", "# needs a number", "#42"},
		{"#0", "0", `"0" is not`, "#42"},
		{"type:", "", "type: needs a value", "user.*"},
		{"a||b", "|b", "the text is empty", "a|b"},
		{"a|", "", "the text is empty", "a|b"},
		{`""`, `""`, "the text is empty", "several words"},
		{"ada -", "-", "nothing follows the -", "-type:user.*"},
		{`email:"ada`, `"ada`, "the quote is not closed", `\"`},
		{"a\x00b", "\x00b", "a control character (U+0000)", "letters"},
		{"\"a\tb\"", "\tb\"", "a control character (U+0009)", "letters"},
		{"a\xffb", "\xffb", "a byte that is not UTF-8 text", "letters"},
		{strings.Repeat("a ", 65), "a ", "too many words", "64"},
		{strings.Repeat("a|", 64) + "b", "", "too many alternatives", "64"},
		{strings.Repeat("a", 4097), "a", "the filter is too long", "4096"},
	} {
		t.Run(test.filter[:min(len(test.filter), 40)], func(t *testing.T) {
			f, err := query.Parse(test.filter, filterNow)
			var e *query.Error
			if !errors.As(err, &e) {
				t.Fatalf("%v, %v", f, err)
			}
			if got := e.Text[e.At:]; got != test.rest {
				t.Errorf("the fault is at %q, want %q", got, test.rest)
			}
			if !strings.Contains(e.What, test.what) || !strings.Contains(e.Fix(), test.allows) {
				t.Errorf("got %q, allowed %q", e.What, e.Fix())
			}
		})
	}
	_, err := query.Parse("é isx:1", filterNow)
	if want := `unknown key "isx", at character 3 of the filter: é ▸isx:1`; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestStringWritesWhatParseReads(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		"  type:user.*   ada ":            "type:user.* ada",
		`TYPE:"user.created"`:             "type:user.created",
		`"-ada" "#1" "a:b" "12:00" "a|b"`: `"-ada" "#1" "a:b" 12:00 "a|b"`,
		`"a\"b\\c"`:                       `"a\"b\\c"`,
		`a\b`:                             `a\b`,
		`x"y z"|b`:                        `"xy z"|b`,
		"-is:Stale|FAILED":                "-is:stale|failed",
		"#042|43":                         "#42|43",
		"since:10m status:>=400":          "since:10m status:>=400",
		"code:BODY-*":                     "code:body-*",
	} {
		if got := parseFilter(t, text).String(); got != want {
			t.Errorf("%s is written %s, not %s", text, got, want)
		}
	}
}

func TestEqualComparesWordsAndTimes(t *testing.T) {
	f := parseFilter(t, "type:user.* since:10m -status:4xx #1|2")
	if !f.Equal(parseFilter(t, " TYPE:user.*  since:10m -status:4xx  #1|2")) {
		t.Error("a filter does not equal itself written differently")
	}
	for _, text := range []string{"", "type:user.*", "type:user.* since:11m -status:4xx #1|2", "type:user.* since:10m status:4xx #1|2", "type:user.* since:10m -status:4xx #1|3", "type:user.* since:10m -status:5xx #1|2"} {
		if f.Equal(parseFilter(t, text)) {
			t.Errorf("%s equals %s", f, text)
		}
	}
	g := f.And(query.IDs(7))
	if want := f.String() + " #7"; g.String() != want || len(f.Terms) != 4 {
		t.Errorf("and: %s", g)
	}
	if !(query.Filter{}).IsZero() || f.IsZero() || f.Searches() || !parseFilter(t, "-ada").Searches() {
		t.Error("IsZero or Searches is wrong")
	}
}

func TestComplete(t *testing.T) {
	types := []string{"user.created", "user.deleted", "session.created", "odd type"}
	for _, test := range []struct {
		text string // the cursor is at its end, or at the ^
		want string
	}{
		{"", "^type: user: email: id: is: code: status: app: since: before: provider: origin:"},
		{"s", "^status: since:"},
		{"ada s", "ada ^status: since:"},
		{"-S", "-^status: since:"},
		{"type:", "type:^session.* session.created user.* user.created user.deleted"},
		{"type:USER.d", "type:^user.deleted"},
		{"type:user.created|se", "type:user.created|^session.* session.created"},
		{"type:user.created", "type:^"},
		{"-is:fo", "-is:^forwarded"},
		{"code:body", "code:^body-reserialized body-newline"},
		{"provider:s", "provider:^stripe"},
		{"origin:", "origin:^tunnel local relay pull trigger resend import stream"},
		{"s^ ada", "^status: since:"},
		{`"two s`, "^"},
		{"#4", "^"},
		{"nope:x", "nope:^"},
	} {
		text, _, _ := strings.Cut(test.text, "^")
		cursor := len(text)
		c := query.Complete(strings.ReplaceAll(test.text, "^", ""), cursor, types, []string{"clerk", "stripe"})
		if got := text[:c.From] + "^" + strings.Join(c.Options, " "); got != test.want || c.To != cursor {
			t.Errorf("%s: %s", test.text, got)
		}
	}
}

// A constant that is missing from its list could not be filtered for.
func TestEveryCodeOutcomeAndOriginParses(t *testing.T) {
	known := map[string]bool{}
	for _, c := range webhook.Codes() {
		known["Code "+string(c)] = true
		parseFilter(t, "code:"+string(c))
	}
	for _, o := range webhook.Outcomes() {
		known["Outcome "+string(o)] = true
		parseFilter(t, "is:"+string(o))
	}
	for _, o := range webhook.Origins() {
		known["Origin "+string(o)] = true
		parseFilter(t, "origin:"+string(o))
	}
	found := 0
	for _, file := range []string{"verdict.go", "delivery.go"} {
		tree, err := parser.ParseFile(token.NewFileSet(), "../"+file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok {
				return true
			}
			kind, _ := spec.Type.(*ast.Ident)
			if kind == nil || !slices.Contains([]string{"Code", "Outcome", "Origin"}, kind.Name) {
				return true
			}
			word := strings.Trim(spec.Values[0].(*ast.BasicLit).Value, `"`)
			if found++; !known[kind.Name+" "+word] {
				t.Errorf("%s %s is not in the list", kind.Name, word)
			}
			return true
		})
	}
	if found < 30 {
		t.Errorf("only %d constants were found", found)
	}
}

func TestFinderFindsWhatAPlainSearchFinds(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		few := rapid.SliceOf(rapid.SampledFrom([]byte("aAbBzZ_\"[{@`\x00\xc3\xa4")))
		body := few.Draw(r, "body")
		text := few.Draw(r, "text")
		if rapid.Bool().Draw(r, "from the body") && len(body) > 0 {
			from := rapid.IntRange(0, len(body)-1).Draw(r, "from")
			text = body[from:rapid.IntRange(from, len(body)).Draw(r, "to")]
		}
		want := bytes.Contains(asciiLower(body), asciiLower(text))
		if got := query.NewFinder(string(text)).In(body); got != want {
			r.Fatalf("%q in %q: %v", text, body, got)
		}
	})
}

func TestGlobMatchesAsTheSameRegularExpressionDoes(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune("aAb.")), 0, 8, -1).Draw(r, "type")
		pattern := rapid.StringOfN(rapid.SampledFrom([]rune("aB.**")), 1, 6, -1).Draw(r, "pattern")
		re := regexp.MustCompile("(?i)^" + strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*") + "$")
		if got := parseFilter(t, "type:"+pattern).Matches(webhook.Delivery{Type: text}); got != re.MatchString(text) {
			r.Fatalf("type:%s for %q: %v", pattern, text, got)
		}
	})
}

func asciiLower(b []byte) []byte {
	out := slices.Clone(b)
	for i, c := range out {
		if 'A' <= c && c <= 'Z' {
			out[i] = c + 32
		}
	}
	return out
}

func FuzzFilter(f *testing.F) {
	for _, s := range []string{
		"", "type:user.*|session.* -is:failed", `"two words" a|"b|c" -"-d"`, "#42|43 since:10m before:2026-11-22T10:00",
		`email:"a\"b\\"x status:>=400 app:4xx`, "code:body-* origin:tunnel", "\"\x00", "https://x -- -", "\xff:\xfe|",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := query.Parse(text, filterNow)
		query.Complete(text, len(text)/2, []string{"user.created", text}, []string{"clerk", text})
		if err != nil {
			var e *query.Error
			if !errors.As(err, &e) || e.At < 0 || e.At > e.End || e.End > len(text) || e.What == "" || e.Fix() == "" || e.Error() == "" {
				t.Fatalf("%q: %#v", text, err)
			}
			return
		}
		written := got.String()
		again, err := query.Parse(written, filterNow)
		if err != nil || !again.Equal(got) || again.String() != written {
			t.Fatalf("%q is %#v, written %q, and that is %#v %v", text, got, written, again, err)
		}
		got.Matches(filtered())
	})
}
