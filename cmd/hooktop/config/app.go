package config

import "github.com/hooktop/hooktop/receiver/webhook/advice"

// App returns what the environment and the project's files say about the app.
func (s *Settings) App() advice.App {
	return advice.App{}
}
