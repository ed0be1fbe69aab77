package providers

import (
	"github.com/hooktop/hooktop/receiver/webhook/plainjson"
)

// The names of what scanStripe reads, in the order of its switch.
var (
	stripeNames = []string{"id", "object", "type", "created", "account", "data"}
	dataNames   = []string{"object"}
)

// scanStripe reads the envelope of an event as Stripe writes it, in one pass. If it is
// written in another way, ok is false, and encoding/json has to read it.
func scanStripe(body []byte) (envelope stripeEnvelope, ok bool) {
	r := plainjson.New(body)
	r.Object(stripeNames, func(i int) {
		switch i {
		case 0:
			envelope.ID = r.Text()
		case 1:
			envelope.Object = r.Text()
		case 2:
			envelope.Type = r.Text()
		case 3:
			envelope.Created = r.Raw()
		case 4:
			envelope.Account = r.Text()
		case 5:
			r.Object(dataNames, func(int) { envelope.Data.Object = r.Raw() })
		}
	})
	return envelope, r.Done()
}
