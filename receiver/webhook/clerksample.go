package webhook

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strings"
)

// clerkSamples makes data for each event type that can be triggered.
var clerkSamples = []struct {
	event string
	data  func(Sample) map[string]any
}{
	{"user.created", clerkUserSample},
	{"user.updated", clerkUserSample},
	{"user.deleted", func(s Sample) map[string]any {
		return map[string]any{"id": s.UserID, "object": "user", "deleted": true}
	}},
}

// Samples implements Provider.
func (Clerk) Samples() []string {
	events := make([]string, len(clerkSamples))
	for i, s := range clerkSamples {
		events[i] = s.event
	}
	return events
}

// Sample implements Provider. The body is compact JSON with sorted keys and
// with & < > escaped, as Clerk's examples are: what parses it and writes it
// again gets other bytes, and its signature no longer holds.
func (c Clerk) Sample(s Sample) ([]byte, error) {
	for _, known := range clerkSamples {
		if known.event != s.Type {
			continue
		}
		if s.UserID == "" {
			s.UserID = randomID("user_")
		}
		event := map[string]any{
			"data":             known.data(s),
			"object":           "event",
			"type":             s.Type,
			"timestamp":        s.At.UnixMilli(),
			"instance_id":      "ins_2g7np7Hrk0SN6kj5EDMLDaKNL0S",
			"event_attributes": map[string]any{"http_request": map[string]any{"client_ip": "192.0.2.1", "user_agent": "Mozilla/5.0 (hooktop)"}},
		}
		if err := assign(event, s.Set); err != nil {
			return nil, err
		}
		return json.Marshal(event)
	}
	return nil, &mistake{
		fmt.Sprintf("no sample of the event type %s", short(s.Type)),
		"choose one of: " + strings.Join(c.Samples(), ", "),
	}
}

// sampleNames are first and last names; the & shows what re-encodes a body.
var sampleNames = [][2]string{
	{"Ada", "Lovelace"},
	{"Grace", "Hopper"},
	{"Alan", "Turing"},
	{"Edsger", "Dijkstra"},
	{"Barbara", "Liskov"},
	{"Zoë", "Ångström & Söhne"},
	{"Donald", "Knuth"},
	{"Radia", "Perlman"},
}

// clerkUserSample is a User with every field that Clerk's specification
// requires (openapi-specs, webhooks 2025-04-15).
func clerkUserSample(s Sample) map[string]any {
	var dice [4]byte
	rand.Read(dice[:]) //nolint:errcheck // it never fails
	name := sampleNames[int(dice[0])%len(sampleNames)]
	if s.Email == "" {
		s.Email = fmt.Sprintf("%s.%x@example.com", strings.ToLower(strings.ReplaceAll(name[0], "ë", "e")), dice[1:])
	}
	at, emailID := s.At.UnixMilli(), randomID("idn_")
	image := "https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCJ9?width=80&height=80"
	return map[string]any{
		"id": s.UserID, "object": "user",
		"username": nil, "first_name": name[0], "last_name": name[1], "locale": "en-US",
		"has_image": true, "image_url": image, "profile_image_url": image,
		"primary_email_address_id": emailID, "primary_phone_number_id": nil, "primary_web3_wallet_id": nil,
		"password_enabled": true, "two_factor_enabled": false, "totp_enabled": false, "backup_code_enabled": false,
		"email_addresses": []any{map[string]any{
			"id": emailID, "object": "email_address", "email_address": s.Email, "reserved": false,
			"verification": map[string]any{"object": "verification_otp", "status": "verified", "strategy": "email_code", "attempts": 1, "expire_at": at + 600_000},
			"linked_to":    []any{}, "matches_sso_connection": false, "created_at": at, "updated_at": at,
		}},
		"phone_numbers": []any{}, "web3_wallets": []any{}, "passkeys": []any{}, "external_accounts": []any{},
		"saml_accounts": []any{}, "enterprise_accounts": []any{},
		"public_metadata": map[string]any{}, "private_metadata": map[string]any{}, "unsafe_metadata": map[string]any{},
		"external_id": nil, "last_sign_in_at": at, "last_active_at": at,
		"banned": false, "locked": false, "lockout_expires_in_seconds": nil, "verification_attempts_remaining": 100,
		"created_at": at, "updated_at": at, "delete_self_enabled": true, "create_organization_enabled": true,
		"mfa_enabled_at": nil, "mfa_disabled_at": nil, "legal_accepted_at": nil,
	}
}
