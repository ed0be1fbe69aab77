package providers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	svix "github.com/svix/svix-webhooks/go"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// clerkShapes are the fields that Clerk's specification requires of each object
// (openapi-specs, webhooks 2025-04-15) and what they hold: text, id=PREFIX, bool, int, ms
// (a time in milliseconds), list, map; ? where null is allowed.
var clerkShapes = map[string]string{
	"event": `type:text timestamp:ms instance_id:id=ins_ data:map event_attributes:map`,
	"user": `id:id=user_ username:text? first_name:text? last_name:text? has_image:bool primary_email_address_id:id=idn_? primary_phone_number_id:id=idn_?
		primary_web3_wallet_id:text? password_enabled:bool two_factor_enabled:bool totp_enabled:bool backup_code_enabled:bool email_addresses:list
		phone_numbers:list web3_wallets:list passkeys:list external_accounts:list saml_accounts:list enterprise_accounts:list public_metadata:map
		external_id:text? last_sign_in_at:ms? banned:bool locked:bool lockout_expires_in_seconds:int? verification_attempts_remaining:int? created_at:ms
		updated_at:ms delete_self_enabled:bool create_organization_enabled:bool last_active_at:ms? mfa_enabled_at:ms? mfa_disabled_at:ms? legal_accepted_at:ms?`,
	"email_address":           `id:id=idn_ email_address:text reserved:bool verification:map? linked_to:list created_at:ms updated_at:ms`,
	"verification_otp":        `status:text strategy:text attempts:int? expire_at:ms?`,
	"verification_from_oauth": `status:text strategy:text attempts:int? expire_at:ms?`,
	"verification_oauth":      `status:text strategy:text attempts:int? expire_at:ms`,
	"phone_number":            `id:id=idn_ phone_number:text reserved:bool verification:map? linked_to:list created_at:ms updated_at:ms`,
	"external_account": `id:id=eac_ provider:text identification_id:id=idn_ provider_user_id:text approved_scopes:text email_address:text first_name:text
		last_name:text public_metadata:map verification:map? created_at:ms updated_at:ms`,
	"session": `id:id=sess_ user_id:id=user_ client_id:id=client_ status:text last_active_at:ms expire_at:ms abandon_at:ms created_at:ms updated_at:ms
		actor:map? latest_activity:map?`,
	"session_activity": `id:id=sess_activity_ is_mobile:bool`,
	"email": `id:id=ema_ slug:text? from_email_name:text data:map delivered_by_clerk:bool to_email_address:text email_address_id:id=idn_? user_id:id=user_?
		subject:text body:text body_plain:text? status:text`,
	"sms_message": `id:id=sms_ from_phone_number:text to_phone_number:text phone_number_id:id=idn_? user_id:id=user_? message:text status:text data:map
		delivered_by_clerk:bool created_at_ms:ms`,
	"organization": `id:id=org_ name:text slug:text has_image:bool max_allowed_memberships:int admin_delete_enabled:bool public_metadata:map
		private_metadata:map created_by:id=user_ members_count:int created_at:ms updated_at:ms`,
	"organization_membership": `id:id=orgmem_ role:text permissions:list public_metadata:map organization:map public_user_data:map created_at:ms updated_at:ms`,
	"organization_invitation": `id:id=orginv_ email_address:text role:text role_name:text public_metadata:map url:text? expires_at:ms? created_at:ms
		updated_at:ms inviter_id:id=user_? organization_id:id=org_ status:text`,
	"organization_domain": `id:id=orgdmn_ organization_id:id=org_ name:text enrollment_mode:text affiliation_email_address:text? verification:map?
		total_pending_invitations:int total_pending_suggestions:int created_at:ms updated_at:ms`,
	"permission":     `id:id=perm_ name:text key:text description:text type:text created_at:ms updated_at:ms`,
	"role":           `id:id=role_ name:text key:text description:text is_creator_eligible:bool permissions:list created_at:ms updated_at:ms`,
	"waitlist_entry": `id:id=wle_ email_address:text status:text is_locked:bool invitation:map? created_at:ms updated_at:ms`,
	"invitation":     `id:id=inv_ email_address:text public_metadata:map status:text created_at:ms updated_at:ms`,
	"commerce_payer": `id:id=cpayer_ image_url:text user_id:id=user_ first_name:text last_name:text email:text organization_id:text organization_name:text`,
	"commerce_subscription": `id:id=csub_ status:text active_at:ms? canceled_at:ms? created_at:ms ended_at:ms? past_due_at:ms? updated_at:ms
		latest_payment_id:id=cpa_? payer_id:id=cpayer_ payer:map payment_source_id:id=cps_? items:list`,
	"commerce_subscription_item": `id:id=csub_item_ status:text is_free_trial:bool created_at:ms updated_at:ms period_start:ms period_end:ms interval:text
		plan_id:id=cplan_? plan:map? subscription_id:id=csub_?`,
	// A payment attempt says of no object what it is.
	"": `id:id=pa_ instance_id:id=ins_ payment_id:id=cpa_ invoice_id:text statement_id:id=stmt_ gateway_external_id:text status:text created_at:ms updated_at:ms
		paid_at:ms? failed_at:ms? failed_reason:map? billing_date:ms charge_type:text payee:map payer:map totals:map payment_source:map subscription_items:list`,
	"deleted": `id:text deleted:bool`,
}

