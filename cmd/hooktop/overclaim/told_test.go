package overclaim

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// answerCauses says which true causes each of hooktop's codes names. A code that is
// missing here fails the test: somebody has to say what it claims.
var answerCauses = map[string][]string{
	"web-page": {page}, "error-with-success": {refused200}, "slow-answer": {}, "rejected-here": {}, "accepted-unverified": {},
	"wrong-secret": {otherSecretC}, "changed-body": {otherBytes}, "no-raw-body": {otherBytes}, "body-read-twice": {readTwice},
	"secret-not-set": {secretUnset}, "secret-name": {secretName}, "unusable-secret": {otherSecretC}, "headers-missing": {noHeaders}, "headers-changed": {}, "other-sender": {},
	"app-clock": {staleTime}, "arrived-late": {staleTime},
	"auth-middleware": {guarded}, "auth-in-handler": {handlerSaid, authInHandlerC}, "deployment-protection": {vercelGuard}, "guard": {guarded}, "csrf": {csrf}, "host-check": {hostCheck},
	"firewall": {firewall}, "rate-limit": {rateLimit}, "no-route": {noRoute}, "no-post": {noPost}, "rewritten-path": {}, "handler-not-found": {handlerSaid},
	"closed-tunnel": {ngrokOffline}, "body-limit": {bodyLimit}, "media-type": {contentType}, "schema": {schema},
	"locale-redirect": {locale}, "slash-redirect": {slash}, "scheme-redirect": {toHTTPS}, "host-redirect": {elsewhere}, "path-redirect": {handlerSaid},
	"unique-column": {uniqueColumn}, "users-db": {}, "missing-row": {missingRow}, "missing-email": {crashed, noEmail}, "unreachable-service": {upstreamDown}, "null-column": {}, "foreign-key": {foreignKey}, "old-tables": {},
	"clerk-keys": {}, "compile-error": {compile}, "app-error": {crashed, handlerSaid}, "proxy": {gateway}, "unknown": {handlerSaid, unavailable, upstreamLimit},
	"wants-https": {wantsTLS},
}

// phrases tell what a hooktop without codes claims, by its sentences.
var phrases = []struct {
	text   *regexp.Regexp
	causes []string
}{
	{regexp.MustCompile(`middleware hid|auth\.protect|refused the request before its webhook code|Auth middleware`), []string{guarded}},
	{regexp.MustCompile(`has no route for POST|No route answers`), []string{noRoute}},
	{regexp.MustCompile(`does not accept POST`), []string{noPost}},
	{regexp.MustCompile(`different bytes or uses another secret`), []string{otherSecretC, otherBytes}},
	{regexp.MustCompile(`verifies different bytes`), []string{otherBytes}},
	{regexp.MustCompile(`body limit`), []string{bodyLimit}},
	{regexp.MustCompile(`schema`), []string{schema}},
	{regexp.MustCompile(`CSRF check, a firewall or auth`), []string{csrf, firewall, guarded}},
	{regexp.MustCompile(`CSRF check refused`), []string{csrf}},
	{regexp.MustCompile(`rate limit`), []string{rateLimit}},
	{regexp.MustCompile(`A proxy in front`), []string{gateway}},
	{regexp.MustCompile(`Host header`), []string{hostCheck}},
	{regexp.MustCompile(`redirects? to`), []string{locale, slash, toHTTPS, elsewhere, handlerSaid, guarded}},
	{regexp.MustCompile(`whole web page`), []string{page}},
	{regexp.MustCompile(`Vercel`), []string{vercelGuard}},
	{regexp.MustCompile(`ngrok tunnel`), []string{ngrokOffline}},
	{regexp.MustCompile(`unique`), []string{uniqueColumn}},
	{regexp.MustCompile(`app crashed`), []string{crashed, compile}},
	{regexp.MustCompile(`already been read|read the body|twice`), []string{readTwice}},
	{regexp.MustCompile(`no signing secret|not set`), []string{secretUnset, secretName}},
}

// surviving is an event that JSON.parse and JSON.stringify leave as it is, and
// changing one that they do not.
const (
	surviving = `{"data":{"id":"user_29w83sxmDNGwOuEthce5gg56FcC","object":"user","first_name":"Ada","email_addresses":[{"id":"idn_29w83yL7CwVlJXylYLxcslromF1","email_address":"ada@example.com"}],"primary_email_address_id":"idn_29w83yL7CwVlJXylYLxcslromF1","created_at":1654012591514,"updated_at":1654012591835},"object":"event","timestamp":1654012591835,"type":"user.created"}`
	changing  = `{"data":{"id":"user_29w83sxmDNGwOuEthce5gg56FcC","object":"user","first_name":"Ada \u0026 Bob","image_url":"https:\/\/img.clerk.com\/x?width=80\u0026height=80","email_addresses":[{"id":"idn_29w83yL7CwVlJXylYLxcslromF1","email_address":"ada@example.com"}],"primary_email_address_id":"idn_29w83yL7CwVlJXylYLxcslromF1","created_at":1654012591514,"updated_at":1654012591835},"object":"event","timestamp":1654012591835,"type":"user.created"}`
)

