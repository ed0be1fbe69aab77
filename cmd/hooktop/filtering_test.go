package main

import (
	"errors"
	"net/http"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
)

func TestEachMatchingDeliveryIsVisitedOnceAndInOrder(t *testing.T) {
	db, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "hooktop.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	capture := func(kind string) {
		d := webhook.Delivery{
			At: time.Now(), Provider: "clerk", Origin: webhook.Local, Type: kind, Outcome: webhook.Unhandled,
			Request: webhook.Request{Method: http.MethodPost, Body: []byte("{}")}, Verdict: webhook.Verdict{Verified: true},
		}
		if err := db.Capture(t.Context(), &d, webhook.Event{}); err != nil {
			t.Fatal(err)
		}
	}
	wanted, err := parseFilter([]string{"type:a", "since:1h"})
	if err != nil {
		t.Fatal(err)
	}
	visited := func(oldestFirst bool) (ids []int64) {
		err := eachMatching(t.Context(), db, wanted, oldestFirst, func(d webhook.Delivery) error {
			ids = append(ids, d.ID)
			if len(ids) < 50 {
				capture("a") // as a resend would: it is not to be resent in its turn
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	if got := visited(true); len(got) > 0 {
		t.Errorf("of none: %v", got)
	}
	for _, kind := range []string{"a", "b", "a", "a"} {
		capture(kind)
	}
	if got := visited(true); !slices.Equal(got, []int64{1, 3, 4}) {
		t.Errorf("oldest first: %v", got)
	}
	if got := visited(false); !slices.Equal(got, []int64{7, 6, 5, 4, 3, 1}) {
		t.Errorf("newest first: %v", got)
	}
	broken := errors.New("enough")
	if err := eachMatching(t.Context(), db, wanted, true, func(webhook.Delivery) error { return broken }); !errors.Is(err, broken) {
		t.Errorf("an error of the visit: %v", err)
	}
}
