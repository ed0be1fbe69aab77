package receiver

import "github.com/hooktop/hooktop/receiver/webhook"

// Endpoint is a webhook path: who sends there, and with which secrets.
type Endpoint struct {
	Path     string
	Provider webhook.Provider
	// Secrets returns the current ones: they may change while hooktop runs.
	Secrets func() []webhook.Secret
}

// SigningSecret returns the secret that hooktop signs with, the first. The error
// has a Fix.
func (e Endpoint) SigningSecret() (webhook.Secret, error) {
	secrets := e.Secrets()
	if len(secrets) == 0 {
		return webhook.Secret{}, webhook.NewMistake("no signing secret for "+e.Provider.Title(), "put "+e.Provider.Signing().Variables[0]+"=whsec_… into .env.local")
	}
	return secrets[0], nil
}

// Endpoints are the webhook paths of a hooktop, one for each provider.
type Endpoints []Endpoint

// of returns the endpoint of a provider, nil for none.
func (all Endpoints) of(provider string) *Endpoint {
	return all.first(func(e *Endpoint) bool { return e.Provider.Name() == provider })
}

// at returns the endpoint at a path, nil for none.
func (all Endpoints) at(path string) *Endpoint {
	return all.first(func(e *Endpoint) bool { return e.Path == path })
}

func (all Endpoints) first(is func(*Endpoint) bool) *Endpoint {
	for i := range all {
		if is(&all[i]) {
			return &all[i]
		}
	}
	return nil
}
