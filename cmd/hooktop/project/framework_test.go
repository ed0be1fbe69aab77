package project

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheFrameworkIsReadFromTheFiles(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  App
	}{
		"nothing":                   {nil, App{}},
		"Next.js, app router":       {map[string]string{"package.json": `{"dependencies":{"next":"16"}}`, "app/api/x/route.ts": "", "proxy.ts": ""}, App{"next", "app", "proxy.ts"}},
		"Next.js, pages router":     {map[string]string{"package.json": `{"dependencies":{"next":"14"}}`, "src/pages/api/x.ts": "", "src/middleware.ts": ""}, App{"next", "pages", "src/middleware.ts"}},
		"Next.js with both routers": {map[string]string{"package.json": `{"dependencies":{"next":"14"}}`, "app/api/x": "", "pages/api/y": ""}, App{Framework: "next"}},
		"Next.js with a server":     {map[string]string{"package.json": `{"dependencies":{"next":"14","express":"5"}}`}, App{Framework: "next"}},
		"NestJS":                    {map[string]string{"package.json": `{"dependencies":{"@nestjs/core":"10","express":"5"}}`}, App{Framework: "nest"}},
		"Remix":                     {map[string]string{"package.json": `{"dependencies":{"@remix-run/node":"2"}}`}, App{Framework: "react-router"}},
		"React Router":              {map[string]string{"package.json": `{"dependencies":{"@react-router/node":"7"},"devDependencies":{"@react-router/dev":"7"}}`}, App{Framework: "react-router"}},
		"two that exclude another":  {map[string]string{"package.json": `{"dependencies":{"nuxt":"3","next":"14"}}`}, App{}},
		"two servers":               {map[string]string{"package.json": `{"dependencies":{"hono":"3","fastify":"5"}}`}, App{}},
		"Koa":                       {map[string]string{"package.json": `{"dependencies":{"koa":"3"}}`}, App{Framework: "koa"}},
		"Go":                        {map[string]string{"go.mod": "module x"}, App{Framework: "go"}},
		"Go and its front end":      {map[string]string{"go.mod": "module x", "package.json": `{"dependencies":{"next":"16"}}`}, App{}},
		"Rails":                     {map[string]string{"Gemfile": "gem \"rails\""}, App{Framework: "rails"}},
		"a Gemfile of another":      {map[string]string{"Gemfile": "gem \"jekyll\""}, App{}},
		"FastAPI":                   {map[string]string{"requirements.txt": "FastAPI==0.1"}, App{Framework: "fastapi"}},
		"Django":                    {map[string]string{"manage.py": "x"}, App{Framework: "django"}},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			for file, text := range c.files {
				path := filepath.Join(dir, filepath.FromSlash(file))
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			if got := ReadApp(dir); got != c.want {
				t.Errorf("%+v, want %+v", got, c.want)
			}
		})
	}
}
