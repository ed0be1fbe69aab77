package store

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// escapePrefix marks a header name or value that JSON cannot hold because it is not UTF-8.
// No real name starts like this: a colon ends a name.
const escapePrefix = "base64:"

// encodeHeader returns {"name":["value"]}, from which decodeHeader makes the same bytes
// again.
func encodeHeader(h http.Header) string {
	if h == nil {
		return "{}"
	}
	if !isPlainHeader(h) {
		armoured := make(http.Header, len(h))
		for name, values := range h {
			var vs []string
			if values != nil {
				vs = make([]string, len(values))
			}
			for i, v := range values {
				vs[i] = escapeText(v)
			}
			armoured[escapeText(name)] = vs
		}
		h = armoured
	}
	return string(appendHeader(make([]byte, 0, 512), h))
}

func decodeHeader(text string) (http.Header, error) {
	var h http.Header
	if err := json.Unmarshal([]byte(text), &h); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	if !strings.Contains(text, escapePrefix) {
		return h, nil
	}
	bared := make(http.Header, len(h))
	for name, values := range h {
		name, err := unescapeText(name)
		if err != nil {
			return nil, err
		}
		for i, v := range values {
			if values[i], err = unescapeText(v); err != nil {
				return nil, err
			}
		}
		bared[name] = values
	}
	return bared, nil
}

func isPlainHeader(h http.Header) bool {
	for name, values := range h {
		if !isPlainText(name) {
			return false
		}
		for _, v := range values {
			if !isPlainText(v) {
				return false
			}
		}
	}
	return true
}

func isPlainText(s string) bool { return utf8.ValidString(s) && !strings.HasPrefix(s, escapePrefix) }

func escapeText(s string) string {
	if isPlainText(s) {
		return s
	}
	return escapePrefix + base64.StdEncoding.EncodeToString([]byte(s))
}

func unescapeText(s string) (string, error) {
	enc, ok := strings.CutPrefix(s, escapePrefix)
	if !ok {
		return s, nil
	}
	b, err := base64.StdEncoding.DecodeString(enc)
	if err != nil {
		return "", fmt.Errorf("header: %w", err)
	}
	return string(b), nil
}

// verdict is the part of a webhook.Verdict that is not in the delivery's row.
type verdict struct {
	Title  string  `json:"title,omitempty"`
	Detail string  `json:"detail,omitempty"`
	Fix    string  `json:"fix,omitempty"`
	Checks []check `json:"checks,omitempty"`
	Secret string  `json:"secret,omitempty"`

	Difference   *bodyDifference       `json:"difference,omitempty"`
	Alternatives []webhook.Alternative `json:"alternatives,omitempty"`
}

// bodyDifference is a webhook.BodyDifference; its excerpts are base64 in JSON.
type bodyDifference struct {
	Offset  int64   `json:"offset"`
	Signed  excerpt `json:"signed"`
	Arrived excerpt `json:"arrived"`
}

type excerpt struct {
	Text []byte `json:"text"`
	Ends bool   `json:"ends,omitempty"`
}

type check struct {
	Name   string `json:"name"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail,omitempty"`
	Hint   bool   `json:"hint,omitempty"`
}

func encodeVerdict(v webhook.Verdict) (string, error) {
	out := verdict{Title: v.Title, Detail: v.Detail, Fix: v.Fix, Secret: v.Secret, Alternatives: v.Alternatives}
	for _, c := range v.Checks {
		out.Checks = append(out.Checks, check(c))
	}
	if d := v.Difference; d != nil {
		out.Difference = &bodyDifference{d.Offset, excerpt(d.Signed), excerpt(d.Arrived)}
	}
	if out.Difference == nil && len(out.Alternatives) == 0 {
		return plainVerdict(out)
	}
	b, err := json.Marshal(out)
	return string(b), err
}

func decodeVerdict(text string, v *webhook.Verdict) error {
	var in verdict
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return fmt.Errorf("verdict: %w", err)
	}
	v.Title, v.Detail, v.Fix, v.Secret, v.Alternatives = in.Title, in.Detail, in.Fix, in.Secret, in.Alternatives
	for _, c := range in.Checks {
		v.Checks = append(v.Checks, webhook.Check(c))
	}
	if d := in.Difference; d != nil {
		v.Difference = &webhook.BodyDifference{Offset: d.Offset, Signed: webhook.Excerpt(d.Signed), Arrived: webhook.Excerpt(d.Arrived)}
	}
	return nil
}

// user is a webhook.User whose JSON leaves out unset fields: every delivery's change holds
// two.
type user struct {
	ID                           string     `json:"id"`
	Email                        string     `json:"email"`
	StripeCustomerID             *string    `json:"stripeCustomerId,omitempty"`
	StripeSubscriptionID         *string    `json:"stripeSubscriptionId,omitempty"`
	StripePriceID                *string    `json:"stripePriceId,omitempty"`
	SubscriptionStatus           *string    `json:"subscriptionStatus,omitempty"`
	SubscriptionCurrentPeriodEnd *time.Time `json:"subscriptionCurrentPeriodEnd,omitempty"`
	CancelAtPeriodEnd            bool       `json:"cancelAtPeriodEnd,omitempty"`
	PlanKey                      *string    `json:"planKey,omitempty"`
	CreatedAt                    time.Time  `json:"createdAt"`
	UpdatedAt                    time.Time  `json:"updatedAt"`
}

// encodeUser returns a string, as a STRICT text column needs, and nil for no user.
func encodeUser(u *webhook.User) (any, error) {
	if u == nil {
		return nil, nil
	}
	return userJSON(user(*u))
}

// decodeUser reads what encodeUser made.
func decodeUser(text sql.NullString) (*webhook.User, error) {
	if !text.Valid {
		return nil, nil
	}
	var u user
	if err := json.Unmarshal([]byte(text.String), &u); err != nil {
		return nil, fmt.Errorf("user: %w", err)
	}
	w := webhook.User(u)
	return &w, nil
}

// nanos returns nanoseconds since 1970, 0 for the zero time. They range from 1677 to 2262; a
// time outside becomes the nearest one inside.
func nanos(t time.Time) int64 {
	switch {
	case t.IsZero():
		return 0
	case t.Before(time.Unix(0, math.MinInt64)):
		return math.MinInt64
	case t.After(time.Unix(0, math.MaxInt64)):
		return math.MaxInt64
	}
	return t.UnixNano()
}

func fromNanos(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
