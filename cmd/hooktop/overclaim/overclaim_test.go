// Package overclaim measures what hooktop states as certain and is wrong. A
// generator that knows the true cause makes requests and answers, the real
// binary says what it makes of them, and the judge compares. Generator and judge
// share no code with what they measure. It holds tests alone.
package overclaim

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

var (
	cases = flag.Int("cases", 200, "how many requests, and how many answers")
	seed  = flag.Uint64("seed", 1, "seed of the generator; 0 takes another one each time")
	other = flag.String("hooktop", "", "measure this binary, such as an older one, instead of building it")
)

// claim is what hooktop says of a case.
type claim struct {
	code    string
	certain bool
	// alternatives are what it names beside code; text is what people read.
	alternatives []string
	text         string
}

// tally counts what was said of a kind of case.
type tally struct {
	all, certain, wrong, unhedged, proven, provenCertain, named int
}

type report struct {
	t       *testing.T
	seed    uint64
	tallies map[string]*tally
	codes   map[string]map[string]int
	shown   map[string]int
}

// hedge is how a text says that it does not know for certain.
var hedge = regexp.MustCompile(`(?i)\b(likely|probably|perhaps|may|might|maybe|could|either|possibl[ey]|or)\b`)

// judge compares a claim with the truth.
func (r *report) judge(kind string, codes []string, proven bool, c claim, show string) {
	n := r.tallies[kind]
	if n == nil {
		n = &tally{}
		r.tallies[kind], r.codes[kind] = n, map[string]int{}
	}
	n.all++
	mark := "?"
	if c.certain {
		mark = "!"
	}
	r.codes[kind][c.code+mark]++
	if slices.Contains(codes, c.code) || slices.ContainsFunc(c.alternatives, func(a string) bool { return slices.Contains(codes, a) }) {
		n.named++
	}
	if proven {
		n.proven++
	}
	if c.certain {
		n.certain++
		if proven {
			n.provenCertain++
		}
		if !slices.Contains(codes, c.code) {
			n.wrong++
			r.complain(kind, "states as certain and wrong: "+c.code, c, show)
		}
		return
	}
	if c.code != "" && !hedge.MatchString(c.text) {
		n.unhedged++
		r.complain(kind, "is not certain, and the text does not say so: "+c.code, c, show)
	}
}

func (r *report) complain(kind, what string, c claim, show string) {
	if r.shown[kind+what]++; r.shown[kind+what] <= 2 {
		r.t.Errorf("%s: %s\n  says: %.400s\n  of: %.300s", kind, what, c.text, show)
	}
}

// end prints the table and the demand: where the input proves a cause, it is stated
// as certain in at least 95 of 100 cases.
func (r *report) end() {
	r.t.Helper()
	var kinds []string
	var sum tally
	for kind, n := range r.tallies {
		kinds = append(kinds, kind)
		sum.all, sum.certain, sum.wrong, sum.unhedged = sum.all+n.all, sum.certain+n.certain, sum.wrong+n.wrong, sum.unhedged+n.unhedged
		sum.proven, sum.provenCertain, sum.named = sum.proven+n.proven, sum.provenCertain+n.provenCertain, sum.named+n.named
	}
	sort.Strings(kinds)
	var b strings.Builder
	for _, kind := range kinds {
		n := r.tallies[kind]
		fmt.Fprintf(&b, "%-58s %4d: certain %4d, wrong %3d, not hedged %3d, proven %4d of %4d  %v\n", kind, n.all, n.certain, n.wrong, n.unhedged, n.provenCertain, n.proven, r.codes[kind])
	}
	r.t.Logf("seed %d\n%s%d in all: certain %d, certain and wrong %d, uncertain without a hedge %d; proven %d, of these stated as certain %d (%.1f %%)",
		r.seed, &b, sum.all, sum.certain, sum.wrong, sum.unhedged, sum.proven, sum.provenCertain, 100*float64(sum.provenCertain)/float64(max(1, sum.proven)))
	if 100*sum.provenCertain < 95*sum.proven {
		r.t.Errorf("of %d proven causes %d are stated as certain: fewer than 95 %%", sum.proven, sum.provenCertain)
	}
}

func newReport(t *testing.T) (*report, *rand.Rand) {
	s := *seed
	if s == 0 {
		s = uint64(time.Now().UnixNano())
	}
	return &report{t, s, map[string]*tally{}, map[string]map[string]int{}, map[string]int{}}, rand.New(rand.NewPCG(s, 1))
}

// binary returns the hooktop that is measured.
func binary(t *testing.T) string {
	t.Helper()
	if *other != "" {
		path, err := filepath.Abs(*other)
		if err != nil {
			t.Fatal(err)
		}
		return path
	}
	path := filepath.Join(t.TempDir(), "hooktop")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "github.com/hooktop/hooktop/cmd/hooktop").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return path
}

// folder makes a folder with environment files.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// run runs hooktop in a folder and returns what it prints.
func run(t *testing.T, dir string, in []byte, argv ...string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
	cmd.Dir, cmd.Stdin = dir, bytes.NewReader(in)
	cmd.Env = []string{"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "NO_COLOR=1"}
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && out.Len() == 0 {
		t.Fatalf("%v: %v\n%s", argv[1:], err, &errs)
	}
	return out.Bytes()
}

// whole is what is read of a delivery in hooktop's own lines.
type whole struct {
	Code      *string
	Verdict   string
	Diagnosis struct {
		Title, Detail string
		Fix           *string
		Certain       *bool
		Alternatives  []string
	}
	Headers map[string][]string
}

func (w whole) claim() claim {
	c := claim{text: w.Diagnosis.Title + ". " + w.Diagnosis.Detail}
	if w.Diagnosis.Fix != nil {
		c.text += " " + *w.Diagnosis.Fix
	}
	if w.Code != nil {
		c.code = *w.Code
	}
	c.alternatives = w.Diagnosis.Alternatives
	// A hooktop without the field states everything as certain, in its titles.
	c.certain = c.code != "" && !strings.HasPrefix(w.Diagnosis.Title, "The body is not")
	if w.Diagnosis.Certain != nil {
		c.certain = c.code != "" && *w.Diagnosis.Certain
	}
	return c
}
