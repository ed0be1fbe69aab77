package config

// Services are the addresses of the services that hooktop talks to besides ngrok,
// "" for the public ones. Only the process's own environment sets them: a .env file
// that came with a repository must not send keys elsewhere.
type Services struct {
	// ClerkAPI is CLERK_API_URL, the base URL of Clerk's Backend API.
	ClerkAPI string
	// Svix is HOOKTOP_SVIX_URL. It replaces https://api.{region}.svix.com.
	Svix string
	// Relay is HOOKTOP_RELAY_URL, where the relay listens for WebSockets: wss://….
	Relay string
	// RelayInbox is HOOKTOP_RELAY_INBOX. A relay token behind it is the URL for the
	// sender.
	RelayInbox string
}

func readServices(env Environment) Services {
	return Services{
		ClerkAPI: env.Process("CLERK_API_URL"), Svix: env.Process("HOOKTOP_SVIX_URL"),
		Relay: env.Process("HOOKTOP_RELAY_URL"), RelayInbox: env.Process("HOOKTOP_RELAY_INBOX"),
	}
}
