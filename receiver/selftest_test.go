package receiver

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestASelfTestIsAnsweredWithProofAndNotStored(t *testing.T) {
	g := start(t, nil, nil)
	g.SelfTest = NewSelfTest()
	for name, h := range map[string]http.Handler{"the tunnel": g.Public(), "the local address": g.Local(), "the user's own tunnel": g.Shared("hooks.example.com")} {
		ask, proves := g.SelfTest.Challenge()
		answer := request(t, h, http.MethodPost, clerkPath, ask)
		if answer.Code != http.StatusOK || !proves(answer.Header()) {
			t.Errorf("%s: %d %v", name, answer.Code, answer.Header())
		}
	}
	if n := len(g.shelf.kept); n != 0 {
		t.Errorf("%d deliveries were stored", n)
	}
}

// Whoever has no open nonce of this process gets what he would get without the
// header, to the letter.
func TestStrangersLearnNothingFromTheSelfTest(t *testing.T) {
	g := start(t, nil, nil)
	g.SelfTest = NewSelfTest()
	used, _ := g.SelfTest.Challenge()
	request(t, g.Public(), http.MethodPost, clerkPath, used)
	foreign, provesForeign := NewSelfTest().Challenge()
	open, _ := g.SelfTest.Challenge()
	forged := open.Clone()
	nonce, signature, _ := strings.Cut(forged.Get(selfTestHeader), ".")
	forged.Set(selfTestHeader, nonce+"."+strings.ToUpper(signature))
	for name, c := range map[string]struct {
		method, path string
		ask          http.Header
	}{
		"used before":            {http.MethodPost, clerkPath, used},
		"of another process":     {http.MethodPost, clerkPath, foreign},
		"a forged signature":     {http.MethodPost, clerkPath, forged},
		"a nonce alone":          {http.MethodPost, clerkPath, http.Header{selfTestHeader: {nonce}}},
		"nothing but a dot":      {http.MethodPost, clerkPath, http.Header{selfTestHeader: {"."}}},
		"an open one, as a GET":  {http.MethodGet, clerkPath, open},
		"an open one, elsewhere": {http.MethodPost, "/", open},
	} {
		plain := request(t, g.Public(), c.method, c.path, nil)
		got := request(t, g.Public(), c.method, c.path, c.ask)
		// Each that is stored has its own number.
		if got.Code != plain.Code || withoutDelivery(got.Body.String()) != withoutDelivery(plain.Body.String()) || !sameHeader(got.Header(), plain.Header()) || provesForeign(got.Header()) {
			t.Errorf("%s: %d %v %s, want %d %v %s", name, got.Code, got.Header(), got.Body, plain.Code, plain.Header(), plain.Body)
		}
	}
	// None of that used up the nonce that is open.
	if got := request(t, g.Public(), http.MethodPost, clerkPath, open); got.Header().Get(selfTestHeader) == "" {
		t.Errorf("the open one got %d", got.Code)
	}
}

func TestOldNoncesAreForgotten(t *testing.T) {
	s := NewSelfTest()
	first, _ := s.Challenge()
	for range maxOpenTests {
		s.Challenge()
	}
	if s.answer(httptest.NewRecorder(), first) || len(s.open) != maxOpenTests {
		t.Errorf("%d nonces are open", len(s.open))
	}
}

func request(t *testing.T, h http.Handler, method, path string, header http.Header) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, "https://hooks.example.com"+path, io.NopCloser(strings.NewReader("{}")))
	maps.Copy(req.Header, header)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

func withoutDelivery(body string) string {
	before, _, _ := strings.Cut(body, `"delivery"`)
	return before
}

func sameHeader(a, b http.Header) bool {
	return maps.EqualFunc(a, b, func(x, y []string) bool { return strings.Join(x, "\n") == strings.Join(y, "\n") })
}
