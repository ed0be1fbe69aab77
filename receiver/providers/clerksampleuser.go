package providers

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook/sample"
)

// user is a User with every field that Clerk's specification requires. Some
// have a second address, some a telephone, some came by Google.
func (c *clerkPersona) user() map[string]any {
	first := c.emailAddress("first", c.address, c.since, c.at)
	emails, accounts := []any{first}, []any{}
	google := c.pick(4, "google") == 0
	if google {
		account := c.google(first["id"])
		first["linked_to"] = []any{map[string]any{"type": "oauth_google", "id": account["id"]}}
		first["verification"] = map[string]any{"object": "verification_from_oauth", "status": "verified", "strategy": "from_oauth_google", "attempts": nil, "expire_at": nil}
		accounts = append(accounts, account)
	}
	if c.pick(3, "second address") == 0 {
		second := c.emailAddress("second", c.workAddress(), c.since, c.since)
		second["verification"] = nil
		emails = append(emails, second)
	}
	phones, phoneID := []any{}, any(nil)
	if c.pick(3, "telephone") == 1 {
		phone := c.phone()
		phones, phoneID = append(phones, phone), phone["id"]
	}
	data := c.profile(emails, first["id"])
	data["external_accounts"] = accounts
	data["password_enabled"] = !google
	data["phone_numbers"], data["primary_phone_number_id"] = phones, phoneID
	if c.kind == "user.updated" {
		data["public_metadata"] = map[string]any{"plan": "pro", "team": "R&D"}
		data["legal_accepted_at"] = c.sinceMS()
	}
	return data
}

// workAddress is another address of the user.
func (c *clerkPersona) workAddress() string {
	return fmt.Sprintf("%s.%.3x@work.example", c.Handle, sample.Digest(c.userID, "work"))
}

// profile is the user with these addresses.
func (c *clerkPersona) profile(emails []any, primary any) map[string]any {
	return map[string]any{
		"id": c.userID, "object": "user", "external_id": nil,
		"username": nil, "first_name": c.First, "last_name": c.Last, "locale": c.Locale,
		"has_image": true, "image_url": clerkImage, "profile_image_url": clerkImage,
		"primary_email_address_id": primary, "primary_phone_number_id": nil, "primary_web3_wallet_id": nil,
		"email_addresses": emails, "phone_numbers": []any{}, "web3_wallets": []any{}, "passkeys": []any{},
		"external_accounts": []any{}, "saml_accounts": []any{}, "enterprise_accounts": []any{},
		"password_enabled": true, "two_factor_enabled": false, "totp_enabled": false, "backup_code_enabled": false,
		"mfa_enabled_at": nil, "mfa_disabled_at": nil,
		"public_metadata": map[string]any{}, "private_metadata": map[string]any{}, "unsafe_metadata": map[string]any{},
		"banned": false, "locked": false, "lockout_expires_in_seconds": nil, "verification_attempts_remaining": 100,
		"delete_self_enabled": true, "create_organization_enabled": true, "create_organizations_limit": nil,
		"last_sign_in_at": c.ms(), "last_active_at": c.ms(), "legal_accepted_at": nil,
		"created_at": c.sinceMS(), "updated_at": c.ms(),
	}
}

// userDeleted is all that is left: the id.
func (c *clerkPersona) userDeleted() map[string]any { return gone("user", c.userID) }

// emailAddress is an address that its owner proved to be his by a code.
func (c *clerkPersona) emailAddress(which, address string, since, at time.Time) map[string]any {
	created := since.UnixMilli()
	return map[string]any{
		"id": c.own("idn_", which+" address"), "object": "email_address", "email_address": address, "reserved": false,
		"verification": map[string]any{"object": "verification_otp", "status": "verified", "strategy": "email_code", "attempts": 1, "expire_at": created + 600_000},
		"linked_to":    []any{}, "matches_sso_connection": false, "created_at": created, "updated_at": at.UnixMilli(),
	}
}

