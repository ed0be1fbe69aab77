package plainjson

import (
	"encoding/json"
	"strings"
	"testing"
)

func FuzzSkip(f *testing.F) {
	for _, text := range []string{`{"a":[1,-2.5e+3,"x\u00e9\n",true,false,null,{}],"b":{"c":[]}}`, `[1,]`, `{"a"}`, `01`, `-`, `"\q"`, "\"\x1f\"", `"` + strings.Repeat("x", 17) + `\`, ` 1 `, `nulL`, `truefalse`} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		r := New(text)
		r.Skip()
		if r.Done() && !json.Valid(text) {
			t.Errorf("%q is read, and is not JSON", text)
		}
		var want struct{ A, B string }
		var a, b string
		r = New(text)
		r.Object([]string{"A", "B"}, func(i int) { *[]*string{&a, &b}[i] = r.Text() })
		if !r.Done() {
			return
		}
		if err := json.Unmarshal(text, &want); err != nil || a != want.A || b != want.B {
			t.Errorf("%q is read as %q and %q, by encoding/json as %+v, %v", text, a, b, want, err)
		}
	})
}

// Eight bytes at a time find what one at a time finds, wherever it is.
func TestOrdinaryFindsTheFirstOddByte(t *testing.T) {
	for _, around := range []string{"x", "\x7f", "\x80", "\xff", " ", "!", "#", "[", "]"} {
		for length := range 20 {
			for odd := range 256 {
				for at := range length {
					text := []byte(strings.Repeat(around, length))
					text[at] = byte(odd)
					want := length
					if odd < ' ' || odd == '"' || odd == '\\' {
						want = at
					}
					if got := ordinary(text); got != want {
						t.Fatalf("byte %#x at %d of %d %q: found at %d", odd, at, length, around, got)
					}
				}
			}
		}
	}
}

func TestReaderReadsPlainJSON(t *testing.T) {
	r := New([]byte(` { "id" : "a" , "n" : -1.5e3 , "list" : [ { } , [ ] , "x\"y" ] , "none" : null, "raw": {"é":[1, 2]} } `))
	var id, number, none string
	var raw []byte
	items := 0
	r.Object([]string{"id", "n", "list", "none", "raw"}, func(i int) {
		switch i {
		case 0:
			id = r.Text()
		case 1:
			number = r.Number()
		case 2:
			r.Array(func() { items++; r.Skip() })
		case 3:
			none = r.Text()
		case 4:
			raw = r.Raw()
		}
	})
	if !r.Done() || id != "a" || number != "-1.5e3" || items != 3 || none != "" || string(raw) != `{"é":[1, 2]}` {
		t.Errorf("read %q, %q, %d items, %q, %q; done %t", id, number, items, none, raw, r.Done())
	}
}
