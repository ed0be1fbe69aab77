package dotenv

import (
	"bufio"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The versions of the packages that this reader is compared with.
var packages = []string{"dotenv@18.0.10", "@next/env@16.4.6"}

// outer are the variables of the process that @next/env runs in.
var outer = map[string]string{"OUTER": "from outside", "EMPTY": ""}

type question struct {
	Files [][]byte `json:"files"`
}

type answer struct {
	Dotenv, Next map[string]string
}

// TestTheNpmPackagesReadTheSame compares with the real packages, over made-up
// files. HOOKTOP_NPM=1 asks for it: it installs them from the npm registry.
// HOOKTOP_NPM_FILES says how many, HOOKTOP_NPM_SEED which.
func TestTheNpmPackagesReadTheSame(t *testing.T) {
	if os.Getenv("HOOKTOP_NPM") == "" {
		t.Skip("HOOKTOP_NPM=1 compares with the real packages from the npm registry")
	}
	count, seed := number(t, "HOOKTOP_NPM_FILES", 50000), uint64(number(t, "HOOKTOP_NPM_SEED", 1))
	random := rand.New(rand.NewPCG(seed, seed))
	var questions []question
	for _, c := range forms {
		questions = append(questions, question{[][]byte{[]byte(c.text)}})
	}
	for _, c := range references {
		questions = append(questions, question{[][]byte{[]byte(c.text)}})
	}
	for len(questions) < count {
		q := question{[][]byte{anyFile(random), anyFile(random)}}
		if canCompare(q.Files) {
			questions = append(questions, q)
		}
	}
	compared, wrong := 0, 0
	for i, a := range ask(t, questions) {
		q := questions[i]
		got, gotNext := Parse(q.Files[0]).Values(), nextReads(q.Files)
		compared += len(a.Dotenv) + len(a.Next)
		if !maps.Equal(got, a.Dotenv) {
			wrong++
			t.Errorf("%q:\n  hooktop %q\n  dotenv  %q", q.Files[0], got, a.Dotenv)
		}
		if !maps.Equal(gotNext, a.Next) || (gotNext == nil) != (a.Next == nil) {
			wrong++
			t.Errorf("%q:\n  hooktop   %q\n  @next/env %q", q.Files, gotNext, a.Next)
		}
		if wrong > 10 {
			t.Fatal("and so on")
		}
	}
	t.Logf("%d files, %d values compared, %d differ", len(questions), compared, wrong)
}

// canCompare reports whether both should read the same of files. It leaves out
// those with values that refer to themselves, over which Node may run out of
// memory; with a variable that is set to nothing in the process or in the first
// file and to something below, as hooktop counts it as not set; and with one that
// two files set, if its value still has a $, which @next/env expands again and
// then does not use.
func canCompare(files [][]byte) bool {
	first, second := Parse(files[0]).Values(), Parse(files[1]).Values()
	for name, value := range first {
		if _, both := second[name]; both && (value == "" || strings.Contains(value, "$")) {
			return false
		}
	}
	_, isFirst := first["EMPTY"]
	_, isSecond := second["EMPTY"]
	return !isFirst && !isSecond && nextReads(files) != nil
}

// nextReads returns what the files set together, as @next/env returns it: a
// variable counts as set if it is empty. It returns nil if @next/env cannot load
// one of them.
func nextReads(files [][]byte) map[string]string {
	all, failed := map[string]string{}, false
	for _, text := range files {
		f := Parse(text)
		f.Expand(func(name string) string {
			if value, ok := outer[name]; ok {
				return value
			}
			return all[name]
		})
		for _, v := range f.Variables {
			_, isOuter := outer[v.Name]
			_, isSet := all[v.Name]
			failed = failed || v.Endless && !isOuter && !isSet
			if !isOuter && !isSet {
				all[v.Name] = v.Value
			}
		}
	}
	if failed {
		return nil
	}
	return all
}

// ask installs the packages and has them read files.
func ask(t *testing.T, questions []question) []answer {
	t.Helper()
	dir := t.TempDir()
	script, err := filepath.Abs(filepath.Join("testdata", "oracle.cjs"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "oracle.cjs"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	install := exec.Command("npm", append([]string{"install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", dir}, packages...)...)
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm install: %v\n%s", err, out)
	}
	var in strings.Builder
	encoder := json.NewEncoder(&in)
	for _, q := range questions {
		if err := encoder.Encode(q); err != nil {
			t.Fatal(err)
		}
	}
	node := exec.Command("node", "oracle.cjs")
	node.Dir, node.Stdin, node.Stderr = dir, strings.NewReader(in.String()), os.Stderr
	node.Env = []string{"PATH=" + os.Getenv("PATH")}
	for name, value := range outer {
		node.Env = append(node.Env, name+"="+value)
	}
	out, err := node.Output()
	if err != nil {
		t.Fatal(err)
	}
	var answers []answer
	lines := bufio.NewScanner(strings.NewReader(string(out)))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, a)
	}
	if len(answers) != len(questions) {
		t.Fatalf("%d answers to %d questions", len(answers), len(questions))
	}
	return answers
}

// pieces are what files are made of.
var pieces = []string{
	"A", "B", "CLERK_WEBHOOK_SECRET", "S-T", "a.b", "1", "10", "2x", "OUTER", "EMPTY", "é", "=", "=", "=", "=", " = ", ": ", ":", ":\n",
	"'", "'", `"`, `"`, "`", `\'`, `\"`, "\\`", `\`, `\\`, `\n`, `\r`, `\t`, "\n", "\n", "\n", "\n\n", "\r\n", "\r", " ", " ", "\t", "\v", "\f",
	"\u00a0", "\ufeff", "\u2028", "\u2029", "\u200b", "#", " #", "# ", "export ", "export", "export\n", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
	"a+/=", "ü 😀", "$A", "$B", "${A}", "${B:-d}", "${A:-}", "${UNSET:-x y}", "$OUTER", "${EMPTY:-e}", "$EMPTY", `\$A`, "$", "$$", "${", "}", "$&", "$`", "$'", ":-",
	"-----BEGIN KEY-----", "0", ",", "{", "[",
}

// anyFile makes a file up: of lines that are mostly well-formed, or of anything.
func anyFile(random *rand.Rand) []byte {
	piece := func() string { return pieces[random.IntN(len(pieces))] }
	var b strings.Builder
	if random.IntN(2) == 0 {
		for range 1 + random.IntN(25) {
			b.WriteString(piece())
		}
		return []byte(b.String())
	}
	names := []string{"A", "B", "C", "D_1", "10", "9", "x.y", "OUTER", "EMPTY"}
	quotes := []string{"", "", "'", `"`, "`"}
	for range 1 + random.IntN(6) {
		quote := quotes[random.IntN(len(quotes))]
		b.WriteString(names[random.IntN(len(names))] + "=" + quote)
		for range random.IntN(5) {
			b.WriteString(piece())
		}
		b.WriteString(quote + "\n")
	}
	return []byte(b.String())
}

func number(t *testing.T, variable string, fallback int) int {
	t.Helper()
	text := os.Getenv(variable)
	if text == "" {
		return fallback
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	return n
}
