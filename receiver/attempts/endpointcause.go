package attempts

import (
	"strings"

	"github.com/hooktop/hooktop/receiver/svixapi"
)

// None is the problem of a place without an endpoint.
func None() Reason {
	return certain(NoEndpoint, "Clerk has no endpoint for this machine and folder, so Svix sends nothing here.", "run hooktop endpoint register: it creates one")
}

// Problems returns what keeps an endpoint's messages from arriving here, worst first.
func Problems(e svixapi.Endpoint, at Here) (list []Reason) {
	if e.Disabled {
		list = append(list, certain(Disabled, "The endpoint is disabled: Svix sends nothing to it. It disables an endpoint that failed for days.", enable))
	}
	switch {
	case at.URL == "" || leadsHere(e.URL, at):
	case sameHost(parsed(e.URL), parsed(at.URL)):
		list = append(list, certain(OtherPath, "The endpoint's path is "+parsed(e.URL).RequestURI()+", and hooktop receives at "+parsed(at.URL).RequestURI()+".", register))
	default:
		list = append(list, certain(OtherURL, "The endpoint's URL is "+e.URL+", and this hooktop's is "+at.URL+".", register))
	}
	var missing []string
	for _, event := range at.Events {
		if !e.Selects(event) {
			missing = append(missing, event)
		}
	}
	if len(missing) > 0 {
		list = append(list, certain(NotSelected, "The endpoint does not select "+strings.Join(missing, ", ")+".", "run hooktop endpoint register: it selects them"))
	}
	if len(e.Channels) > 0 {
		list = append(list, likely(Channels, nil, "The endpoint has channels: messages without one of them are not sent to it.", "remove them from the endpoint in the Clerk Dashboard"))
	}
	return list
}
