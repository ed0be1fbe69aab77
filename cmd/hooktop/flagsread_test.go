package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/receiver/providers"
)

// flagReaders are, for each flag that is read into settings, what in the source
// shows that a command makes use of it: a field or a function, by its name.
func flagReaders() map[string]string {
	readers := map[string]string{
		"db": "Settings.DB", "json": "Settings.JSON", "no-color": "Settings.NoColor", "env-file": "config.beginResolving",
		"stripe-plan-key": "Settings.Stripe", "stripe-user-key": "Settings.Stripe", "stripe-link-email": "Settings.Stripe",
		"addr": "Settings.Addr", "max-body": "Settings.MaxBody", "keep": "Settings.Keep", "keep-bytes": "Settings.Keep", "users-db": "Settings.UsersDB", "local": "main.mayBeLocal",
		"tunnel": "Settings.Tunnel", "domain": "Settings.Domain", "public-url": "Settings.PublicURL", "no-edge-policy": "Settings.NoEdgePolicy",
		"forward-to": "Forwarding.Routes", "forward-header": "Forwarding.Header", "insecure-forward": "Forwarding.Insecure", "forward-retry": "Forwarding.retry", "reply": "Forwarding.ReplyByApp",
		"theme": "Settings.Theme", "no-mouse": "Settings.NoMouse",
		"register": "Settings.Register", "yes": "Settings.Yes", "yes-production": "Settings.YesProduction",
	}
	for _, p := range providers.All() {
		readers[p.Name()+"-secret"], readers[p.Name()+"-path"] = "Secrets.now", "Settings.Paths"
	}
	return readers
}

// checkedOnly are flags that doctor reads to say whether their values are right.
var checkedOnly = []string{"forward-header", "keep", "keep-bytes", "max-body"}

// A command that shows a flag gets to what reads it. The way there is followed
// through every function that is named on it, called or not: a flag that only
// some other branch reads goes unnoticed.
func TestCommandsReadTheFlagsThatTheyShow(t *testing.T) {
	source := readSource(t)
	readers := flagReaders()
	checked := 0
	eachCommand(t, func(t *testing.T, cmd *cobra.Command) {
		constructor := "program." + cmd.Name() + "Command"
		if !cmd.HasParent() {
			constructor = "program.root"
		}
		if cmd.HasParent() && cmd.Parent().HasParent() { // endpoint resend is not resend
			name := cmd.Name()
			if nested := "program." + cmd.Parent().Name() + strings.ToUpper(name[:1]) + name[1:] + "Command"; source.uses[nested] != nil {
				constructor = nested
			}
		}
		if _, ours := source.uses[constructor]; !ours { // cobra's own, which take flags of their own alone
			return
		}
		reached := source.reach(constructor)
		for _, f := range shownFlags(cmd) {
			if config.GroupOf(f) == config.GroupOwn || f.Name == "help" || f.Name == "version" {
				continue
			}
			reader, known := readers[f.Name]
			switch {
			case !known:
				t.Errorf("--%s: what reads it? Add it to flagReaders", f.Name)
			case cmd.Name() == "doctor" && slices.Contains(checkedOnly, f.Name):
			case !reached[reader]:
				t.Errorf("--%s is shown, but nothing gets to %s", f.Name, reader)
			default:
				checked++
			}
		}
	})
	if checked < 100 {
		t.Errorf("only %d flags were checked", checked)
	}
}

// What a flag of one command alone is put into is used somewhere else.
func TestCommandsReadTheirOwnFlags(t *testing.T) {
	source := readSource(t)
	if len(source.bound) < 30 {
		t.Errorf("found only %d flags", len(source.bound))
	}
	for flag, variable := range source.bound {
		if source.count[variable] < 2 {
			t.Errorf("--%s: nothing reads %s", flag, variable.Name())
		}
	}
}

// sourceUses says what the functions of cmd/hooktop name.
type sourceUses struct {
	files *token.FileSet
	done  map[string]*types.Package
	// uses holds the names in each function: main.mayBeLocal, Settings.DB.
	uses map[string]map[string]bool
	// bound holds the variable of each flag of one command alone, count how
	// often a variable is named.
	bound map[string]types.Object
	count map[types.Object]int
	// owners holds the name of the struct that a field is in.
	owners map[types.Object]string
}

const sourceModule = "github.com/hooktop/hooktop/"

