//go:build unix

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/hooktop/hooktop/store/mirror/pgtest"
)

const appsTable = `CREATE TABLE "User" ("id" TEXT PRIMARY KEY, "email" VARCHAR(320) NOT NULL UNIQUE, "stripeCustomerId" TEXT UNIQUE, "stripeSubscriptionId" TEXT UNIQUE,
	"stripePriceId" TEXT, "subscriptionStatus" VARCHAR(64), "subscriptionCurrentPeriodEnd" TIMESTAMP(3), "cancelAtPeriodEnd" BOOLEAN NOT NULL DEFAULT false,
	"planKey" VARCHAR(128), "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "updatedAt" TIMESTAMP(3) NOT NULL, "role" TEXT NOT NULL DEFAULT 'of hooktop')`

// insertingApp is an app that inserts each new user into its own table, once it may.
func insertingApp(t *testing.T, server *pgtest.Server, asked chan<- string, may <-chan struct{}) *httptest.Server {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		var e struct{ Data struct{ ID string } }
		_ = json.Unmarshal(body, &e)
		asked <- e.Data.ID
		<-may
		conn, err := pgx.Connect(context.Background(), server.URL())
		if err == nil {
			defer conn.Close(context.Background())
			_, err = conn.Exec(context.Background(), `INSERT INTO "User" ("id", "email", "updatedAt", "role") VALUES ($1, $1 || '@example.com', '2000-01-01', 'of the app')`, e.Data.ID)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}))
	t.Cleanup(app.Close)
	return app
}

// rowThere returns a user's role and year there, "" for no row.
func rowThere(t *testing.T, server *pgtest.Server, id string) (row string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	_ = conn.QueryRow(t.Context(), `SELECT "role" || ' ' || date_part('year', "updatedAt") FROM "User" WHERE "id" = $1`, id).Scan(&row)
	return row
}

// hooktop writes to the app's own table only after the app has had its turn: the app's insert
// succeeds, and hooktop's change is merged into the app's row.
func TestTheAppsOwnInsertSucceeds(t *testing.T) {
	for _, reply := range []string{"hooktop", "app"} {
		t.Run("the sender is answered by "+reply, func(t *testing.T) {
			server, dir := startPostgres(t), t.TempDir()
			execPostgres(t, server, appsTable)
			asked, may := make(chan string), make(chan struct{})
			app := insertingApp(t, server, asked, may)
			env := append(withSecret(), "HOOKTOP_USERS_DB="+server.URL())
			p, ready := startListening(t, dir, env, "--tunnel", "off", "--forward-to", "user.created="+app.URL+"/hook", "--reply", reply)
			url := clerkURL(t, ready)
			sent := make(chan int, 2)
			for i := range 2 {
				go func() {
					id := fmt.Sprint("user_", i)
					status, _, _ := tryPost(t.Context(), http.DefaultClient, url, "msg_"+id, userEvent("user.created", id, id+"@example.com", time.Now()))
					sent <- status
				}()
				if got := <-asked; i == 0 || reply == "app" {
					// The other user's change comes after this one, and no app is told of it: once it is
					// there, this one was left out.
					post(t, http.DefaultClient, url, "msg_other"+got, userEvent("user.updated", "other_"+got, got+"@other.example", time.Now()))
					emailThere(t, server, "other_"+got, got+"@other.example")
				}
				if row := rowThere(t, server, fmt.Sprint("user_", i)); row != "" {
					t.Errorf("hooktop was first: %s", row)
				}
				may <- struct{}{}
			}
			for range 2 {
				if status := <-sent; status != http.StatusOK {
					t.Errorf("the sender got %d", status)
				}
				if f := p.next("forward"); f["status"] != 200.0 {
					t.Errorf("the app's answer: %v", f)
				}
			}
			for _, id := range []string{"user_0", "user_1"} {
				eventually(t, "hooktop's change is merged into the row of "+id, func() bool {
					row := rowThere(t, server, id)
					return row != "" && row != "of the app 2000"
				})
				if row := rowThere(t, server, id); row != fmt.Sprint("of the app ", time.Now().UTC().Year()) {
					t.Errorf("the row of %s is %s", id, row)
				}
			}
		})
	}
}
