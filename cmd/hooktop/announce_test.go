package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/store"
)

// The address of a hooktop that is too busy to answer stays; one at which nobody
// is any more goes.
func TestABusyHooktopKeepsItsAddress(t *testing.T) {
	t.Parallel() // it waits for one that never answers
	leave := make(chan struct{})
	busy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-leave }))
	defer busy.Close()
	defer close(leave)
	db, err := openStore(t.Context(), &config.Settings{DB: filepath.Join(t.TempDir(), "hooktop.db")}, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close() //nolint:errcheck // it is a test's own
	for id, url := range map[string]string{"busy": busy.URL, "gone": nowhere(t)} {
		if err := db.SetInstance(t.Context(), store.Instance{ID: id, URL: url, Token: "token"}); err != nil {
			t.Fatal(err)
		}
	}
	if door, ok := running.On(t.Context(), db); ok {
		t.Errorf("%s answered", door.URL)
	}
	left, err := db.Instances(t.Context())
	if err != nil || len(left) != 1 || left[0].ID != "busy" {
		t.Errorf("left are %v, %v", left, err)
	}
}
