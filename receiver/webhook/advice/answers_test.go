package advice

import (
	"bufio"
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// answer is a line of testdata/answers.jsonl: what an app answered, what was really
// wrong, and what may be said of it.
type answer struct {
	Name, Stack, What string
	Target            string
	Status            int
	Failure           webhook.Failure
	Seconds           int
	Headers           map[string]any // a text, or a list of texts
	Body              string
	Request           struct {
		Body    string
		Headers map[string]string
		Origin  webhook.Origin
	}
	App App
	// Must and MustNot are regular expressions about both sentences, FixMust about
	// the fix, FixFirst about its beginning.
	Must, MustNot, FixMust, FixFirst []string
	Cause                            Cause
	Certain                          bool
	// Others are some of the alternatives.
	Others []Cause
}

// changing is a body that JavaScript writes in another way than it reads it.
const changing = `{"data":{"id":"user_1","object":"user","score":1.0,"email_addresses":[]},"object":"event","type":"user.created"}`

func (a answer) delivery() webhook.Delivery {
	d := webhook.Delivery{Provider: "clerk", Outcome: webhook.Created, Origin: a.Request.Origin}
	d.Verdict = webhook.Verdict{Verified: true, Secret: "whsec_…LaSw (CLERK_WEBHOOK_SIGNING_SECRET in .env.local)"}
	d.Body = []byte(changing)
	if a.Request.Body != "" {
		d.Body = []byte(a.Request.Body)
	}
	d.Header = http.Header{"Svix-Id": {"msg_1"}, "Svix-Timestamp": {"1716883200"}, "Svix-Signature": {"v1,x"}}
	if len(a.Request.Headers) > 0 {
		d.Header = http.Header{}
		for name, value := range a.Request.Headers {
			d.Header.Set(name, value)
		}
	}
	return d
}

func (a answer) forward() webhook.Forward {
	f := webhook.Forward{
		Target: a.Target, Status: a.Status, Failure: a.Failure, Body: []byte(a.Body), Header: http.Header{},
		At: time.Unix(1716883210, 0), Duration: time.Duration(a.Seconds) * time.Second,
	}
	if f.Target == "" {
		f.Target = "http://localhost:3000/api/webhooks/clerk"
	}
	for name, value := range a.Headers {
		switch v := value.(type) {
		case string:
			f.Header.Add(name, v)
		case []any:
			for _, each := range v {
				f.Header.Add(name, each.(string))
			}
		}
	}
	return f
}

func readAnswers(t testing.TB) (all []answer) {
	file, err := os.Open("testdata/answers.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // it was only read from
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		d := json.NewDecoder(bytes.NewReader(lines.Bytes()))
		d.DisallowUnknownFields()
		var a answer
		if err := d.Decode(&a); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		all = append(all, a)
	}
	if len(all) < 90 || lines.Err() != nil {
		t.Fatalf("%d answers, %v", len(all), lines.Err())
	}
	return all
}

// Each answer was recorded from a running app, or is written as the framework's
// source does. The expressions are about facts: any wording that states them passes.
func TestAnswersOfApps(t *testing.T) {
	for _, a := range readAnswers(t) {
		t.Run(a.Name, func(t *testing.T) {
			got := On(a.delivery(), a.forward(), a.App)
			whole := strings.TrimSpace(got.Says + " " + got.Fix)
			first, _, _ := strings.Cut(got.Fix, ". ")
			for _, c := range []struct {
				what, text string
				match      bool
				of         []string
			}{{"must", whole, true, a.Must}, {"must not", whole, false, a.MustNot}, {"the fix must", got.Fix, true, a.FixMust}, {"the fix must first", first, true, a.FixFirst}} {
				for _, expression := range c.of {
					if regexp.MustCompile("(?is)"+expression).MatchString(c.text) != c.match {
						t.Errorf("it %s say %q", c.what, expression)
					}
				}
			}
			if got.Cause != a.Cause || got.Certain != a.Certain {
				t.Errorf("cause %q, certain %v; want %q, %v", got.Cause, got.Certain, a.Cause, a.Certain)
			}
			for _, other := range a.Others {
				if !slices.Contains(got.Others, other) {
					t.Errorf("%q is not among the alternatives %q", other, got.Others)
				}
			}
			wantConsistent(t, got)
			if t.Failed() {
				t.Logf("%s; %s\nsays: %s\nfix:  %s", a.Stack, a.What, got.Says, got.Fix)
			}
		})
	}
}

var hedge = regexp.MustCompile(`(?i)\b(probably|likely|perhaps|maybe|might)\b`)

// wantConsistent checks that the sentences agree with the fields.
func wantConsistent(t *testing.T, a Advice) {
	t.Helper()
	switch {
	case a.Cause == "":
		if a.Says != "" || a.Fix != "" || a.Certain || a.Others != nil {
			t.Errorf("there is no cause in %+v", a)
		}
		return
	case !slices.Contains(Causes(), a.Cause):
		t.Errorf("unknown cause %q", a.Cause)
	case a.Certain && (len(a.Others) > 0 || a.Cause != RejectedHere && hedge.MatchString(a.Says)):
		t.Errorf("certain, but: %+v", a)
	case !a.Certain && (len(a.Others) == 0 || slices.Contains(a.Others, a.Cause) || !hedge.MatchString(a.Says)):
		t.Errorf("not certain, but: %+v", a)
	}
	for _, s := range []string{a.Says, a.Fix} {
		if s != "" && (s[0] < 'A' || s[0] > 'Z' || !strings.HasSuffix(s, ".") || strings.HasSuffix(s, "..")) {
			t.Errorf("not a sentence: %q", s)
		}
	}
}

// Whatever an app answers, the advice is in sentences that agree with its fields.
func FuzzOn(f *testing.F) {
	for _, a := range readAnswers(f) {
		sent := a.forward()
		f.Add(a.Status, sent.Header.Get("Location"), sent.Header.Get("X-Middleware-Rewrite"), sent.Body, a.delivery().Body)
	}
	f.Fuzz(func(t *testing.T, status int, location, rewrite string, answered, body []byte) {
		d := answer{}.delivery()
		d.Body = body
		sent := webhook.Forward{Status: status % 600, Target: appURL, Body: answered, Header: http.Header{"Location": {location}, "X-Middleware-Rewrite": {rewrite}}}
		for _, app := range []App{{}, {Framework: NextJS}, {Framework: Express, OldNameOnly: true, UsersDB: true}} {
			got := On(d, sent, app)
			if len(got.Says)+len(got.Fix) > 8<<10 || got.Certain && len(got.Others) > 0 || !got.Certain && got.Cause != "" && len(got.Others) == 0 {
				t.Errorf("%+v", got)
			}
		}
	})
}

func TestABodySurvivesJavaScript(t *testing.T) {
	for body, want := range map[string]bool{
		`{"a":1,"b":[true,null,"x"],"c":{}}`: true, `[]`: true, `"x"`: true, `{"a":"\u001f\n\t\"\\/é"}`: true, `{"a":1e+21,"b":1e-7,"c":0.1,"d":-5}`: true,
		`{"a": 1}`: false, `{"a":1.0}`: false, `{"a":1e3}`: false, `{"a":-0}`: false, `{"a":"\/"}`: false, `{"a":"\u00e9"}`: false, `{"a":12345678901234567890}`: false,
		`{"a":1,"a":2}`: false, `{"b":1,"1":2}`: false, `{"a":1}` + "\n": false, "\xef\xbb\xbf{}": false, `{"a":"\ud83d"}`: false, "{\"a\":\"\xff\"}": false, ``: false, `{`: false, `{} {}`: false, `{"a":"\u0008"}`: false,
	} {
		if got := survivesJavaScript([]byte(body)); got != want {
			t.Errorf("%s: %v", body, got)
		}
	}
}
