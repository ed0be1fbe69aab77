package advice

// stack is how things are done in a framework. A field is "" if there is nothing
// to say that is specific to this framework.
type stack struct {
	title string
	// raw is how to read the body unchanged.
	raw string
	// place is where the route for a path is defined.
	place string
	// post is how a route accepts POST.
	post string
	// auth is how to leave a route out of auth.
	auth string
	// limit is how to raise the body limit.
	limit string
	// csrf is how to leave a route out of the CSRF check.
	csrf string
	// hosts is where to allow a host.
	hosts string
	// javascript is set for an app in JavaScript; web if its handlers get a web
	// Request, whose text() is what arrived.
	javascript, web bool
}

// bareMiddleware is how Clerk's middleware lets the webhook through since
// createRouteMatcher is deprecated.
const bareMiddleware = "do not call auth.protect() for this path. Clerk recommends a bare clerkMiddleware(), and await auth.protect() in each page and route that needs it"

// stacks are the frameworks.
var stacks = map[Framework]stack{
	NextJS: {
		title: "Next.js", javascript: true, web: true,
		raw:   "await req.text() in the app router, not req.json(); in the pages router export const config = { api: { bodyParser: false } } and read the stream",
		place: "app{path}/route.ts, or pages{path}.ts in the pages router",
		post:  "Export a POST handler from route.ts: export async function POST(req: Request) { … }; in the pages router let the handler accept req.method POST.",
		auth:  "In proxy.ts (middleware.ts before Next.js 16) " + bareMiddleware + ".",
		limit: "In the pages router: export const config = { api: { bodyParser: { sizeLimit: '1mb' } } }.",
	},
	Express: {
		title: "Express", javascript: true,
		raw:   "express.raw({ type: 'application/json' }) on this route, before express.json()",
		place: "app.post('{path}', …), including the path it is mounted under (app.use('/api', …))",
		post:  "Register the handler with app.post, not app.get.",
		auth:  "Register the webhook route before the auth middleware, such as requireAuth(), or leave its path out there.",
		limit: "Raise it on this route: express.raw({ type: 'application/json', limit: '1mb' }).",
	},
	NestJS: {
		title: "NestJS", javascript: true,
		raw:   "NestFactory.create(AppModule, { rawBody: true }) and req.rawBody",
		place: "the @Controller's path and its @Post(), with the prefix of setGlobalPrefix",
		post:  "Decorate the handler with @Post().",
		auth:  "Leave the route out of the guard: mark the handler with the decorator that your guard takes for public, such as @Public().",
		limit: "Raise it: app.useBodyParser('json', { limit: '1mb' }).",
	},
	Fastify: {
		title: "Fastify", javascript: true,
		raw:   "fastify-raw-body and request.rawBody; verifyWebhook of @clerk/fastify re-serializes the parsed body",
		place: "fastify.post('{path}', …), with the prefix of its plugin",
		post:  "Register the handler with fastify.post.",
		auth:  "Register the webhook route outside the plugin whose hooks check auth, or skip it there.",
		limit: "Raise bodyLimit, on the route or in fastify({ bodyLimit: 1048576 }).",
	},
	Hono: {
		title: "Hono", javascript: true, web: true,
		raw:   "await c.req.text(), not c.req.json()",
		place: "app.post('{path}', …), with the path of app.route and basePath",
		post:  "Register the handler with app.post.",
		auth:  "Register the webhook route before app.use of the auth middleware.",
		limit: "Raise maxSize of the bodyLimit middleware.",
	},
	Koa: {
		title: "Koa", javascript: true,
		raw:   "raw-body (await getRawBody(ctx.req)) before the body parser, or koa-bodyparser's ctx.request.rawBody",
		place: "router.post('{path}', …), with the router's prefix",
		post:  "Register the handler with router.post.",
		auth:  "Register the webhook route before the auth middleware.",
		limit: "Raise jsonLimit of the body parser.",
	},
	Nuxt: {
		title: "Nuxt", javascript: true, web: true,
		raw:   "await readRawBody(event), not readBody(event)",
		place: "server{path}.post.ts",
		post:  "Name the file .post.ts, or .ts for all methods.",
		auth:  "Skip this path in the auth check of server/middleware.",
		hosts: "vite.server.allowedHosts in nuxt.config.ts",
	},
	H3: {
		title: "h3", javascript: true, web: true,
		raw:   "await readRawBody(event), not readBody(event)",
		place: "router.post('{path}', …); in Nuxt server{path}.post.ts",
		post:  "Register the handler with router.post; in Nuxt name the file .post.ts.",
		auth:  "Skip this path in the handler or middleware that checks auth.",
	},
	ReactRouter: {
		title: "React Router", javascript: true, web: true,
		raw:   "await request.text() in the action, not request.json()",
		place: "the route for {path} in routes.ts",
		post:  "Export an action from the route's file: POST goes there, not to the loader.",
		auth:  "Leave the route out of the middleware or layout that checks auth.",
	},
	SvelteKit: {
		title: "SvelteKit", javascript: true, web: true,
		raw:   "await event.request.text()",
		place: "src/routes{path}/+server.ts",
		post:  "Export POST from +server.ts.",
		auth:  "Skip this path in the auth check of handle in src/hooks.server.ts.",
		limit: "Raise BODY_SIZE_LIMIT of adapter-node.",
		csrf:  "content-type: application/json on the request (its check is for forms)",
	},
	Astro: {
		title: "Astro", javascript: true, web: true,
		raw:   "await request.text(), not request.json()",
		place: "src/pages{path}.ts, with export const prerender = false",
		post:  "Export POST from the endpoint's file, with export const prerender = false.",
		auth:  "Skip this path in the auth check of onRequest in src/middleware.",
		csrf:  "security: { checkOrigin: false }, or content-type: application/json on the request (its check is for forms)",
	},
	Bun: {
		title: "Bun", javascript: true, web: true,
		raw:   "await req.text(), not req.json()",
		place: "the routes or the fetch function of Bun.serve",
		post:  "Let the route take POST: '{path}': { POST: req => … }.",
		auth:  "Check the path before auth in the fetch function of Bun.serve.",
		limit: "Raise maxRequestBodySize of Bun.serve.",
	},
	Elysia: {
		title: "Elysia", javascript: true, web: true,
		raw:   "{ parse: 'text' } on the route, and body as it is",
		place: ".post('{path}', …), with the prefix of its plugin",
		post:  "Register the handler with .post.",
		auth:  "Register the webhook route before the guard, or outside it.",
		limit: "Raise serve: { maxRequestBodySize } of Elysia.",
	},
	Deno: {
		title: "Deno", javascript: true, web: true,
		raw:   "await req.text(), not req.json()",
		place: "the handler of Deno.serve",
		post:  "Let the handler of Deno.serve accept POST.",
		auth:  "Check the path before auth in the handler.",
	},
	Go: {
		title: "Go",
		raw:   "io.ReadAll(r.Body) once, before json.Unmarshal",
		place: "mux.HandleFunc(\"POST {path}\", …), with the prefix it is mounted under",
		post:  "Register the handler for POST: mux.HandleFunc(\"POST {path}\", …).",
		auth:  "Register the webhook route outside the handler that checks auth.",
		limit: "Raise the limit of http.MaxBytesReader.",
	},
	Flask: {
		title: "Flask",
		raw:   "request.get_data(), before request.json",
		place: "@app.post('{path}'), with the url_prefix of its blueprint",
		post:  "Add methods=['POST'] to the route.",
		auth:  "Skip this path in the before_request function that checks auth.",
		limit: "Raise MAX_CONTENT_LENGTH.",
		csrf:  "@csrf.exempt on the view",
	},
	FastAPI: {
		title: "FastAPI",
		raw:   "await request.body(), with request: Request as the parameter instead of a model",
		place: "@app.post('{path}'), with the prefix of its router",
		post:  "Declare the handler with @app.post.",
		auth:  "Leave the route out of the dependency that checks auth.",
	},
	Django: {
		title: "Django",
		raw:   "request.body",
		place: "urlpatterns in urls.py, with or without the slash at the end",
		post:  "Let the view accept POST (require_POST, or post of a class-based view).",
		auth:  "Leave the view out of login_required or LoginRequiredMiddleware (@login_not_required).",
		limit: "Raise DATA_UPLOAD_MAX_MEMORY_SIZE in settings.py.",
		csrf:  "@csrf_exempt on the view",
		hosts: "ALLOWED_HOSTS in settings.py",
	},
	Rails: {
		title: "Rails",
		raw:   "request.raw_post",
		place: "config/routes.rb: post '{path}'; bin/rails routes lists them",
		post:  "Declare it with post in config/routes.rb.",
		auth:  "Skip the auth check in the controller: skip_before_action :authenticate_user!, or what yours is called.",
		csrf:  "skip_before_action :verify_authenticity_token in the controller",
		hosts: "config.hosts in config/environments/development.rb",
	},
	Laravel: {
		title: "Laravel",
		raw:   "$request->getContent()",
		place: "Route::post in routes/web.php, or in routes/api.php, whose paths begin with /api; php artisan route:list shows them",
		post:  "Declare it with Route::post.",
		auth:  "Declare the route outside the group with the auth middleware.",
		limit: "Raise post_max_size in php.ini.",
		csrf:  "$middleware->validateCsrfTokens(except: ['api/webhooks/*']) in bootstrap/app.php",
	},
	Spring: {
		title: "Spring",
		raw:   "@RequestBody byte[] body as the parameter instead of a class",
		place: "@PostMapping(\"{path}\"), with the class's @RequestMapping",
		post:  "Declare the handler with @PostMapping.",
		auth:  "Permit the path in the SecurityFilterChain: requestMatchers(\"{path}\").permitAll().",
		csrf:  "csrf(c -> c.ignoringRequestMatchers(\"{path}\")) in the SecurityFilterChain",
	},
	ASPNET: {
		title: "ASP.NET",
		raw:   "Request.EnableBuffering() and a StreamReader over Request.Body",
		place: "app.MapPost(\"{path}\", …), or the controller's [Route] and [HttpPost]",
		post:  "Map it with app.MapPost, or mark the action with [HttpPost].",
		auth:  "Allow it without sign-in: .AllowAnonymous(), or [AllowAnonymous] on the action.",
		csrf:  "[IgnoreAntiforgeryToken] on the action",
		limit: "Raise MaxRequestBodySize of Kestrel, or [RequestSizeLimit] on the action.",
	},
	Vite:    {title: "Vite", hosts: "server.allowedHosts in vite.config.ts (Nuxt: vite.server.allowedHosts)"},
	Webpack: {title: "webpack's dev server", hosts: "devServer.allowedHosts (Create React App: DANGEROUSLY_DISABLE_HOST_CHECK=true in .env)"},
}
