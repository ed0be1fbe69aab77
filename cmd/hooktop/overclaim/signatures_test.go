package overclaim

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The secrets that the folder's files hold (see folder): the endpoints' own, and
// another one of Clerk's that stands in .env.production.
const (
	clerkSecret  = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	otherSecret  = "whsec_plJ3nmyCDGBKInavdOK15jslqwertyUI"
	stripeSecret = "whsec_8sVdHnXqfTgKb2yLw0cQmUeRzPjA1iGo"
)

// request is a request as it arrives, and how it came to be.
type request struct {
	r        *rand.Rand
	stripe   bool
	original writer
	event    object

	secret string
	id     string
	// at is when it arrives, stamp the timestamp that is sent and signed.
	at    time.Time
	stamp string
	// key, content and encode are how it is signed.
	key     func(secret string) []byte
	content func(q *request) []byte
	encode  func([]byte) string

	signed, body []byte
	headers      [][2]string
	path         string
}

// situation is what is wrong with a request.
type situation struct {
	name string
	// codes are the causes that are true of it: any may be stated as certain, and no
	// other. proven is set if the request proves one of them.
	codes  []string
	proven bool
	// sign changes how it is signed, send what is sent of it. false: what it would
	// change is not in this request.
	sign func(q *request)
	send func(q *request) bool
}

func webhookKey(secret string) []byte {
	key, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	return key
}

func textKey(secret string) []byte { return []byte(secret) }

func clerkContent(q *request) []byte {
	return slices.Concat([]byte(q.id+"."+q.stamp+"."), q.signed)
}

func stripeContent(q *request) []byte { return slices.Concat([]byte(q.stamp+"."), q.signed) }

// build makes a request of a situation, false if the situation cannot be seen in
// this one.
func build(r *rand.Rand, s situation, stripe bool, instance string, now time.Time) (*request, bool) {
	q := &request{r: r, stripe: stripe, at: now, secret: clerkSecret, key: webhookKey, content: clerkContent, encode: base64.StdEncoding.EncodeToString, path: "/api/webhooks/clerk"}
	q.id, q.stamp = token(r, "msg_", 27), fmt.Sprint(now.Unix()-r.Int64N(20))
	q.original, q.event = pick(r, []writer{javascript, goMaps}), event(r, instance)
	if stripe {
		q.secret, q.key, q.content, q.encode, q.path = stripeSecret, textKey, stripeContent, hex.EncodeToString, "/api/webhooks/stripe"
		q.original, q.event = indented, stripeEvent(r)
	}
	q.signed = q.original.write(q.event)
	if s.sign != nil {
		s.sign(q)
	}
	q.body = slices.Clone(q.signed)
	q.headers = q.signatureHeaders()
	if s.send != nil && !s.send(q) {
		return nil, false
	}
	return q, true
}

func (q *request) signature(secret string) string {
	mac := hmac.New(sha256.New, q.key(secret))
	mac.Write(q.content(q))
	return q.encode(mac.Sum(nil))
}

func (q *request) signatureHeaders() [][2]string {
	if q.stripe {
		return [][2]string{{"Content-Type", "application/json"}, {"Stripe-Signature", "t=" + q.stamp + ",v1=" + q.signature(q.secret)}}
	}
	return [][2]string{{"Content-Type", "application/json"}, {"Svix-Id", q.id}, {"Svix-Timestamp", q.stamp}, {"Svix-Signature", "v1," + q.signature(q.secret)}}
}

// set replaces the value of a header.
func (q *request) set(name, value string) bool {
	for i := range q.headers {
		if q.headers[i][0] == name {
			q.headers[i][1] = value
			return true
		}
	}
	return false
}

// rewrite sends the event as a program writes it.
func rewrite(w writer) func(*request) bool {
	return func(q *request) bool {
		was := q.body
		q.body = w.write(q.event)
		return !bytes.Equal(was, q.body)
	}
}

// anyRewrite keeps the members' order as far as the request proves the original.
func anyRewrite(q *request) bool {
	all := []writer{javascript, python, php, indented, indented4, goStructs}
	if q.original.order != nil { // it was sorted, so it is again
		q.event = sorted(q.event).(object)
		all = append(all, pythonSort)
	}
	return rewrite(pick(q.r, all))(q)
}

func sortMembers(q *request) bool {
	return q.original.order == nil && rewrite(pick(q.r, []writer{goMaps, pythonSort, jsonb}))(q)
}