// clerkObjects are what the data of an event is, by its family.
var clerkObjects = map[string]string{
	"user": "user", "session": "session", "email": "email", "sms": "sms_message", "organization": "organization",
	"organizationMembership": "organization_membership", "organizationInvitation": "organization_invitation", "organizationDomain": "organization_domain",
	"waitlistEntry": "waitlist_entry", "subscription": "commerce_subscription", "subscriptionItem": "commerce_subscription_item",
	"paymentAttempt": "", "role": "role", "permission": "permission",
}

// clerkUsers are ids of users that between them have everything that some users
// have: a second address, a telephone, a Google account.
func clerkUsers() []string {
	ids := make([]string, 24)
	for i := range ids {
		ids[i] = fmt.Sprintf("user_%d", i)
	}
	return ids
}

func TestClerkHasASampleOfEachEventType(t *testing.T) {
	want := strings.Fields(`email.created organization.created organization.updated organization.deleted organizationDomain.created organizationDomain.updated
		organizationDomain.deleted organizationInvitation.created organizationInvitation.accepted organizationInvitation.revoked organizationMembership.created
		organizationMembership.updated organizationMembership.deleted paymentAttempt.created paymentAttempt.updated permission.created permission.updated
		permission.deleted role.created role.updated role.deleted session.created session.pending session.ended session.removed session.revoked sms.created
		subscription.created subscription.updated subscription.active subscription.pastDue subscriptionItem.abandoned subscriptionItem.active
		subscriptionItem.canceled subscriptionItem.ended subscriptionItem.freeTrialEnding subscriptionItem.incomplete subscriptionItem.pastDue
		subscriptionItem.upcoming subscriptionItem.updated user.created user.updated user.deleted waitlistEntry.created waitlistEntry.updated`)
	if len(want) != 45 {
		t.Fatalf("the specification has 45, these are %d", len(want))
	}
	want = append(want, "subscriptionItem.created") // @clerk/backend's own
	got := providers.Clerk{}.Samples()
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("samples are %q, want %q", got, want)
	}
}

func TestClerkSamplesHaveTheShapeOfTheirObjects(t *testing.T) {
	seen := map[string]bool{}
	for _, kind := range (providers.Clerk{}).Samples() {
		for _, user := range clerkUsers() {
			event := clerkSampleOf(t, webhook.Sample{Type: kind, At: now, UserID: user})
			data, _ := event["data"].(map[string]any)
			object, _ := data["object"].(string)
			family, verb, _ := strings.Cut(kind, ".")
			if object != clerkObjects[family] {
				t.Fatalf("%s is about the object %q, want %q", kind, object, clerkObjects[family])
			}
			if verb == "deleted" && family != "organizationMembership" {
				holdTo(t, kind, data, clerkShapes["deleted"])
				delete(event, "data")
			}
			eachObject(event, func(o map[string]any) {
				name, named := o["object"].(string)
				shape, known := clerkShapes[name]
				if named && !known {
					t.Errorf("%s has an object %q that nobody knows", kind, name)
				}
				if named && name != "event" {
					holdTo(t, kind+", "+name, o, shape)
					seen[name] = true
				}
				inOrder(t, kind, o)
			})
			if family == "paymentAttempt" {
				holdTo(t, kind, data, clerkShapes[""])
			}
		}
	}
	for name := range clerkShapes {
		if name != "" && name != "event" && name != "deleted" && !seen[name] {
			t.Errorf("no sample has the object %q", name)
		}
	}
}

func clerkSampleOf(t *testing.T, s webhook.Sample) map[string]any {
	t.Helper()
	body, err := providers.Clerk{}.Sample(s)
	must(t, err)
	var event map[string]any
	must(t, json.Unmarshal(body, &event))
	holdTo(t, s.Type, event, clerkShapes["event"])
	return event
}

