package main

import (
	"cmp"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sourceTexts holds the texts in one source file that reach a person, in order.
type sourceTexts struct {
	pkg, file string
	texts     []string
}

// scanTexts returns the files of all packages that the command in dir is built
// from, with their texts, by package and file. Packages that only tests import
// are not among them.
func scanTexts(root, module, dir string) ([]sourceTexts, error) {
	s := &textScanner{root: root, module: module, files: token.NewFileSet(), done: map[string]*types.Package{}}
	if _, err := s.Import(path.Join(module, dir)); err != nil {
		return nil, err
	}
	slices.SortFunc(s.found, func(a, b sourceTexts) int {
		return cmp.Or(strings.Compare(a.pkg, b.pkg), strings.Compare(a.file, b.file))
	})
	return s.found, nil
}

// textScanner type-checks the module's packages, so that constants in a
// concatenation have their values. Packages of other modules are left empty,
// which keeps it fast; the type errors that follow from that are ignored.
type textScanner struct {
	root, module string
	files        *token.FileSet
	done         map[string]*types.Package
	found        []sourceTexts
}

// Import implements types.Importer: the type checker leads the scanner from the
// command to every package that it imports.
func (s *textScanner) Import(name string) (*types.Package, error) {
	if p := s.done[name]; p != nil {
		return p, nil
	}
	within, ours := strings.CutPrefix(name, s.module+"/")
	if !ours {
		s.done[name] = types.NewPackage(name, path.Base(name))
		s.done[name].MarkComplete()
		return s.done[name], nil
	}
	names, err := filepath.Glob(filepath.Join(s.root, filepath.FromSlash(within), "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(s.files, n, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	config := types.Config{Importer: s, Error: func(error) {}}
	s.done[name], _ = config.Check(name, s.files, files, info)
	for _, f := range files {
		texts := (&fileTexts{info: info, taken: map[ast.Expr]bool{}}).collect(f)
		s.found = append(s.found, sourceTexts{within, filepath.Base(s.files.Position(f.Pos()).Filename), texts})
	}
	return s.done[name], nil
}

// fileTexts collects the texts of one file.
type fileTexts struct {
	info  *types.Info
	taken map[ast.Expr]bool // parts of a concatenation that was collected whole
}

func (c *fileTexts) collect(f *ast.File) (texts []string) {
	ast.PreorderStack(f, nil, func(n ast.Node, above []ast.Node) bool {
		if len(above) > 0 && forMachines(n, above) {
			return false
		}
		e, ok := n.(ast.Expr)
		if !ok || c.taken[e] || !isLiteral(e) && !isSum(e) {
			return true
		}
		text, literal := c.join(e)
		if text = strings.TrimSpace(text); literal && forPeople(text, above) && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
		return true
	})
	return texts
}

// join returns a concatenation as one text: a constant by its value, {} for a
// part known only at run time. literal reports whether any of it is a literal.
func (c *fileTexts) join(e ast.Expr) (text string, literal bool) {
	switch e := e.(type) {
	case *ast.ParenExpr:
		c.taken[e.X] = true
		return c.join(e.X)
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			c.taken[e.X], c.taken[e.Y] = true, true
			left, l := c.join(e.X)
			right, r := c.join(e.Y)
			return left + right, l || r
		}
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, _ := strconv.Unquote(e.Value) // it was parsed
			return text, true
		}
	case *ast.CallExpr:
		if callee(e) == "fmt.Sprintf" && isLiteral(e.Args[0]) {
			c.taken[e.Args[0]] = true
			return c.join(e.Args[0])
		}
	}
	// A constant of several lines is listed where it is declared.
	if v := c.info.Types[e].Value; v != nil && v.Kind() == constant.String && !strings.Contains(constant.StringVal(v), "\n") {
		return constant.StringVal(v), false
	}
	return "{}", false
}

func isLiteral(e ast.Expr) bool {
	l, ok := e.(*ast.BasicLit)
	return ok && l.Kind == token.STRING
}

func isSum(e ast.Expr) bool {
	b, ok := e.(*ast.BinaryExpr)
	return ok && b.Op == token.ADD
}

// isStrings reports whether a literal is a []string.
func isStrings(l *ast.CompositeLit) bool {
	a, ok := l.Type.(*ast.ArrayType)
	if !ok {
		return false
	}
	elt, ok := a.Elt.(*ast.Ident)
	return ok && elt.Name == "string"
}

func callee(c *ast.CallExpr) string { return types.ExprString(c.Fun) }

// forMachines reports whether n and all below it stand where nothing is shown:
// what is compared, looked up or parsed, keys, tags and the data of an event.
func forMachines(n ast.Node, above []ast.Node) bool {
	e, _ := n.(ast.Expr)
	switch up := above[len(above)-1].(type) {
	case *ast.ImportSpec:
		return true
	case *ast.Field:
		return n == ast.Node(up.Tag)
	case *ast.IndexExpr:
		return e == up.Index
	case *ast.KeyValueExpr:
		return e == up.Key
	case *ast.CaseClause:
		return slices.Contains(up.List, e)
	case *ast.BinaryExpr:
		return up.Op != token.ADD && up.Op != token.LAND && up.Op != token.LOR
	case *ast.AssignStmt: // data["name"] = …
		_, ok := up.Lhs[0].(*ast.IndexExpr)
		return ok && slices.Contains(up.Rhs, e)
	case *ast.RangeStmt: // for _, phrase := range []string{…}
		list, ok := e.(*ast.CompositeLit)
		return ok && e == up.X && isStrings(list)
	case *ast.CallExpr:
		return e != up.Fun && machineCall.MatchString(callee(up))
	case *ast.CompositeLit:
		if m, ok := up.Type.(*ast.MapType); ok { // map[string]any{…}, the data of an event
			v, ok := m.Value.(*ast.Ident)
			return ok && v.Name == "any"
		}
		_, nested := above[max(0, len(above)-2)].(*ast.CompositeLit)
		return nested && isStrings(up) // {[]string{…}, …}, phrases to look for, in a table
	}
	return false
}

// machineCall matches calls whose arguments nobody reads.
var machineCall = regexp.MustCompile(`^(panic|has|len|(strings|bytes)\.(Contains|HasPrefix|HasSuffix|Cut|Index|LastIndex|Split|Trim|Count|Equal|Replace|NewReplacer|Fields)\w*` +
	`|(regexp|json|url|exec|filepath|http)\.\w+|time\.Parse\w*|.*\b(Format|Header(\(\))?\.\w+|\w*(Query|Exec|Prepare)(Row)?(Context)?))$`)

// printingCall matches calls that show even a single word.
var printingCall = regexp.MustCompile(`\b(k|hint|head|headWith|pair|plural|passed|failed|cannot)$`)

var singleWord = regexp.MustCompile(`^\pL{3,}[:,.]?$`)

// forPeople reports whether a text that may be shown reads as one: it has
// words with a space between or beside them, and is not in another language.
func forPeople(text string, above []ast.Node) bool {
	if singleWord.MatchString(text) {
		call, ok := above[len(above)-1].(*ast.CallExpr)
		return ok && printingCall.MatchString(callee(call))
	}
	if !strings.Contains(text, " ") || otherLanguage.MatchString(text) {
		return false
	}
	return slices.ContainsFunc(strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) }), func(word string) bool {
		return utf8.RuneCountInString(word) > 1
	})
}

// otherLanguage matches SQL, JSON, layouts of times, media types and
// expressions of ngrok's traffic policy.
var otherLanguage = regexp.MustCompile(`\b(SELECT|INSERT|DELETE FROM|UPDATE \w+ SET|WHERE|FROM|IS NULL|IS NOT NULL|ORDER BY|JOIN|NOT NULL|NOT \(|EXISTS|COLLATE|UNION|LIMIT|GLOB|PRAGMA|BETWEEN|UNIQUE|INDEXED|SAVEPOINT|BEGIN|RELEASE|VALUES|ADD COLUMN)\b` +
	`|\bNOT \(|\bIN \(|\bAND \{|\b(ifnull|instr|json_extract)\(|[\w)] (=|<|>|<=|>=|<>) [?'0-9]` + // SQL
	`|^[\w."]+(,\s*[\w."]+){2,}$` + // a list of columns
	`|^[{[]"|2006|15:04|charset=|==`)
