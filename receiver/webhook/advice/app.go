package advice

// App is what the project's files say about the app. The zero value: nothing is
// known.
type App struct {
	// Framework is what the project's files say the app is built with, "" if they
	// do not say or say several.
	Framework Framework
	// Router is where Next.js' webhook routes are: "app" or "pages", "" if unknown.
	Router string
	// Middleware is the file that holds the app's middleware, such as proxy.ts, ""
	// if there is none or it is unknown.
	Middleware string
	// SecretFound is the variable that holds Clerk's signing secret, with its file:
	// "CLERK_WEBHOOK_SECRET in .env.local". It is "" if none does.
	SecretFound string
	// OldNameOnly is set if the project's files have Clerk's signing secret only under
	// CLERK_WEBHOOK_SECRET, which Clerk's verifyWebhook does not read.
	OldNameOnly bool
	// LocalSecret is set if hooktop signs with a secret of its own, which no app has
	// unless somebody gave it to the app.
	LocalSecret bool
	// UsersDB is set if hooktop writes its users into a database (--users-db), which
	// may be the app's own.
	UsersDB bool
}

// Framework is what an app is built with, in lower case: the name of its package,
// or of the framework.
type Framework string

// The frameworks.
const (
	NextJS      Framework = "next"
	Express     Framework = "express"
	NestJS      Framework = "nest"
	Fastify     Framework = "fastify"
	Hono        Framework = "hono"
	Koa         Framework = "koa"
	Nuxt        Framework = "nuxt"
	H3          Framework = "h3"
	ReactRouter Framework = "react-router"
	SvelteKit   Framework = "sveltekit"
	Astro       Framework = "astro"
	Bun         Framework = "bun"
	Elysia      Framework = "elysia"
	Deno        Framework = "deno"
	Go          Framework = "go"
	Flask       Framework = "flask"
	FastAPI     Framework = "fastapi"
	Django      Framework = "django"
	Rails       Framework = "rails"
	Laravel     Framework = "laravel"
	Spring      Framework = "spring"
	ASPNET      Framework = "aspnet"
	Vite        Framework = "vite"
	Webpack     Framework = "webpack"
)
