package relay

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTokensHaveTheServicesFormAndAreNotPrinted(t *testing.T) {
	seen := map[Token]bool{}
	for range 1000 {
		token := NewToken()
		if !token.Valid() || seen[token] {
			t.Fatalf("made %q", string(token))
		}
		seen[token] = true
		if text := fmt.Sprintf("%s %v %+v %#v %q", token, token, []Token{token}, token, token); strings.Contains(text, string(token)) {
			t.Errorf("printed as %s", text)
		}
	}
	for _, wrong := range []Token{"", "AbCd123456", "c_AbCd12345", "c_AbCd1234567", "c_AbCd12345-", "e_AbCd123456", "c_AbCd123456\n"} {
		if wrong.Valid() {
			t.Errorf("%q is valid", string(wrong))
		}
	}
}

func TestTokensStayTheSame(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	tokens := TokensBeside(filepath.Join(dir, "hooktop.db"))
	if tokens.Path() != filepath.Join(dir, "relay.json") {
		t.Errorf("the file is %s", tokens.Path())
	}
	if c, at, err := tokens.Consent(); c != Unasked || !at.IsZero() || err != nil {
		t.Errorf("before any file: %q, %v, %v", c, at, err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("reading made the folder")
	}
	clerk := must(t, tokens, "clerk")
	then := time.Date(2026, 11, 30, 10, 0, 0, 0, time.UTC)
	if err := tokens.SetConsent(Agreed, then); err != nil {
		t.Fatal(err)
	}
	stripe := must(t, tokens, "stripe")
	tokens.setHeard("clerk", clerk, heard{At: &then, History: "h", Recent: []digest{"d"}})
	again := TokensBeside(filepath.Join(dir, "hooktop.db"))
	if got := must(t, again, "clerk"); got != clerk || must(t, again, "stripe") != stripe || clerk == stripe {
		t.Error("the tokens changed, or are the same")
	}
	if c, at, err := again.Consent(); c != Agreed || !at.Equal(then) || err != nil {
		t.Errorf("the consent is %q, %v, %v", c, at, err)
	}
	if got := again.lastHeard("clerk", clerk); got.At == nil || !got.At.Equal(then) || got.History != "h" || len(got.Recent) != 1 {
		t.Errorf("last heard %+v", got)
	}
	if got := again.lastHeard("clerk", stripe); got.At != nil {
		t.Errorf("another token was heard %+v", got)
	}
	for _, c := range []Consent{Declined, Unasked} {
		if err := again.SetConsent(c, then); err != nil {
			t.Fatal(err)
		}
		if got, _, err := tokens.Consent(); got != c || err != nil {
			t.Errorf("%q became %q, %v", c, got, err)
		}
	}
	if info, err := os.Stat(tokens.Path()); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".relay-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func must(t *testing.T, tokens *Tokens, provider string) Token {
	t.Helper()
	token, err := tokens.Token(provider)
	if err != nil || !token.Valid() {
		t.Fatalf("token %q, %v", string(token), err)
	}
	return token
}

// Several hooktops on one database must not make two tokens of one.
func TestTokensMadeAtTheSameTimeAreTheSame(t *testing.T) {
	db := filepath.Join(t.TempDir(), "hooktop.db")
	var mu sync.Mutex
	var all sync.WaitGroup
	made := map[string]map[Token]bool{"clerk": {}, "stripe": {}}
	for i := range 20 {
		all.Go(func() {
			provider := []string{"clerk", "stripe"}[i%2]
			token, err := TokensBeside(db).Token(provider)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			made[provider][token] = true
		})
	}
	all.Wait()
	if len(made["clerk"]) != 1 || len(made["stripe"]) != 1 {
		t.Errorf("made %d and %d", len(made["clerk"]), len(made["stripe"]))
	}
}

// A file that cannot be used stays as it is: a new token would change the URL.
func TestATokensFileThatCannotBeUsedIsLeftAlone(t *testing.T) {
	for name, text := range map[string]string{
		"empty":               "",
		"half":                `{"version":1,"tokens":{"clerk":{"token":"c_AbCd12`,
		"of another program":  `{"name":"relay","private":true}`,
		"a list":              `[]`,
		"of a newer hooktop":  `{"version":2,"tokens":{}}`,
		"with more fields":    `{"version":1,"tokens":{},"later":true}`,
		"with a wrong token":  `{"version":1,"tokens":{"clerk":{"token":"secret"}}}`,
		"with a wrong name":   `{"version":1,"tokens":{"../clerk":{"token":"c_AbCd123456"}}}`,
		"with a wrong answer": `{"version":1,"consent":"maybe","tokens":{}}`,
		"twice":               `{"version":1,"tokens":{}} {}`,
		"too large":           `{"version":1,"tokens":{}}` + strings.Repeat(" ", maxTokensFile),
	} {
		t.Run(name, func(t *testing.T) {
			tokens := TokensBeside(filepath.Join(t.TempDir(), "hooktop.db"))
			if err := os.WriteFile(tokens.Path(), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, tokenErr := tokens.Token("clerk")
			_, _, consentErr := tokens.Consent()
			for _, err := range []error{tokenErr, consentErr, tokens.SetConsent(Agreed, time.Now())} {
				var e *Error
				if !errors.As(err, &e) || e.Code != CodeTokensFile || !strings.Contains(e.Error(), tokens.Path()) || e.Fix() == "" || strings.Contains(e.Error(), "secret") {
					t.Errorf("%v", err)
				}
			}
			tokens.setHeard("clerk", token, heard{At: new(time.Time)})
			if now, err := os.ReadFile(tokens.Path()); err != nil || string(now) != text {
				t.Errorf("the file became %q, %v", now, err)
			}
		})
	}
}

func TestATokensFileThatCannotBeWrittenIsSaid(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tokens := TokensBeside(filepath.Join(file, "hooktop.db"))
	_, err := tokens.Token("clerk")
	if e := (*Error)(nil); !errors.As(err, &e) || e.Code != CodeTokensFile || e.Fix() == "" {
		t.Errorf("%v", err)
	}
}

func TestAFileThatOthersCanReadIsClosedToThem(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there are no such modes")
	}
	tokens := TokensBeside(filepath.Join(t.TempDir(), "hooktop.db"))
	first := must(t, tokens, "clerk")
	if err := os.Chmod(tokens.Path(), 0o644); err != nil {
		t.Fatal(err)
	}
	if must(t, tokens, "clerk") != first {
		t.Error("the token changed")
	}
	if info, _ := os.Stat(tokens.Path()); info.Mode().Perm() != fs.FileMode(0o600) {
		t.Errorf("the mode is %v", info.Mode())
	}
}