// holdTo holds an object to its shape.
func holdTo(t *testing.T, what string, o map[string]any, shape string) {
	t.Helper()
	for _, field := range strings.Fields(shape) {
		name, kind, _ := strings.Cut(field, ":")
		v, there := o[name]
		kind, nullable := strings.CutSuffix(kind, "?")
		if !there || v == nil && !nullable {
			t.Errorf("%s: %s is %v, there %v", what, name, v, there)
			continue
		}
		text, isText := v.(string)
		number, isNumber := v.(float64)
		ok := v == nil
		switch prefix, isID := strings.CutPrefix(kind, "id="); {
		case ok:
		case isID:
			ok = isText && strings.HasPrefix(text, prefix) && len(text) > len(prefix)
		case kind == "text":
			ok = isText
		case kind == "bool":
			_, ok = v.(bool)
		case kind == "int":
			ok = isNumber && number == float64(int64(number))
		case kind == "ms":
			at := time.UnixMilli(int64(number))
			ok = isNumber && at.After(now.AddDate(-1, 0, 0)) && at.Before(now.AddDate(1, 0, 0))
		case kind == "list":
			_, ok = v.([]any)
		case kind == "map":
			_, ok = v.(map[string]any)
		}
		if !ok {
			t.Errorf("%s: %s is %v, want %s", what, name, v, kind)
		}
	}
}

// eachObject calls do with every object in a value.
func eachObject(v any, do func(map[string]any)) {
	switch v := v.(type) {
	case map[string]any:
		do(v)
		for _, inner := range v {
			eachObject(inner, do)
		}
	case []any:
		for _, inner := range v {
			eachObject(inner, do)
		}
	}
}

// inOrder wants what came to be not to have changed before that, and neither in
// the future.
func inOrder(t *testing.T, what string, o map[string]any) {
	t.Helper()
	created, has := o["created_at"].(float64)
	updated, changed := o["updated_at"].(float64)
	if has && changed && created > updated || updated > float64(now.UnixMilli()) || created > float64(now.UnixMilli()) {
		t.Errorf("%s: created at %.0f, updated at %.0f, the event is of %d", what, created, updated, now.UnixMilli())
	}
}

func TestClerkSamplesHangTogether(t *testing.T) {
	several, unproven, telephones, google := 0, 0, 0, 0
	for _, user := range clerkUsers() {
		of := func(kind string) map[string]any {
			data, _ := clerkSampleOf(t, webhook.Sample{Type: kind, At: now, UserID: user})["data"].(map[string]any)
			return data
		}
		same := func(what string, a, b any) {
			t.Helper()
			if a == nil || a != b {
				t.Errorf("%s: %s: %v and %v", user, what, a, b)
			}
		}
		u := of("user.created")
		emails, _ := u["email_addresses"].([]any)
		first, _ := emails[0].(map[string]any)
		same("the primary address is there, and the first", u["primary_email_address_id"], first["id"])
		same("the address is proven", pathOf(first, "verification", "status"), "verified")
		if len(emails) > 1 {
			several++
			if pathOf(emails[1], "verification") == nil {
				unproven++
			}
			if pathOf(emails[1], "id") == first["id"] || pathOf(emails[1], "email_address") == first["email_address"] {
				t.Errorf("%s has an address twice", user)
			}
		}
		if phones, _ := u["phone_numbers"].([]any); len(phones) > 0 {
			telephones++
			same("the primary telephone is there", u["primary_phone_number_id"], pathOf(phones[0], "id"))
			same("the code goes to it", of("sms.created")["phone_number_id"], pathOf(phones[0], "id"))
		} else if u["primary_phone_number_id"] != nil {
			t.Errorf("%s has no telephone, and a primary one", user)
		}
		if accounts, _ := u["external_accounts"].([]any); len(accounts) > 0 {
			google++
			linked, _ := first["linked_to"].([]any)
			same("the account is linked", pathOf(linked[0], "id"), pathOf(accounts[0], "id"))
			same("to the address", pathOf(accounts[0], "identification_id"), first["id"])
		}
		same("the code goes to the address", of("email.created")["to_email_address"], first["email_address"])
		same("by its id", of("email.created")["email_address_id"], first["id"])
		same("the name stays", of("user.updated")["last_name"], u["last_name"])
		same("what ends was begun", of("session.ended")["id"], of("session.created")["id"])
		same("by the user", of("session.ended")["user_id"], user)
		same("the member is of the organization", pathOf(of("organizationMembership.created"), "organization", "id"), of("organization.created")["id"])
		same("and is the user", pathOf(of("organizationMembership.created"), "public_user_data", "user_id"), user)
		same("the invitation is into it", of("organizationInvitation.created")["organization_id"], of("organization.created")["id"])
		same("the one that is accepted is the one that was sent", of("organizationInvitation.accepted")["id"], of("organizationInvitation.created")["id"])
		same("the domain is its own", of("organizationDomain.updated")["organization_id"], of("organization.updated")["id"])
		same("the subscription is the user's", pathOf(of("subscription.active"), "payer", "user_id"), user)
		same("its item is of it", of("subscriptionItem.active")["subscription_id"], of("subscription.active")["id"])
		same("it is what is paid for", pathOf(of("paymentAttempt.updated"), "subscription_items", 0, "subscription_id"), of("subscription.created")["id"])
		same("by the same payment", of("paymentAttempt.updated")["payment_id"], of("subscription.updated")["latest_payment_id"])
		same("the plan is the plan", of("subscriptionItem.ended")["plan_id"], pathOf(of("subscriptionItem.ended"), "plan", "id"))
		same("the role has the permission", pathOf(of("role.created"), "permissions", 0, "id"), of("permission.created")["id"])
		same("who waited is invited", pathOf(of("waitlistEntry.updated"), "invitation", "email_address"), of("waitlistEntry.created")["email_address"])
		if of("waitlistEntry.created")["email_address"] == first["email_address"] {
			t.Errorf("%s waits, and is a user", user)
		}
	}
	for what, n := range map[string]int{"a second address": several, "one that is not proven": unproven, "a telephone": telephones, "a Google account": google} {
		if n == 0 || n == len(clerkUsers()) {
			t.Errorf("%d of %d users have %s", n, len(clerkUsers()), what)
		}
	}
}

