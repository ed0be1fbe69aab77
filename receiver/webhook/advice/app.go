package advice

// App is what the project's files say about the app. The zero value: nothing is
// known.
type App struct {
	// Framework is the framework that package.json or its like names, "" if none or
	// several do.
	Framework Framework
	// Router is the kind of route that Next.js' webhook route is: "app" or "pages",
	// "" if unknown.
	Router string
	// Middleware is the file that holds Next.js' middleware, such as proxy.ts, ""
	// if there is none or it is unknown.
	Middleware string
	// SecretFound is the variable that hooktop found Clerk's secret under, "" for a
	// flag or none.
	SecretFound string
	// SigningSecretSet is set if CLERK_WEBHOOK_SIGNING_SECRET is set anywhere that
	// the app may read.
	SigningSecretSet bool
	// UsersDB is set if --users-db names the database that the app itself writes.
	UsersDB bool
}

// Framework is what an app is built with, by the name of its package or in lower
// case.
type Framework string
