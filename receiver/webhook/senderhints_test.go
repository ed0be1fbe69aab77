package webhook

import (
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// How a sentence about a signature opens follows from what the request gives
// away, where that points one way.
func TestASentenceOpensWithHowItLooks(t *testing.T) {
	yes, no := Hint("x", true, "y"), Hint("x", false, "y")
	for _, c := range []struct {
		name    string
		hints   Hints
		opening string
	}{
		{"all of it genuine", Hints{yes, yes, yes, "Svix/1"}, "It looks genuine (User-Agent Svix/1, from an address of Svix), but "},
		{"the agent alone", Hints{yes, no, no, "Svix/1"}, "It looks genuine (User-Agent Svix/1), but "},
		{"nothing", Hints{no, nil, nil, `""`}, "Nothing about it looks like Svix (no User-Agent), and "},
		{"another agent", Hints{no, no, no, "curl/8"}, "Nothing about it looks like Svix (User-Agent curl/8), and "},
		{"another agent from its address", Hints{no, yes, no, "curl/8"}, ""},
		{"another agent with its form of id", Hints{no, no, yes, "curl/8"}, ""},
		{"no hints", Hints{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &evidence{signing: &Signing{Sender: "Svix"}, hints: &c.hints}
			if e.opening() != c.opening {
				t.Errorf("%q", e.opening())
			}
		})
	}
}

// Whatever age a sender claims, it is said without a number that ran over.
func TestAnAgeIsSaid(t *testing.T) {
	for age, want := range map[int64]string{0: "0 s old", -1 << 63: "more than 100 years ahead", 1<<63 - 1: "more than 100 years old", -90e9: "90 s ahead", 3600e9: "60 min old"} {
		if text := AgeText(time.Duration(age)); text != want || strings.Contains(text, "-") {
			t.Errorf("%d: %s", age, text)
		}
	}
}

func TestAnyAgeIsSaid(t *testing.T) {
	negative := regexp.MustCompile(`-\d+ (s|min|h|days)`)
	rapid.Check(t, func(t *rapid.T) {
		age := time.Duration(rapid.OneOf(rapid.Int64(), rapid.Just(int64(math.MinInt64))).Draw(t, "age"))
		if text := AgeText(age); negative.MatchString(text) || strings.HasSuffix(text, " ahead") != (age < 0) {
			t.Fatal(text)
		}
	})
}