// changed sends the event with something changed in its data.
func changed(change func(r *rand.Rand, data *object)) func(*request) bool {
	return func(q *request) bool {
		e := slices.Clone(q.event)
		for i := range e {
			if data, ok := e[i].value.(object); ok && e[i].name == "data" {
				data = slices.Clone(data)
				change(q.r, &data)
				e[i].value = data
			}
		}
		q.body = q.original.write(e)
		return !bytes.Equal(q.body, q.signed)
	}
}

func wrap(q *request) bool {
	switch q.r.IntN(5) {
	case 0:
		numbers := []string{}
		for _, b := range q.body {
			numbers = append(numbers, fmt.Sprint(b))
		}
		q.body = []byte(`{"type":"Buffer","data":[` + strings.Join(numbers, ",") + `]}`)
	case 1:
		q.body, _ = json.Marshal(string(q.body))
	case 2:
		q.body = []byte(base64.StdEncoding.EncodeToString(q.body))
	case 3:
		q.body = []byte("payload=" + url.QueryEscape(string(q.body)))
	case 4:
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = z.Write(q.body)
		_ = z.Close()
		q.body = b.Bytes()
	}
	return true
}

// latin1 reads text as Latin-1 and writes it as UTF-8.
func latin1(b []byte) []byte {
	var out []rune
	for _, c := range b {
		out = append(out, rune(c))
	}
	return []byte(string(out))
}

func later(seconds int64) func(*request) {
	return func(q *request) { q.stamp = fmt.Sprint(q.at.Unix() + seconds) }
}

func unknown(q *request) {
	q.secret = "whsec_" + token(q.r, "", 32)
}

func known(q *request) {
	q.secret = otherSecret
}