func readSource(t *testing.T) *sourceUses {
	t.Helper()
	s := &sourceUses{
		files: token.NewFileSet(), done: map[string]*types.Package{}, uses: map[string]map[string]bool{},
		bound: map[string]types.Object{}, count: map[types.Object]int{}, owners: map[types.Object]string{},
	}
	if _, err := s.Import(sourceModule + "cmd/hooktop"); err != nil {
		t.Fatal(err)
	}
	return s
}

// Import implements types.Importer as textScanner does: packages outside
// cmd/hooktop are left empty.
func (s *sourceUses) Import(name string) (*types.Package, error) {
	if p := s.done[name]; p != nil {
		return p, nil
	}
	s.done[name] = types.NewPackage(name, path.Base(name))
	s.done[name].MarkComplete()
	within, ours := strings.CutPrefix(name, sourceModule+"cmd/hooktop")
	if !ours {
		return s.done[name], nil
	}
	names, err := filepath.Glob(filepath.Join("."+filepath.FromSlash(within), "*.go"))
	if err != nil {
		return nil, err
	}
	var files []*ast.File
	for _, n := range names {
		if strings.HasSuffix(n, "_test.go") || strings.HasSuffix(n, "_windows.go") || strings.HasSuffix(n, "_other.go") {
			continue
		}
		f, err := parser.ParseFile(s.files, n, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Defs: map[*ast.Ident]types.Object{}}
	checker := types.Config{Importer: s, Error: func(error) {}}
	s.done[name], _ = checker.Check(name, s.files, files, info)
	for _, object := range info.Uses {
		s.count[object]++
	}
	s.addOwners(s.done[name].Scope())
	for _, f := range files {
		for _, d := range f.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				s.read(f, info)
			}
		}
	}
	return s.done[name], nil
}

// bindsFlag matches the functions of pflag that put a flag into a variable.
var bindsFlag = regexp.MustCompile(`^(String|StringArray|Bool|Int|Duration)VarP?$`)

func (s *sourceUses) read(f *ast.FuncDecl, info *types.Info) {
	uses := map[string]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if object := info.Uses[n]; object != nil {
				uses[s.nameOf(object)] = true
			}
		case *ast.CallExpr:
			method, ok := n.Fun.(*ast.SelectorExpr)
			if !ok || !bindsFlag.MatchString(method.Sel.Name) {
				return true
			}
			variable := n.Args[0].(*ast.UnaryExpr).X
			if field, ok := variable.(*ast.SelectorExpr); ok {
				variable = field.Sel
			}
			s.bound[f.Name.Name+" "+n.Args[1].(*ast.BasicLit).Value] = info.Uses[variable.(*ast.Ident)]
		}
		return true
	})
	s.uses[s.nameOf(info.Defs[f.Name])] = uses
}

// nameOf returns what an object is called in sourceUses.
func (s *sourceUses) nameOf(object types.Object) string {
	switch o := object.(type) {
	case *types.Func:
		receiver := o.Signature().Recv()
		if receiver == nil {
			return o.Pkg().Name() + "." + o.Name()
		}
		of := receiver.Type()
		if p, ok := of.(*types.Pointer); ok {
			of = p.Elem()
		}
		if named, ok := of.(*types.Named); ok {
			return named.Obj().Name() + "." + o.Name()
		}
	case *types.Var:
		if o.IsField() {
			return s.owners[o] + "." + o.Name()
		}
	}
	return ""
}

// addOwners adds the fields of a package's types.
func (s *sourceUses) addOwners(scope *types.Scope) {
	for _, name := range scope.Names() {
		if structure, ok := scope.Lookup(name).Type().Underlying().(*types.Struct); ok {
			for field := range structure.Fields() {
				s.owners[field] = name
			}
		}
	}
}

// resolvers read every flag for every command: what is behind them shows nothing.
var resolvers = []string{"config.Resolve", "config.ResolveDatabase", "config.ResolveStripe", "config.Diagnose"}

// reach returns all names that a function comes to.
func (s *sourceUses) reach(function string) map[string]bool {
	reached := map[string]bool{}
	next := []string{function}
	for len(next) > 0 {
		name := next[len(next)-1]
		next = next[:len(next)-1]
		if reached[name] {
			continue
		}
		reached[name] = true
		if slices.Contains(resolvers, name) {
			reached["config.beginResolving"] = true
			continue
		}
		if function != "program.root" || !strings.HasSuffix(name, "Command") || name == function { // root names all commands
			for use := range s.uses[name] {
				next = append(next, use)
			}
		}
	}
	return reached
}
