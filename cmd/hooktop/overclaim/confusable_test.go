package overclaim

import (
	"bytes"
	"compress/gzip"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // what other senders sign with
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// then joins changes: all of them, as far as each can be seen in the request.
func then(steps ...func(*request) bool) func(*request) bool {
	return func(q *request) bool {
		for _, step := range steps {
			if !step(q) {
				return false
			}
		}
		return true
	}
}

func newline(q *request) bool { q.body = append(q.body, '\n'); return true }

// replaced sends the signed text with one part of it replaced.
func replaced(old, by string) func(*request) bool {
	return func(q *request) bool {
		was := q.body
		q.body = bytes.Replace(q.body, []byte(old), []byte(by), 1)
		return !bytes.Equal(was, q.body)
	}
}

// resigned sends another signature, written as the sender writes one.
func resigned(signature func(q *request) string) func(*request) bool {
	return func(q *request) bool {
		if q.stripe {
			return q.set("Stripe-Signature", "t="+q.stamp+",v1="+signature(q))
		}
		return q.set("Svix-Signature", "v1,"+signature(q))
	}
}

// confusable are requests with more than one thing wrong, or whose trouble looks
// like another. Where codes is empty, nothing may be stated as certain.
func confusable(stripe bool) []situation {
	whitespace, rewritten := []string{"body-newline"}, []string{"body-reserialized", "body-newline"}
	otherProviders := func(q *request) {
		q.secret = map[bool]string{true: clerkSecret, false: stripeSecret}[q.stripe]
	}
	flipped := changed(func(_ *rand.Rand, data *object) { *data = append(object{{"livemode_was", true}}, *data...) })
	all := []situation{
		{name: "an unknown secret, and too old", sign: func(q *request) { unknown(q); later(-5000)(q) }},
		{name: "an unknown secret, and a line break", sign: unknown, send: newline},
		{name: "an unknown secret, used as text", sign: func(q *request) { unknown(q); q.key = textKey }},
		{name: "an unknown secret, and compressed", sign: unknown, send: func(q *request) bool {
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			_, _ = z.Write(q.body)
			_ = z.Close()
			q.body = b.Bytes()
			return true
		}},
		{name: "a value changed, and rewritten", send: then(replaced("@example.com", "@example.org"), func(q *request) bool {
			q.body = append([]byte(" "), q.body...)
			return true
		})},
		{name: "a value changed, and too old", sign: later(-4000), send: replaced("@example.com", "@example.net")},
		{name: "a field dropped, and sorted", send: then(changed(func(r *rand.Rand, data *object) { *data = (*data)[1:] }), func(q *request) bool {
			e := slices.Clone(q.event)
			e = e[1:]
			q.body = goMaps.write(e)
			return true
		})},
		{name: "a field in front added", send: flipped},
		{name: "the address in capitals", send: func(q *request) bool {
			i := bytes.Index(q.body, []byte("@example.com"))
			if i < 1 {
				return false
			}
			was := q.body[i-1]
			q.body[i-1] = bytes.ToUpper(q.body[i-1 : i])[0]
			return q.body[i-1] != was
		}},
		{name: "a number one higher", send: func(q *request) bool {
			i := bytes.LastIndexAny(q.body, "12345678")
			if i < 0 {
				return false
			}
			q.body[i]++
			return true
		}},
		{name: "true became false", send: replaced("false", "true")},
		{name: "null became a text", send: replaced(":null", `:"null"`)},
		{name: "null became an empty text", send: replaced("null", `""`)},
		{name: "another delivery's body", send: func(q *request) bool {
			q.body = q.original.write(event(q.r, instance))
			if q.stripe {
				q.body = q.original.write(stripeEvent(q.r))
			}
			return true
		}},
		{name: "one character of the signature changed", send: resigned(func(q *request) string {
			s := []byte(q.signature(q.secret))
			i := q.r.IntN(20)
			s[i] = map[bool]byte{true: 'a', false: 'b'}[s[i] == 'b']
			return string(s)
		})},
		{name: "the signature cut off", codes: []string{"malformed-signature"}, proven: true, send: resigned(func(q *request) string { return q.signature(q.secret)[:10+q.r.IntN(20)] })},
		{name: "signed with SHA-1", codes: []string{"malformed-signature"}, proven: true, send: resigned(func(q *request) string {
			mac := hmac.New(sha1.New, q.key(q.secret))
			mac.Write(q.content(q))
			return q.encode(mac.Sum(nil))
		})},
		{name: "a text in place of the event", codes: []string{"body-reserialized", "body-newline"}, send: func(q *request) bool {
			q.body = []byte(pick(q.r, []string{"undefined", "null", "[object Object]", "{}", "true", "<html><body>502 Bad Gateway</body></html>"}))
			return true
		}},
		{name: "too old, and a line break", codes: []string{"too-old", "body-newline"}, proven: true, sign: later(-900), send: newline},
		{name: "too new, and a line break", codes: []string{"too-new", "body-newline"}, proven: true, sign: later(900), send: newline},
		{name: "in quotes, and a line break", codes: rewritten, send: func(q *request) bool { q.body = []byte("'" + string(q.body) + "'\n"); return true }},
		{name: "a line break in front and behind", codes: whitespace, send: func(q *request) bool { q.body = []byte("\n" + string(q.body) + "\n"); return true }},
		{name: "the chunks' framing left in", codes: rewritten, send: func(q *request) bool {
			q.body = fmt.Appendf(nil, "%x\r\n%s\r\n0\r\n\r\n", len(q.body), q.body)
			return true
		}},
		{name: "the other provider's secret, and rewritten", codes: []string{"swapped-secrets", "other-known-secret", "body-reserialized"}, sign: otherProviders, send: anyRewrite},
		{name: "the other provider's secret, and a value changed", sign: otherProviders, send: replaced("@example.com", "@example.org")},
		{name: "the other provider's secret, read in another way", codes: []string{"swapped-secrets", "other-known-secret", "literal-secret"}, sign: func(q *request) {
			otherProviders(q)
			q.key = map[bool]func(string) []byte{true: webhookKey, false: textKey}[q.stripe]
		}},
		{name: "the key read in another way, and a line break", codes: []string{"literal-secret", "body-newline"}, sign: func(q *request) {
			q.key = map[bool]func(string) []byte{true: webhookKey, false: textKey}[q.stripe]
		}, send: newline},
		{name: "an array's items in another order", send: func(q *request) bool {
			was := q.body
			q.body = bytes.Replace(q.body, []byte(`["1","zwei/three"]`), []byte(`["zwei/three","1"]`), 1)
			q.body = bytes.Replace(q.body, []byte(`[1,"zwei/three"]`), []byte(`["zwei/three",1]`), 1)
			return !bytes.Equal(was, q.body)
		}},
		{name: "signed twice, the right one second", send: func(q *request) bool { // that is right
			s := q.signature(q.secret)
			if q.stripe {
				return q.set("Stripe-Signature", "t="+q.stamp+",v1="+hex.EncodeToString([]byte(token(q.r, "", 32)))+",v1="+s)
			}
			return q.set("Svix-Signature", "v1,"+q.signature("whsec_"+token(q.r, "", 32))+" v1,"+s)
		}},
		{name: "the timestamp as a date", codes: []string{"bad-timestamp", "malformed-signature"}, proven: true, sign: func(q *request) { q.stamp = q.at.UTC().Format("2006-01-02T15:04:05Z") }},
		{name: "the event sent twice in one body", codes: rewritten, send: func(q *request) bool { q.body = slices.Concat(q.body, q.body); return true }},
	}
	if stripe {
		return all
	}
	return append(all,
		situation{name: "another secret that is known, and a value changed", sign: known, send: replaced("@example.com", "@example.org")},
		situation{name: "another secret that is known, and too old", codes: []string{"other-known-secret", "too-old"}, proven: true, sign: func(q *request) { known(q); later(-7000)(q) }},
		situation{name: "the id of another delivery, and rewritten", send: then(func(q *request) bool { return q.set("Svix-Id", token(q.r, "msg_", 27)) }, anyRewrite)},
		situation{name: "the timestamp changed, and rewritten", send: then(func(q *request) bool { return q.set("Svix-Timestamp", fmt.Sprint(q.at.Unix()+7)) }, anyRewrite)},
		situation{name: "a header of the signature is empty", codes: []string{"missing-headers"}, proven: true, send: func(q *request) bool {
			return q.set(pick(q.r, []string{"Svix-Id", "Svix-Timestamp", "Svix-Signature"}), "")
		}},
		situation{name: "the signature twice, folded with a comma", codes: []string{"malformed-signature"}, send: func(q *request) bool {
			return q.set("Svix-Signature", "v1,"+q.signature(q.secret)+", v1,"+q.signature(q.secret))
		}},
		situation{name: "the id twice", codes: []string{"malformed-signature"}, send: func(q *request) bool { return q.set("Svix-Id", q.id+", "+q.id) }},
		situation{name: "the timestamp twice", codes: []string{"bad-timestamp"}, proven: true, send: func(q *request) bool { return q.set("Svix-Timestamp", q.stamp+", "+q.stamp) }},
		situation{name: "the asymmetric signature", codes: []string{"unsupported-version", "malformed-signature"}, proven: true, send: func(q *request) bool {
			return q.set("Svix-Signature", "v1a,"+strings.Repeat("A", 86)+"==")
		}},
	)
}