// situations are all that is wrong with requests, for both senders where only is
// "".
func situations(stripe bool) []situation {
	rewritten := []string{"body-reserialized"}
	whitespace := []string{"body-newline", "body-reserialized"}
	broken := []string{"incomplete-body", "body-reserialized"}
	all := []situation{
		{name: "an unknown secret", sign: unknown},
		{name: "the other provider's secret", codes: []string{"swapped-secrets", "other-known-secret"}, proven: true, sign: func(q *request) {
			q.secret = map[bool]string{true: clerkSecret, false: stripeSecret}[q.stripe]
		}},
		{name: "too old", codes: []string{"too-old"}, proven: true, sign: func(q *request) { later(-310 - q.r.Int64N(500_000))(q) }},
		{name: "too new", codes: []string{"too-new"}, proven: true, sign: func(q *request) { later(310 + q.r.Int64N(50_000))(q) }},
		{name: "the timestamp in milliseconds", codes: []string{"bad-timestamp", "too-new"}, proven: true, sign: func(q *request) { q.stamp += "000" }},
		{name: "no header of the signature", codes: []string{"unsigned", "missing-headers"}, proven: true, send: func(q *request) bool { q.headers = q.headers[:1]; return true }},
		{name: "the key read in another way", codes: []string{"literal-secret"}, proven: true, sign: func(q *request) {
			if q.stripe {
				q.key = webhookKey
			} else {
				q.key = textKey
			}
		}},
		{name: "the body alone was signed", codes: []string{"malformed-signature"}, proven: true, sign: func(q *request) { q.content = func(q *request) []byte { return q.signed } }},
		{name: "the signature in another encoding", codes: []string{"malformed-signature"}, proven: true, sign: func(q *request) {
			if q.stripe {
				q.encode = base64.StdEncoding.EncodeToString
			} else {
				q.encode = hex.EncodeToString
			}
		}},
		{name: "a field dropped", send: changed(func(r *rand.Rand, data *object) {
			if nested, ok := (*data)[0].value.(object); ok {
				(*data)[0].value = nested[:len(nested)-1]
				return
			}
			i := r.IntN(len(*data))
			*data = slices.Delete(*data, i, i+1)
		})},
		{name: "a field added", send: changed(func(r *rand.Rand, data *object) { *data = append(*data, member{"received_by", "gateway"}) })},
		{name: "a value changed", send: func(q *request) bool {
			q.body = bytes.Replace(q.signed, []byte("@example.com"), []byte("@example.org"), 1)
			return true
		}},
		{name: "rewritten by a program that keeps the order", codes: rewritten, proven: true, send: anyRewrite},
		{name: "the members sorted", codes: rewritten, proven: stripe, send: sortMembers}, // Stripe's have a known order
		{name: "a line break at the end", codes: whitespace, proven: true, send: func(q *request) bool {
			q.body = append(q.body, pick(q.r, []string{"\n", "\r\n", "\n\n", " "})...)
			return true
		}},
		{name: "a BOM in front", codes: whitespace, proven: true, send: func(q *request) bool { q.body = append([]byte("\ufeff"), q.body...); return true }},
		{name: "a BOM that was signed is gone", codes: whitespace, proven: true, sign: func(q *request) { q.signed = append([]byte("\ufeff"), q.signed...) }, send: func(q *request) bool { q.body = q.body[3:]; return true }},
		{name: "wrapped", codes: rewritten, proven: true, send: wrap},
		{name: "UTF-8 read as Latin-1", codes: rewritten, proven: true, send: func(q *request) bool { was := q.body; q.body = latin1(was); return !bytes.Equal(was, q.body) }},
		{name: "other characters lost", send: func(q *request) bool {
			q.body = []byte(strings.Map(func(r rune) rune {
				if r > 126 {
					return '?'
				}
				return r
			}, string(q.signed)))
			return !bytes.Equal(q.body, q.signed)
		}},
		{name: "cut off", codes: broken, send: func(q *request) bool { q.body = q.body[:1+q.r.IntN(len(q.body)-1)]; return true }},
		{name: "no body", codes: broken, send: func(q *request) bool { q.body = nil; return true }},
		{name: "an unknown secret, and rewritten", sign: unknown, send: anyRewrite},
		{name: "an unknown secret, and cut off", codes: broken, sign: unknown, send: func(q *request) bool { q.body = q.body[:len(q.body)/2]; return true }},
		{name: "too old, and rewritten", codes: []string{"too-old", "body-reserialized"}, proven: true, sign: later(-4000), send: anyRewrite},
		{name: "a whole number beyond 53 bits rounded", codes: rewritten, sign: func(q *request) {
			q.event = append(q.event, member{"external_id", number("9007199254740993")})
			q.signed = q.original.write(q.event)
		}, send: func(q *request) bool {
			q.body = bytes.Replace(q.signed, []byte("9007199254740993"), []byte("9007199254740992"), 1)
			return true
		}},
	}
	all = append(all, confusable(stripe)...)
	if stripe {
		return append(all,
			situation{name: "the timestamp changed after signing", send: func(q *request) bool {
				return q.set("Stripe-Signature", "t="+fmt.Sprint(q.at.Unix()+1)+",v1="+q.signature(q.secret)) && q.stamp != fmt.Sprint(q.at.Unix()+1)
			}},
			situation{name: "no v1 signature", codes: []string{"unsupported-version", "malformed-signature"}, proven: true, send: func(q *request) bool {
				return q.set("Stripe-Signature", "t="+q.stamp+",v0="+q.signature(q.secret))
			}},
		)
	}
	return append(all,
		situation{name: "another secret that is known", codes: []string{"other-known-secret"}, proven: true, sign: known},
		situation{name: "another secret that is known, and rewritten", codes: []string{"other-known-secret", "body-reserialized"}, sign: known, send: anyRewrite},
		situation{name: "a header of the signature is missing", codes: []string{"missing-headers"}, proven: true, send: func(q *request) bool {
			i := 1 + q.r.IntN(3)
			q.headers = slices.Delete(q.headers, i, i+1)
			return true
		}},
		situation{name: "the message id changed after signing", send: func(q *request) bool { return q.set("Svix-Id", token(q.r, "msg_", 27)) }},
		situation{name: "the timestamp changed after signing", send: func(q *request) bool { return q.set("Svix-Timestamp", fmt.Sprint(q.at.Unix()+1)) }},
		situation{name: "no signature that can be read", codes: []string{"malformed-signature"}, proven: true, send: func(q *request) bool {
			return q.set("Svix-Signature", pick(q.r, []string{"v1,!!!", "v1", "v1,", "sha256=deadbeef"}))
		}},
		situation{name: "another version", codes: []string{"unsupported-version", "malformed-signature"}, proven: true, send: func(q *request) bool { return q.set("Svix-Signature", "v2,"+q.signature(q.secret)) }},
		situation{name: "signed without the id", codes: []string{"malformed-signature"}, proven: true, sign: func(q *request) { q.content = stripeContent }},
		situation{name: "several unknown signatures", send: func(q *request) bool {
			return q.set("Svix-Signature", "v1,"+q.signature("whsec_"+token(q.r, "", 32))+" v1,"+q.signature("whsec_"+token(q.r, "", 32)))
		}},
	)
}

// misdirected is the other sender's delivery at this one's path.
func misdirected(stripe bool) []situation {
	return []situation{{name: "the other sender's delivery", codes: []string{"wrong-provider"}, proven: true, send: func(q *request) bool {
		path := q.path
		other, _ := build(q.r, situation{}, !stripe, instance, q.at)
		*q = *other
		q.path = path
		return true
	}}}
}
