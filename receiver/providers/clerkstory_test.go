package providers_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestClerkStories(t *testing.T) {
	events := map[string]string{}
	for _, story := range (providers.Clerk{}).Stories() {
		events[story.Name] = strings.Join(story.Events(), " ")
	}
	want := map[string]string{
		"signup":  "email.created user.created session.created",
		"account": "email.created user.created session.created user.updated email.created user.updated session.ended user.deleted",
		"team": "user.created organization.created organizationMembership.created organizationInvitation.created user.created " +
			"organizationInvitation.accepted organizationMembership.created",
	}
	if !maps.Equal(events, want) {
		t.Errorf("stories are %v", events)
	}
}

func TestClerkStoriesHangTogether(t *testing.T) {
	account := told(t, "account", webhook.Sample{Email: "ada@example.com"})
	id := pathOf(account[1], "id")
	if pathOf(account[0], "user_id") != nil || pathOf(account[0], "to_email_address") != "ada@example.com" {
		t.Errorf("before there is a user the code goes to %v of %v", pathOf(account[0], "to_email_address"), pathOf(account[0], "user_id"))
	}
	for i, name := range map[int]string{1: "id", 2: "user_id", 3: "id", 4: "user_id", 5: "id", 6: "user_id", 7: "id"} {
		if got := pathOf(account[i], name); got != id {
			t.Errorf("event %d is about %v, not %v", i, got, id)
		}
	}
	for _, pair := range [][2]int{{1, 3}, {3, 5}} {
		if a, b := pathOf(account[pair[0]], "created_at"), pathOf(account[pair[1]], "created_at"); a == nil || a != b {
			t.Errorf("the user came to be at %v and at %v", a, b)
		}
	}
	if a, b := pathOf(account[2], "created_at"), pathOf(account[6], "created_at"); a == nil || a != b {
		t.Errorf("the session that ended began at %v and at %v", a, b)
	}
	added, changed := account[3], account[5]
	second := pathOf(added, "email_addresses", 1, "id")
	if pathOf(added, "primary_email_address_id") != pathOf(added, "email_addresses", 0, "id") || pathOf(added, "email_addresses", 1, "verification") != nil {
		t.Error("an address that is not proven is the primary one")
	}
	if pathOf(account[4], "email_address_id") != second || pathOf(changed, "primary_email_address_id") != second || pathOf(changed, "email_addresses", 1, "id") != second {
		t.Error("the second address is not the one that a code was sent to and that became the primary one")
	}
	if a, b := pathOf(added, "email_addresses", 1, "created_at"), pathOf(changed, "email_addresses", 1, "created_at"); a != b {
		t.Errorf("the second address came to be at %v and at %v", a, b)
	}

	team := told(t, "team", webhook.Sample{UserID: "user_owner"})
	guest := pathOf(team[4], "id")
	if guest == "user_owner" || pathOf(team[5], "user_id") != guest || pathOf(team[6], "public_user_data", "user_id") != guest {
		t.Errorf("%v signed up, %v accepted, %v joined", guest, pathOf(team[5], "user_id"), pathOf(team[6], "public_user_data", "user_id"))
	}
	if invited := pathOf(team[3], "email_address"); invited != pathOf(team[4], "email_addresses", 0, "email_address") || invited == pathOf(team[0], "email_addresses", 0, "email_address") {
		t.Errorf("%v was invited", invited)
	}
	if pathOf(team[2], "id") == pathOf(team[6], "id") || pathOf(team[2], "organization", "created_at") != pathOf(team[6], "organization", "created_at") {
		t.Error("the two members are one, or of two organizations")
	}
}

// told is the data of a story's events, a second apart.
func told(t *testing.T, name string, s webhook.Sample) (data []any) {
	t.Helper()
	story, p, ok := providers.StoryNamed(webhook.StoryPrefix + name)
	if !ok {
		t.Fatalf("there is no story %s", name)
	}
	secret := secretOf(p)
	for i, step := range story.Tell(s) {
		body, err := step.Make(now.Add(time.Duration(i) * time.Second))
		must(t, err)
		if v := providers.Verify(p, signed(t, p, secret, body), now, []webhook.Secret{secret}); !v.Verified {
			t.Errorf("event %d: %+v", i, v)
		}
		var event map[string]any
		must(t, json.Unmarshal(body, &event))
		eachObject(event, func(o map[string]any) {
			if created, updated := o["created_at"], o["updated_at"]; created != nil && updated != nil && created.(float64) > updated.(float64) {
				t.Errorf("event %d: %v came to be at %v and changed at %v", i, o["object"], created, updated)
			}
		})
		data = append(data, event["data"])
	}
	return data
}
