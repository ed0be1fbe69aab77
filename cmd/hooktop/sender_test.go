package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"
)

// post sends a body as Clerk does, signed by the official library.
func post(t *testing.T, client *http.Client, url, messageID, body string) (status int, answer map[string]any) {
	t.Helper()
	status, answer, err := tryPost(t.Context(), client, url, messageID, body)
	if err != nil {
		t.Fatal(err)
	}
	return status, answer
}

func tryPost(ctx context.Context, client *http.Client, url, messageID, body string) (status int, answer map[string]any, err error) {
	req, err := signed(ctx, url, messageID, body)
	if err != nil {
		return 0, nil, err
	}
	return do(client, req)
}

// signed is a delivery as Clerk sends it.
func signed(ctx context.Context, url, messageID, body string) (*http.Request, error) {
	wh, err := svix.NewWebhook(secret)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	signature, err := wh.Sign(messageID, now, []byte(body))
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("svix-id", messageID)
	req.Header.Set("svix-timestamp", fmt.Sprint(now.Unix()))
	req.Header.Set("svix-signature", signature)
	return req, nil
}

func do(client *http.Client, req *http.Request) (status int, answer map[string]any, err error) {
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer res.Body.Close()
	return res.StatusCode, answer, json.NewDecoder(res.Body).Decode(&answer)
}

func dial(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(patient)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// userEvent is a small but whole user event.
func userEvent(kind, userID, email string, at time.Time) string {
	data := fmt.Sprintf(`{"email_addresses":[{"email_address":%q,"id":"idn_1"}],"id":%q,"object":"user","primary_email_address_id":"idn_1"}`, email, userID)
	if kind == "user.deleted" {
		data = fmt.Sprintf(`{"deleted":true,"id":%q,"object":"user"}`, userID)
	}
	return fmt.Sprintf(`{"data":%s,"instance_id":"ins_1","object":"event","timestamp":%d,"type":%q}`, data, at.UnixMilli(), kind)
}

func clerkURL(t *testing.T, ready map[string]any) string {
	t.Helper()
	urls, _ := ready["webhook_urls"].(map[string]any)
	url, ok := urls["clerk"].(string)
	if !ok {
		t.Fatalf("no URL for Clerk in %v", ready)
	}
	return url
}

// localURL is where it receives.
func localURL(t *testing.T, ready map[string]any) string {
	t.Helper()
	url, ok := ready["local_url"].(string)
	if !ok {
		t.Fatalf("no local URL in %v", ready)
	}
	return url
}
