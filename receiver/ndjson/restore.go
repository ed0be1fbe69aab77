package ndjson

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// Restore returns the delivery that an object was made of, as far as the object
// tells. It checks no value: the object may come from anybody. So it never says
// that the provider's API vouches for the delivery.
func Restore(w Whole) (webhook.Delivery, error) {
	d := webhook.Delivery{
		ID: w.ID, At: w.At, Provider: value(w.Provider), Origin: webhook.Origin(w.Origin), ParentID: value(w.ParentID),
		Request: webhook.Request{Method: w.Method, URL: w.URL, Host: w.Host, RemoteAddr: w.RemoteAddr, Body: body(w.Body, w.BodyBase64)},
		Bytes:   w.Bytes, MessageID: value(w.MessageID), Type: value(w.Event), Outcome: webhook.Outcome(value(w.Outcome)),
		Duration: duration(w.DurationMS),
	}
	if w.AcknowledgedAt != nil {
		d.AcknowledgedAt = *w.AcknowledgedAt
	}
	var err error
	if d.Header, err = restoreHeaders(w.Headers); err != nil {
		return d, err
	}
	if d.Verdict, err = restoreVerdict(w); err != nil {
		return d, err
	}
	if w.Response != nil {
		d.Answer = webhook.Answer{Status: w.Response.Status, Body: w.Response.Body}
	}
	if w.Change != nil {
		d.Change = &webhook.Change{Before: w.Change.Before, After: w.Change.After}
	}
	for _, f := range w.Forwards {
		sent := webhook.Forward{
			At: f.At, Target: f.Target, Status: value(f.Status), Duration: duration(f.DurationMS),
			Failure: webhook.Failure(value(f.Failure)), Error: value(f.Error), Truncated: f.Truncated, Body: body(f.Body, f.BodyBase64),
		}
		if sent.Failure == "" { // exported before there were codes
			sent.Failure = webhook.FailureSaid(sent.Error)
		}
		if sent.Header, err = restoreHeaders(f.Headers); err != nil {
			return d, err
		}
		d.Forwards = append(d.Forwards, sent)
	}
	return d, nil
}

func restoreVerdict(w Whole) (webhook.Verdict, error) {
	v := webhook.Verdict{
		Verified: w.Verdict == string(webhook.VerdictVerified), Unverified: w.Verdict == string(webhook.VerdictUnverified), Code: webhook.Code(value(w.Code)), Title: w.Diagnosis.Title,
		Detail: w.Diagnosis.Detail, Fix: value(w.Diagnosis.Fix), Secret: value(w.Diagnosis.Secret), Alternatives: w.Diagnosis.Alternatives,
	}
	for _, c := range w.Diagnosis.Checks {
		v.Checks = append(v.Checks, webhook.Check(c))
	}
	l := w.Diagnosis.Difference
	if l == nil {
		return v, nil
	}
	signed, errSigned := unmarked(l.Signed)
	arrived, errArrived := unmarked(l.Arrived)
	if errSigned != nil || errArrived != nil {
		return v, errors.New("diagnosis.difference is not valid base64")
	}
	v.Difference = &webhook.BodyDifference{
		Offset: l.Offset, Signed: webhook.Excerpt{Text: signed, Ends: l.SignedEnds}, Arrived: webhook.Excerpt{Text: arrived, Ends: l.ArrivedEnds},
	}
	return v, nil
}

// restoreHeaders is the inverse of Headers.
func restoreHeaders(shown map[string][]string) (http.Header, error) {
	h := http.Header{}
	for name, values := range shown {
		for _, v := range values {
			raw, err := unmarked(v)
			if err != nil {
				return nil, fmt.Errorf("the header %.40q is not valid base64", name)
			}
			h.Add(name, string(raw))
		}
	}
	return h, nil
}

// unmarked is the inverse of marked.
func unmarked(text string) ([]byte, error) {
	if encoded, ok := strings.CutPrefix(text, base64Prefix); ok {
		return base64.StdEncoding.DecodeString(encoded)
	}
	return []byte(text), nil
}

func body(text *string, raw []byte) []byte {
	if text != nil {
		return []byte(*text)
	}
	return raw
}

func value[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}

// duration is the inverse of Milliseconds.
func duration(ms float64) time.Duration {
	return time.Duration(ms*1000+0.5) * time.Microsecond
}
