package autopsy

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Writing in the style of Go gives what Go writes, for any value.
func TestTheStyleOfGoIsGos(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		value := map[string]any{text: []any{text, rapid.Int64().Draw(t, "n"), nil, true}, "a": map[string]any{}, "z": []any{}}
		want, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		indented, err := json.MarshalIndent(value, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		tree, err := parseJSON(indented)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := tree.write(jsonStyle{escape: escapeHTML | escapeLines}, 1<<20); !bytes.Equal(got, want) {
			t.Errorf("%s, want %s", got, want)
		}
		if got, _ := tree.write(jsonStyle{escape: escapeHTML | escapeLines, layout: Indent2}, 1<<20); !bytes.Equal(got, indented) {
			t.Errorf("%s, want %s", got, indented)
		}
	})
}

func TestJSONThatIsTooDeepOrGoesOnIsNotRewritten(t *testing.T) {
	for _, text := range []string{"", "{", `{"a":1}x`, `{"a":1} {}`, strings.Repeat("[", 300) + strings.Repeat("]", 300), strings.Repeat(`{"a":`, 50000)} {
		if _, err := parseJSON([]byte(text)); err == nil {
			t.Errorf("%.20q was read", text)
		}
	}
}

// What writes JSON is named by what it does write, where Go can tell.
func TestTheStyleOfGoIsGosWhateverTheLayout(t *testing.T) {
	body := `{"a":"<é\u2028>","b":[1,{"c":null}],"d":{}}`
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		t.Fatal(err)
	}
	for layout, indent := range map[Layout]string{Indent2: "  ", Indent4: "    ", Tabs: "\t"} {
		want, err := json.MarshalIndent(value, "", indent)
		if err != nil {
			t.Fatal(err)
		}
		tree, err := parseJSON([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := tree.write(jsonStyle{layout: layout, escape: escapeHTML | escapeLines, sorted: true}, 1<<20); string(got) != string(want) {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}

// What a body is written as is cut where it grows out of bounds.
func TestAWrittenBodyIsCut(t *testing.T) {
	tree, err := parseJSON([]byte(hostile["as deep as is read, with few values"]))
	if err != nil {
		t.Fatal(err)
	}
	body, ok := tree.write(jsonStyle{layout: Indent4}, 1<<20)
	if ok || len(body) > 1<<20+8*deepest {
		t.Errorf("%d bytes, %v", len(body), ok)
	}
	if body, ok := tree.write(jsonStyle{}, 1<<20); !ok || len(body) != len(hostile["as deep as is read, with few values"]) {
		t.Errorf("%d bytes, %v", len(body), ok)
	}
}
