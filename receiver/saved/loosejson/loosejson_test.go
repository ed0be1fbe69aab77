package loosejson

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestTimesAreReadInTheFormsThatProgramsWrite(t *testing.T) {
	second := time.Date(2026, 1, 13, 15, 41, 11, 0, time.UTC)
	exact := second.Add(497 * time.Millisecond)
	for text, want := range map[string]time.Time{
		`"2026-01-13T15:41:11.497Z"`: exact, `"2026-01-13T15:41:11.497000"`: exact, `"2026-01-13T15:41:11.497+0000"`: exact, `"2026-01-13T16:41:11.4970000+01:00"`: exact,
		`"2026-01-13 15:41:11Z"`: second, `"2026-01-13 15:41:11"`: second, `"2026-01-13 15:41:11.497 UTC"`: exact, `"2026-01-13 15:41:11.497 +0000 UTC"`: exact, `"2026-01-13T15:41:11z"`: second,
		`"Tue, 13 Jan 2026 15:41:11 GMT"`: second, `"Tue Jan 13 2026 16:41:11 GMT+0100 (Central European Standard Time)"`: second, `"13/Jan/2026:15:41:11 +0000"`: second,
		`1768318871`: second, `"1768318871"`: second, `1768318871497`: exact, `1768318871.497`: exact, `1768318871497000`: exact, `1768318871497000000`: exact,
		`""`: {}, `{}`: {}, `null`: {}, `"soon"`: {}, `-5`: {}, `0`: {}, `1e999`: {}, `"NaN"`: {}, `"Inf"`: {}, `"0001-01-01T00:00:00Z"`: {}, `true`: {}, `[1768318871]`: {},
	} {
		got, ok := Time(json.RawMessage(text))
		if ok != !want.IsZero() || got.Sub(want).Abs() > time.Millisecond {
			t.Errorf("%s is %v (%v), want %v", text, got, ok, want)
		}
	}
}

func TestHeadersAreReadInTheShapesThatProgramsWrite(t *testing.T) {
	for text, want := range map[string]string{
		`{"A":"1","B":["2","3"],"C":4}`: "[{A 1} {B 2} {B 3} {C 4}] 0 <nil>", `[{"name":"A","value":"1"},{"key":"B","value":"2"}]`: "[{A 1} {B 2}] 0 <nil>",
		`[["A","1"],["B","2"]]`: "[{A 1} {B 2}] 0 <nil>", `["A","1","B","2"]`: "[{A 1} {B 2}] 0 <nil>", `{"a":[{"key":"A","value":"1"}]}`: "[{a 1}] 0 <nil>",
		`"A: 1\r\nB: 2"`: "[{A 1} {B 2}] 0 <nil>", `"{\"A\":\"1\"}"`: "[{A 1}] 0 <nil>", `{"A":"1","B":{"c":1}}`: "[{A 1}] 1 <nil>", `[{"name":"A","value":null}]`: "[{A }] 0 <nil>",
		`[]`: "[] 0 <nil>", `{}`: "[] 0 <nil>", `7`: "[] 0 " + ErrNotHeaders.Error(), `"none"`: "[] 1 " + ErrNotHeaders.Error(), `{"A":{}}`: "[] 1 " + ErrNotHeaders.Error(),
	} {
		all, odd, err := Headers(json.RawMessage(text))
		if got := fmt.Sprint(all, odd, err); got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestNamesInAnySpellingAreOne(t *testing.T) {
	for _, text := range []string{`{"body_b64":"x"}`, `{"bodyB64":"x"}`, `{"Body-B64":"x"}`, `{"BODY_B64":null,"bodyB64":"x"}`} {
		o, ok := Parse([]byte(text))
		if !ok || o.Text("bodyb64") != "x" {
			t.Errorf("%s is %v", text, o)
		}
	}
}

func TestABufferIsItsBytes(t *testing.T) {
	for text, want := range map[string]string{`{"type":"Buffer","data":[123,125]}`: "{}", `[123,125]`: "{}", `[1,256]`: "", `[]`: "", `{"type":"x","data":[1]}`: "", `["a"]`: ""} {
		if b, ok := Buffer(json.RawMessage(text)); string(b) != want || ok != (want != "") {
			t.Errorf("%s is %q, %v", text, b, ok)
		}
	}
}

func FuzzValues(f *testing.F) {
	for _, text := range []string{`{"a":[1,{"b":"c"}]}`, `[["a","b"],{"name":1,"value":[]}]`, `"{\"a\":\"b\"}"`, `"2026-01-13T15:41:11Z"`, `1e400`, `{"type":"Buffer","data":[0]}`, `"\"\\\"{}\""`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		v := json.RawMessage(text)
		given := slices.Clone(text)
		if at, ok := Time(v); ok && (at.Year() < 2000 || at.Year() > 2200) {
			t.Errorf("%s is %v", text, at)
		}
		all, _, err := Headers(v)
		if len(all) > len(text) || err != nil && len(all) > 0 {
			t.Errorf("%d headers, %v", len(all), err)
		}
		_, _ = Buffer(v)
		_, _ = Text(v)
		if o, ok := Parse(v); ok {
			for name := range o {
				if Name(name) != name {
					t.Errorf("%q is not in plain form", name)
				}
			}
		}
		if !slices.Equal(given, text) {
			t.Error("reading changed what was read")
		}
	})
}
