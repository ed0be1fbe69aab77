package main

import (
	"time"

	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/tunnel"
)

// The objects that --json prints, one a line. Absent values are null, never
// left out; times are RFC 3339 in UTC.
type (
	readyLine struct {
		Kind        string            `json:"kind"`
		LocalURL    string            `json:"local_url"`
		WebhookURLs map[string]string `json:"webhook_urls"`
		PublicURL   *string           `json:"public_url"`
		Tunnel      tunnel.State      `json:"tunnel"`
	}
	differenceLine struct {
		Kind     string  `json:"kind"`
		UserID   string  `json:"user_id"`
		Column   string  `json:"column"`
		Has      *string `json:"has"`
		Replayed *string `json:"replayed"`
	}
	rebuildLine struct {
		Kind        string `json:"kind"`
		Deliveries  int64  `json:"deliveries"`
		Snapshot    int64  `json:"snapshot"`
		Users       int64  `json:"users"`
		Differences int64  `json:"differences"`
	}
	// historyLine is a delivery in the history of a user.
	historyLine struct {
		ndjson.Delivery
		Change *ndjson.Change `json:"change"`
	}
	userLine struct {
		Kind string `json:"kind"`
		webhook.User
		// Over the row's own: a user that was never seen but deleted has none.
		Email      *string    `json:"email"`
		CreatedAt  *time.Time `json:"createdAt"`
		UpdatedAt  *time.Time `json:"updatedAt"`
		Deleted    bool       `json:"deleted"`
		DeletedAt  *time.Time `json:"deletedAt"`
		DeliveryID *int64     `json:"delivery_id"`
	}
)

func userObject(u webhook.UserRecord) userLine {
	line := userLine{
		Kind: "user", User: u.User, Email: ndjson.Null(u.Email), CreatedAt: ndjson.Null(u.CreatedAt), UpdatedAt: ndjson.Null(u.UpdatedAt),
		Deleted: u.Deleted(), DeliveryID: ndjson.Null(u.DeliveryID),
	}
	if u.Deleted() {
		at := u.DeletedAt.UTC()
		line.DeletedAt = &at
	}
	return line
}
