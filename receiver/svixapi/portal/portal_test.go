package portal

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
)

const token = "ott_0123456789abcdef.eu"

const document = `{"appId":"app_2xyz","oneTimeToken":"` + token + `","region":"eu","more":{"?":">>>???"}}`

func std(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

func TestLinksInEveryFormAreRead(t *testing.T) {
	raw := []byte(document)
	if !strings.ContainsAny(std(document), "+/") {
		t.Fatal("the document does not need both alphabets")
	}
	for _, test := range []struct{ name, link string }{
		{"as Clerk gives it", "https://app.svix.com/login#key=" + std(document)},
		{"without padding", "https://app.svix.com/login#key=" + base64.RawStdEncoding.EncodeToString(raw)},
		{"url-safe", "https://app.svix.com/login#key=" + base64.URLEncoding.EncodeToString(raw)},
		{"url-safe without padding", "https://app.svix.com/login#key=" + base64.RawURLEncoding.EncodeToString(raw)},
		{"percent-encoded", "https://app.svix.com/login#key=" + url.QueryEscape(std(document))},
		{"plus read as a space", "https://app.svix.com/login#key=" + strings.ReplaceAll(std(document), "+", "%20")},
		{"after another field", "https://app.svix.com/login#next=%2Fendpoints&key=" + std(document)},
		{"after another field, with a question mark", "https://app.svix.com/login#?next=/endpoints&key=" + std(document)},
		{"after a query in the fragment", "https://app.svix.com/login#/x?next=/endpoints&key=" + std(document)},
		{"before another field", "https://app.svix.com/login#key=" + std(document) + "&next=%2Fendpoints"},
		{"with a query of its own", "https://app.svix.com/login?next=/a&key=no#key=" + std(document)},
		{"of another server", "http://127.0.0.1:9/login#key=" + std(document)},
	} {
		l, err := Parse(test.link)
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		if got, oneTime := l.Reveal(); got != token || !oneTime || l.AppID != "app_2xyz" || l.Region != "eu" || l.Server != "" {
			t.Errorf("%s: %s, one-time %t", test.name, l, oneTime)
		}
	}
}

func TestTheOldFormAndOptionalFields(t *testing.T) {
	l, err := Parse("https://app.svix.com/login#key=" + std(`{"appId":"app_1","token":"appsk_1","serverUrl":"https://api.us.svix.com"}`))
	if err != nil {
		t.Fatal(err)
	}
	if got, oneTime := l.Reveal(); got != "appsk_1" || oneTime || l.Region != "" || l.Server != "https://api.us.svix.com" {
		t.Errorf("%+v", l)
	}
	l, err = Parse("#key=" + std(`{"appId":"app_1","token":"appsk_1","oneTimeToken":"ott_1","region":null}`))
	if got, oneTime := l.Reveal(); err != nil || got != "ott_1" || !oneTime {
		t.Errorf("with both tokens: %v", err)
	}
}

func TestOtherTextsAreRefusedWithoutBeingShown(t *testing.T) {
	for name, link := range map[string]string{
		"nothing":              "",
		"no fragment":          "https://app.svix.com/login",
		"no key":               "https://app.svix.com/login#token=" + token,
		"an empty key":         "https://app.svix.com/login#key=",
		"no base64":            "#key=" + token + "!",
		"no JSON":              "#key=" + std(token),
		"another JSON":         "#key=" + std(`["`+token+`"]`),
		"a number":             "#key=" + std(`{"appId":7,"oneTimeToken":"`+token+`"}`),
		"no application":       "#key=" + std(`{"oneTimeToken":"`+token+`"}`),
		"a path":               "#key=" + std(`{"appId":"app/../x","oneTimeToken":"`+token+`"}`),
		"dots":                 "#key=" + std(`{"appId":"..","oneTimeToken":"`+token+`"}`),
		"no token":             "#key=" + std(`{"appId":"app_1"}`),
		"a token with a line":  "#key=" + std(`{"appId":"app_1","oneTimeToken":"`+token+`\r\nX: y"}`),
		"a region with a path": "#key=" + std(`{"appId":"app_1","oneTimeToken":"`+token+`","region":"eu/x"}`),
		"a long text":          "#key=" + std(`{"appId":"app_1","oneTimeToken":"`+token+strings.Repeat("x", maxLink)+`"}`),
	} {
		_, err := Parse(link)
		if err == nil || strings.Contains(err.Error(), "0123456") || strings.Contains(err.Error(), std(token)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestALinkNeverShowsItsToken(t *testing.T) {
	l, err := Parse("#key=" + std(document))
	if err != nil {
		t.Fatal(err)
	}
	encoded, _ := json.Marshal(map[string]any{"a": l, "b": &l})
	var logged strings.Builder
	slog.New(slog.NewTextHandler(&logged, nil)).Info("x", "link", l)
	for _, text := range []string{
		fmt.Sprint(l), fmt.Sprintf("%v %+v %#v %s %q %x", l, l, l, l, l, l), fmt.Sprintf("%+v", &l), fmt.Sprintf("%v", []any{l, struct{ L Link }{l}}),
		string(encoded), logged.String(),
	} {
		if strings.Contains(text, "0123456") || !strings.Contains(text, "app_2xyz") {
			t.Errorf("%s", text)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, link := range []string{
		"https://app.svix.com/login#key=" + std(document), "#?next=/a&key=" + std(document), "#key=%zz", "#key====", "#key=" + std(`{"appId":"..","token":"a"}`),
		"#key=" + std(`{"appId":"app_1","token":"a","region":"eu.evil.com"}`),
	} {
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, link string) {
		check := func(l Link, err error) {
			if err != nil {
				if len(err.Error()) > 100 {
					t.Errorf("a long error: %v", err)
				}
				return
			}
			if got, _ := l.Reveal(); !Token(got) || !ID(l.AppID) || strings.ContainsAny(l.AppID+l.Region, "/?#@:%\\ ") || strings.Contains(l.Region, ".") {
				t.Errorf("took %q %q", l.AppID, l.Region)
			}
		}
		check(Parse(link))
		check(Parse("#key=" + std(link)))
		check(Parse("#key=" + std(`{"appId":"app_1","token":"t","region":"`+link+`"}`)))
		check(Parse("#key=" + std(`{"appId":"`+link+`","token":"t"}`)))
	})
}