// TestAnswersAreNotOverclaimed lets hooktop say what the answer of an app means
// whose trouble is known.
func TestAnswersAreNotOverclaimed(t *testing.T) {
	hooktop := binary(t)
	rep, r := newReport(t)
	var mu sync.Mutex
	var wg sync.WaitGroup
	turns := make(chan struct{}, 3)
	for i := range *cases {
		b := pick(r, behaviours())
		g := &gen{rand.New(rand.NewPCG(rep.seed, uint64(i))), "/api/webhooks/clerk", map[string]string{".env.local": "CLERK_WEBHOOK_SIGNING_SECRET=" + clerkSecret + "\n"}}
		event := pick(g.r, []string{surviving, changing})
		switch {
		case b.survives:
			event = surviving
		case b.changes:
			event = changing
		}
		g.files["event.json"] = event
		a := b.answer(g)
		dir := folder(t, g.files)
		turns <- struct{}{}
		wg.Go(func() {
			defer func() { <-turns }()
			c, show := told(t, hooktop, dir, g.path, a)
			mu.Lock()
			defer mu.Unlock()
			rep.judgeAnswer(b, c, show)
		})
	}
	wg.Wait()
	rep.end()
}

// told returns what hooktop says of an app that gives an answer.
func told(t *testing.T, hooktop, dir, path string, a answer) (answerClaim, string) {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for name, v := range a.headers {
			w.Header().Set(name, strings.ReplaceAll(v, "{host}", r.Host))
		}
		w.WriteHeader(a.status)
		if a.status != http.StatusNoContent && a.status != http.StatusNotModified {
			_, _ = io.WriteString(w, a.body)
		}
	}))
	defer app.Close()
	show := fmt.Sprintf("%d %v %.300q", a.status, a.headers, a.body)
	out := run(t, dir, nil, hooktop, "trigger", "--file", "event.json", "--to", app.URL+path, "--json")
	for line := range strings.Lines(string(out)) {
		var said struct {
			Kind, Says, Fix, Cause string
			Certain                *bool
			Alternatives           []string
		}
		if json.Unmarshal([]byte(line), &said) != nil || said.Kind != "forward" {
			continue
		}
		c := answerClaim{claim: claim{code: said.Cause, alternatives: said.Alternatives, text: strings.TrimSpace(said.Says + " " + said.Fix)}}
		if said.Certain != nil {
			c.certain = *said.Certain
			return c, show
		}
		if said.Says == "" {
			return c, show
		}
		// A hooktop without codes: what its first sentences name it states as certain,
		// except where they name several causes or say that it is only probable.
		for _, p := range phrases {
			if p.text.MatchString(said.Says) {
				c.code, c.codes = p.causes[0], p.causes
				c.certain = !hedge.MatchString(said.Says)
				return c, show
			}
		}
		c.code = "something else"
		return c, show
	}
	t.Errorf("no forward in %.300s", out)
	return answerClaim{}, show
}

// answerClaim is a claim about an answer; codes are the true causes that it names.
type answerClaim struct {
	claim
	codes []string
}

func (r *report) judgeAnswer(b behaviour, c answerClaim, show string) {
	r.t.Helper()
	if causes, ok := answerCauses[c.code]; ok {
		c.codes = causes
	} else if c.code != "" && len(c.codes) == 0 {
		r.t.Errorf("%s: nobody has said what the code %q claims", b.name, c.code)
	}
	truth := b.truths[0]
	for _, named := range c.codes {
		for _, true := range b.truths {
			if named == true {
				truth = named
			}
		}
	}
	// The report compares one code: the true one if the claim names it.
	stated := c.claim
	if c.code != "" {
		stated.code = c.code
	}
	codes := []string{}
	for _, named := range c.codes {
		if named == truth {
			codes = []string{stated.code}
		}
	}
	var others []string
	for _, a := range c.alternatives {
		others = append(others, answerCauses[a]...)
	}
	for _, o := range others {
		if o == truth {
			stated.alternatives = append(stated.alternatives, codes...)
		}
	}
	if truth == nothing {
		if c.text == "" {
			return
		}
		r.complain(b.name, "nothing is wrong, and it says something", c.claim, show)
		return
	}
	if c.text == "" {
		r.complain(b.name, "it says nothing", c.claim, show)
	}
	r.judge(b.name, codes, b.proven, stated, show)
}
