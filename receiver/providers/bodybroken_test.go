package providers

import (
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// A body that no provider sends is named before any secret is suspected.
func TestABrokenBodyIsBlamedBeforeTheSecret(t *testing.T) {
	good := officially(t, autopsyOurs, clerkBody)
	for _, c := range []struct{ name, arrived, says, fix string }{
		{"nothing", "", "0 bytes arrived. Probably something read the body", "express.raw"},
		{"a line break", "\n", "1 byte of whitespace arrived", "express.raw"},
		{"the first 40 bytes", clerkBody[:40], "It breaks off at byte 40, in the middle of its JSON", "it has to count bytes"},
		{"an object made a text", "[object Object]", `"[object Object]" arrived, which is what String() makes`, "await req.text()"},
		{"a buffer made a text", "[object ArrayBuffer]", `"[object ArrayBuffer]" arrived`, "await req.text()"},
		{"what a parser leaves", "{}", `"{}" arrived. A body parser leaves that`, "express.raw"},
		{"nothing, stringified", "undefined", `"undefined" arrived`, ""},
		{"Latin-1", strings.Replace(clerkBody[:len(clerkBody)-1], "é", "\xe9", 1), "stops being valid UTF-8 at byte 20", ""},
		{"gzip", "\x1f\x8b\x08\x00", "compressed (gzip)", ""},
		{"no JSON", "hello", "stops being JSON at byte 1", ""},
		{"JSON and more", clerkBody + "{", "Something follows the JSON that ends at byte", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := autopsyOf(good, c.arrived, autopsyKeys)
			if v.Code != webhook.WrongSecret || v.Title != "The body arrived broken" || !v.BodyBroken {
				t.Fatalf("%s: %s", v.Code, v.Title)
			}
			if !strings.Contains(v.Detail, c.says) || !strings.Contains(v.Fix, c.fix) || strings.Contains(v.Fix, "Signing Secret") {
				t.Errorf("%s\n%s", v.Detail, v.Fix)
			}
		})
	}
	if v := autopsyOf(v1(hmacOf(decoded(t, autopsyUnknown), autopsyStampDot+clerkBody)), clerkBody, autopsyKeys); v.BodyBroken || v.Title != "The signature does not match" {
		t.Errorf("a whole body: %s", v.Title)
	}
}
