package providers

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// PlanRules say which value of a subscription's price is the plan key: the
// first that is there, of those named in order. Prices may have names of their
// own.
type PlanRules struct {
	order []string
	names map[string]string
}

// DefaultPlanRules are those where no others are given.
const DefaultPlanRules = "lookup_key,metadata.planKey,nickname,price"

// ParsePlanRules reads a comma-separated order of lookup_key, metadata.NAME,
// nickname, price and product, among which price_…=NAME or prod_…=NAME gives a
// price or product a name that comes before all else. The error has a Fix.
func ParsePlanRules(text string) (*PlanRules, error) {
	rules := &PlanRules{names: map[string]string{}}
	for word := range strings.SplitSeq(text, ",") {
		word = strings.TrimSpace(word)
		id, name, renames := strings.Cut(word, "=")
		meta, isMeta := strings.CutPrefix(word, "metadata.")
		switch {
		case renames && id != "" && name != "" && utf8.RuneCountInString(name) <= planMost:
			rules.names[id] = name
		case isMeta && meta != "", slices.Contains([]string{"lookup_key", "nickname", "price", "product"}, word):
			rules.order = append(rules.order, word)
		default:
			return nil, webhook.NewMistake(webhook.QuoteShort(word)+" is not a source for the plan key",
				"list them in order, such as "+DefaultPlanRules+"; you can also use product, and price_123=pro for a name of your own")
		}
	}
	if len(rules.order) == 0 {
		rules.order = strings.Split(DefaultPlanRules, ",")
	}
	return rules, nil
}

// key is a price's plan key, "" where no rule gives one. A value that the
// column cannot hold is passed over.
func (r *PlanRules) key(p stripePrice) string {
	order := strings.Split(DefaultPlanRules, ",")
	if r != nil {
		order = r.order
		for _, id := range []string{p.ID, p.Product.id} {
			if name := r.names[id]; name != "" {
				return name
			}
		}
	}
	for _, rule := range order {
		var value string
		switch rule {
		case "lookup_key":
			value = p.LookupKey
		case "nickname":
			value = p.Nickname
		case "price":
			value = p.ID
		case "product":
			value = p.Product.id
		default:
			value = p.Metadata.text(strings.TrimPrefix(rule, "metadata."))
		}
		if value != "" && utf8.RuneCountInString(value) <= planMost {
			return value
		}
	}
	return ""
}