func (c *clerkPersona) phone() map[string]any {
	return map[string]any{
		"id": c.phoneID(), "object": "phone_number", "phone_number": c.phoneNumber(),
		"reserved": false, "reserved_for_second_factor": false, "default_second_factor": false, "backup_codes": nil,
		"verification": map[string]any{"object": "verification_otp", "status": "verified", "strategy": "phone_code", "attempts": 1, "expire_at": c.sinceMS() + 600_000},
		"linked_to":    []any{}, "created_at": c.sinceMS(), "updated_at": c.sinceMS(),
	}
}

func (c *clerkPersona) phoneID() string { return c.own("idn_", "telephone") }

// phoneNumber is one of those that are given to nobody (555-0100 to 0199).
func (c *clerkPersona) phoneNumber() string {
	return "+120155501" + string([]byte{'0' + byte(c.pick(10, "tens")), '0' + byte(c.pick(10, "ones"))})
}

// google is the account that the user came with.
func (c *clerkPersona) google(identification any) map[string]any {
	return map[string]any{
		"id": c.own("eac_", "google"), "object": "external_account", "provider": "oauth_google",
		"identification_id": identification, "provider_user_id": fmt.Sprintf("1%020d", binary.BigEndian.Uint64(sample.Digest(c.userID, "google"))),
		"approved_scopes": "email https://www.googleapis.com/auth/userinfo.email https://www.googleapis.com/auth/userinfo.profile openid profile",
		"email_address":   c.address, "first_name": c.First, "last_name": c.Last, "username": nil, "phone_number": nil,
		"image_url": clerkImage, "avatar_url": clerkImage, "label": nil, "public_metadata": map[string]any{},
		"verification": map[string]any{"object": "verification_oauth", "status": "verified", "strategy": "oauth_google", "attempts": nil, "expire_at": c.sinceMS() + 600_000},
		"created_at":   c.sinceMS(), "updated_at": c.sinceMS(),
	}
}

// session is a session of the user, in the state that the event's name says.
func (c *clerkPersona) session() map[string]any {
	began := c.began("session", 30*time.Minute)
	_, status, _ := strings.Cut(c.kind, ".")
	switch status {
	case "created":
		status = "active"
	case "pending": // it begins so, where more is asked of the user than to sign in
		began = c.ms()
	}
	const day = 86_400_000
	return map[string]any{
		"id": c.id("sess_", "session"), "object": "session", "user_id": c.userID, "client_id": c.id("client_", "client"),
		"actor": nil, "status": status, "last_active_organization_id": nil,
		"latest_activity": map[string]any{
			"id": c.id("sess_activity_", "activity"), "object": "session_activity", "device_type": "Macintosh", "is_mobile": false,
			"browser_name": "Chrome", "browser_version": "142.0.0.0", "ip_address": clerkAddress, "city": c.City, "country": c.Country,
		},
		"last_active_at": c.ms(), "expire_at": began + 7*day, "abandon_at": began + 30*day,
		"created_at": began, "updated_at": c.ms(),
	}
}

// waitlistEntry is somebody who wants to be let in, and then is invited.
func (c *clerkPersona) waitlistEntry() map[string]any {
	g := c.guest()
	began := c.began("waitlistEntry", 48*time.Hour)
	entry := map[string]any{
		"id": c.id("wle_", "waitlist"), "object": "waitlist_entry", "email_address": g.address,
		"status": "pending", "is_locked": false, "invitation": nil, "created_at": began, "updated_at": c.ms(),
	}
	if c.kind == "waitlistEntry.updated" {
		entry["status"] = "invited"
		entry["invitation"] = map[string]any{
			"id": c.id("inv_", "invitation"), "object": "invitation", "email_address": g.address,
			"status": "pending", "revoked": false, "public_metadata": map[string]any{}, "url": c.ticketURL("accept"),
			"expires_at": c.ms() + 30*86_400_000, "created_at": c.ms(), "updated_at": c.ms(),
		}
	}
	return entry
}
