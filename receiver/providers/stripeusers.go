package providers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// metadataKeyMost is the length of a metadata key at Stripe, in characters
// (https://docs.stripe.com/metadata).
const metadataKeyMost = 40

// UserKeys are the metadata keys under which an app stores a user's id, besides those that
// are always read. nil has none.
type UserKeys struct{ names []string }

// ParseUserKeys reads a comma-separated list, each key with or without metadata. before
// it. The error has a Fix.
func ParseUserKeys(text string) (*UserKeys, error) {
	keys := &UserKeys{}
	for word := range strings.SplitSeq(text, ",") {
		key := strings.TrimPrefix(strings.TrimSpace(word), "metadata.")
		if n := utf8.RuneCountInString(key); n == 0 || n > metadataKeyMost || strings.ContainsAny(key, "[]\"'=") {
			return nil, webhook.NewMistake(webhook.QuoteShort(word)+" is not a metadata key of Stripe's",
				fmt.Sprintf("write the key whose value is the user's id, such as accountId; at most %d characters, several separated by commas", metadataKeyMost))
		}
		keys.names = append(keys.names, key)
	}
	return keys, nil
}

// usualUserKeys are the metadata keys under which apps keep a user's id, the likelier
// first, as plainKey writes them. A general one counts only for a value that looks
// like an id of Clerk's: the app's own ids are not in the users table.
var usualUserKeys = []struct {
	key     string
	general bool
}{{"clerkuserid", false}, {"clerkid", false}, {"userid", true}}

// plainKey makes all spellings of a key the same: clerkUserId, clerk_user_id and
// CLERK-USER-ID.
func plainKey(key string) string {
	return strings.NewReplacer("_", "", "-", "", " ", "", ".", "").Replace(strings.ToLower(key))
}

// clerkIDPrefix is what the ids of Clerk's users begin with.
const clerkIDPrefix = "user_"

// users returns the ids that the object names, the likelier first, each once: under own
// keys, then under the usual ones. Its metadata comes before its subscription's, and
// that before its customer's.
func (o *stripeObject) users(own *UserKeys) (ids []string) {
	seen := map[string]bool{"": true}
	add := func(id string) {
		if id = strings.TrimSpace(id); !seen[id] && len(id) <= nameMost {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	all := o.allMetadata()
	if own != nil {
		for _, key := range own.names {
			for _, m := range all {
				add(m.text(key))
			}
		}
	}
	for _, usual := range usualUserKeys {
		for _, m := range all {
			for _, key := range slices.Sorted(maps.Keys(m)) {
				if plainKey(key) != usual.key {
					continue
				}
				if id := m.text(key); !usual.general || looksLikeClerkID(id) {
					add(id)
				}
			}
		}
	}
	add(o.ClientReferenceID)
	return ids
}

func looksLikeClerkID(id string) bool {
	rest, ok := strings.CutPrefix(strings.TrimSpace(id), clerkIDPrefix)
	return ok && rest != ""
}

// allMetadata returns the metadata of the object and of the objects expanded in it.
func (o *stripeObject) allMetadata() (all []stripeMetadata) {
	all = append(all, o.Metadata)
	subscriptions := []stripeRef{o.Subscription}
	if o.Parent != nil && o.Parent.Details != nil {
		all = append(all, o.Parent.Details.Metadata)
		subscriptions = append(subscriptions, o.Parent.Details.Subscription)
	}
	if o.SubscriptionDetails != nil {
		all = append(all, o.SubscriptionDetails.Metadata)
	}
	for _, s := range subscriptions {
		all = append(all, s.metadata)
	}
	for _, s := range subscriptions {
		all = append(all, s.customer().Metadata)
	}
	return append(all, o.Customer.metadata)
}

// stripeRef is an id, or the object itself where it was expanded.
type stripeRef struct {
	id           string
	metadata     stripeMetadata
	email        string
	customerJSON json.RawMessage
}

// expandedObject is what is read of an expanded object.
type expandedObject struct {
	ID       string          `json:"id"`
	Metadata stripeMetadata  `json:"metadata"`
	Email    json.RawMessage `json:"email"`
	Customer json.RawMessage `json:"customer"`
}

// UnmarshalJSON implements json.Unmarshaler.
func (r *stripeRef) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '{' {
		return json.Unmarshal(b, &r.id)
	}
	var o expandedObject
	if err := json.Unmarshal(b, &o); err != nil {
		return err
	}
	*r = stripeRef{id: o.ID, metadata: o.Metadata, email: textOf(o.Email), customerJSON: o.Customer}
	return nil
}

// customer returns the customer that is expanded in an expanded subscription. It goes no
// deeper: each level is read once.
func (r *stripeRef) customer() (o expandedObject) {
	if len(r.customerJSON) > 0 && r.customerJSON[0] == '{' && json.Unmarshal(r.customerJSON, &o) != nil {
		return expandedObject{}
	}
	return o
}

// stripeMetadata are strings by name. A value of another type does no harm, and neither
// does a list: PHP writes empty metadata as [].
type stripeMetadata map[string]json.RawMessage

// UnmarshalJSON implements json.Unmarshaler.
func (m *stripeMetadata) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '{' {
		return nil
	}
	return json.Unmarshal(b, (*map[string]json.RawMessage)(m))
}

func (m stripeMetadata) text(name string) string { return textOf(m[name]) }

// textOf returns a JSON string's value, "" for anything else.
func textOf(raw json.RawMessage) (s string) {
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}