// pathOf is the value at a path of names and indexes, nil where there is none.
func pathOf(v any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := v.(map[string]any)
			v = object[step]
		case int:
			list, _ := v.([]any)
			if step >= len(list) {
				return nil
			}
			v = list[step]
		}
	}
	return v
}

func TestClerkSamplesAreAboutWhoChangedLast(t *testing.T) {
	made := now.Add(-time.Hour)
	last := &webhook.User{ID: "user_last", Email: "last+tag@example.com", CreatedAt: made}
	for _, c := range []struct {
		name   string
		sample webhook.Sample
		want   map[string]any // by path
	}{
		{"an update changes the address", webhook.Sample{Type: "user.updated", Last: last}, map[string]any{"id": "user_last", "created_at": float64(made.UnixMilli())}},
		{"a deletion", webhook.Sample{Type: "user.deleted", Last: last}, map[string]any{"id": "user_last"}},
		{"a session", webhook.Sample{Type: "session.created", Last: last}, map[string]any{"user_id": "user_last"}},
		{"a code is sent to the address that is known", webhook.Sample{Type: "email.created", Last: last}, map[string]any{"user_id": "user_last", "to_email_address": "last+tag@example.com"}},
		{"who is asked for goes before", webhook.Sample{Type: "session.created", UserID: "user_given", Last: last}, map[string]any{"user_id": "user_given"}},
		{"an address that is asked for, too", webhook.Sample{Type: "email.created", Email: "a@b.c", Last: last}, map[string]any{"user_id": "user_last", "to_email_address": "a@b.c"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.sample.At = now
			data := clerkSampleOf(t, c.sample)["data"]
			for name, want := range c.want {
				if got := pathOf(data, name); got != want {
					t.Errorf("%s is %v, want %v", name, got, want)
				}
			}
		})
	}
	updated := func(at time.Time) string {
		address, _ := pathOf(clerkSampleOf(t, webhook.Sample{Type: "user.updated", At: at, Last: last})["data"], "email_addresses", 0, "email_address").(string)
		return address
	}
	a, b := updated(now), updated(now.Add(time.Second))
	if a == b || !strings.HasPrefix(a, "last+") || !strings.HasSuffix(a, "@example.com") || a == last.Email {
		t.Errorf("two updates give %s and %s", a, b)
	}
	if id := pathOf(clerkSampleOf(t, webhook.Sample{Type: "user.created", At: now, Last: last})["data"], "id"); id == "user_last" {
		t.Error("a new user is the one that changed last")
	}
	one := webhook.Sample{Type: "session.created", At: now, Last: last}
	other := one
	other.Nth = 1
	if a, b := pathOf(clerkSampleOf(t, one)["data"], "id"), pathOf(clerkSampleOf(t, other)["data"], "id"); a == b {
		t.Error("two sessions of one count are the same")
	}
}

// What is sent verifies with the sender's own library, and not when a program
// that read it writes it again.
func TestClerkSamplesVerifyWithTheOfficialLibrary(t *testing.T) {
	secret := secretOf(providers.Clerk{})
	library, err := svix.NewWebhook(secret.Reveal())
	must(t, err)
	for _, kind := range (providers.Clerk{}).Samples() {
		r := signed(t, providers.Clerk{}, secret, mustSample(t, providers.Clerk{}, kind))
		if err := library.VerifyIgnoringTimestamp(r.Body, r.Header); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	for _, kind := range []string{"user.created", "email.created", "organization.updated", "subscription.active", "role.created"} {
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		var value any
		body := mustSample(t, providers.Clerk{}, kind)
		must(t, json.Unmarshal(body, &value))
		must(t, e.Encode(value))
		if strings.TrimSpace(b.String()) == string(body) {
			t.Errorf("%s is the same bytes when JavaScript writes it again", kind)
		}
	}
}
