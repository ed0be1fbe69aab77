package project

import (
	"os"
	"path/filepath"
	"strings"
)

// App is what the files say about how the app is built.
type App struct {
	// Framework is its name in lower case, "" if the files name none or several.
	Framework string
	// Router is where Next.js' API routes are: "app" or "pages", "" if in both or
	// neither.
	Router string
	// Middleware is the file of Next.js' middleware, "" if there is none.
	Middleware string
}

// packages name the framework of an app in JavaScript: those that bring their own
// server first, then the servers.
var packages = [][]struct{ name, framework string }{
	{
		{"next", "next"},
		{"nuxt", "nuxt"},
		{"@nestjs/core", "nest"},
		{"@sveltejs/kit", "sveltekit"},
		{"astro", "astro"},
		{"@react-router/node", "react-router"},
		{"@react-router/dev", "react-router"},
		{"@remix-run/node", "react-router"},
	},
	{{"express", "express"}, {"fastify", "fastify"}, {"hono", "hono"}, {"koa", "koa"}, {"elysia", "elysia"}},
}

// signs are files that name the framework of an app in another language: the text
// that must be in it is "" if the file says it all.
var signs = []struct{ file, text, framework string }{
	{"go.mod", "", "go"},
	{"manage.py", "", "django"},
	{"artisan", "", "laravel"},
	{"deno.json", "", "deno"},
	{"deno.jsonc", "", "deno"},
	{"Gemfile", "rails", "rails"},
	{"pyproject.toml", "fastapi", "fastapi"},
	{"requirements.txt", "fastapi", "fastapi"},
	{"pyproject.toml", "flask", "flask"},
	{"requirements.txt", "flask", "flask"},
	{"pom.xml", "spring-boot", "spring"},
	{"build.gradle", "springframework.boot", "spring"},
	{"build.gradle.kts", "springframework.boot", "spring"},
}

// ReadApp reads how the app in a folder is built.
func ReadApp(dir string) App {
	p := Read(dir)
	a := App{Framework: p.framework()}
	for _, s := range signs {
		text, ok := readFile(filepath.Join(dir, s.file))
		if !ok || !strings.Contains(strings.ToLower(string(text)), s.text) || a.Framework == s.framework {
			continue
		}
		if a.Framework != "" {
			return App{} // several apps, or one and its tools
		}
		a.Framework = s.framework
	}
	if a.Framework == "next" {
		a.Router, a.Middleware = nextRouter(dir), nextMiddleware(dir)
	}
	return a
}

// framework returns the framework that package.json names. NestJS and the others
// of the first list run on the servers of the second.
func (p Project) framework() string {
	for _, list := range packages {
		found := ""
		for _, each := range list {
			switch {
			case !p.Has(each.name) || found == each.framework:
			case found != "":
				return ""
			default:
				found = each.framework
			}
		}
		if found != "" {
			return found
		}
	}
	return ""
}

func nextRouter(dir string) string {
	app := isFolder(dir, "app/api") || isFolder(dir, "src/app/api")
	pages := isFolder(dir, "pages/api") || isFolder(dir, "src/pages/api")
	switch {
	case app && !pages:
		return "app"
	case pages && !app:
		return "pages"
	}
	return ""
}

func nextMiddleware(dir string) string {
	for _, name := range []string{"proxy.ts", "src/proxy.ts", "proxy.js", "src/proxy.js", "middleware.ts", "src/middleware.ts", "middleware.js", "src/middleware.js"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			return name
		}
	}
	return ""
}

func isFolder(dir, name string) bool {
	info, err := os.Stat(filepath.Join(dir, name))
	return err == nil && info.IsDir()
}
