package providers

import (
	"encoding/json"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// clerkSample is an event type with what makes its data.
type clerkSample struct {
	event string
	data  func(*clerkCast) map[string]any
}

// clerkSamples are the event types of Clerk (openapi-specs, webhooks
// 2025-04-15), those that change the users first. subscriptionItem.created is in
// @clerk/backend and came to the specification late; session.pending is in the
// specification alone.
func clerkSamples() []clerkSample {
	return []clerkSample{
		{"user.created", (*clerkCast).user},
		{"user.updated", (*clerkCast).user},
		{"user.deleted", (*clerkCast).userDeleted},
		{"session.created", (*clerkCast).session},
		{"session.pending", (*clerkCast).session},
		{"session.ended", (*clerkCast).session},
		{"session.removed", (*clerkCast).session},
		{"session.revoked", (*clerkCast).session},
		{"email.created", (*clerkCast).email},
		{"sms.created", (*clerkCast).sms},
		{"organization.created", (*clerkCast).organization},
		{"organization.updated", (*clerkCast).organization},
		{"organization.deleted", (*clerkCast).organizationDeleted},
		{"organizationMembership.created", (*clerkCast).membership},
		{"organizationMembership.updated", (*clerkCast).membership},
		{"organizationMembership.deleted", (*clerkCast).membership},
		{"organizationInvitation.created", (*clerkCast).invitation},
		{"organizationInvitation.accepted", (*clerkCast).invitation},
		{"organizationInvitation.revoked", (*clerkCast).invitation},
		{"organizationDomain.created", (*clerkCast).domain},
		{"organizationDomain.updated", (*clerkCast).domain},
		{"organizationDomain.deleted", (*clerkCast).domainDeleted},
		{"waitlistEntry.created", (*clerkCast).waitlistEntry},
		{"waitlistEntry.updated", (*clerkCast).waitlistEntry},
		{"subscription.created", (*clerkCast).subscription},
		{"subscription.updated", (*clerkCast).subscription},
		{"subscription.active", (*clerkCast).subscription},
		{"subscription.pastDue", (*clerkCast).subscription},
		{"subscriptionItem.created", (*clerkCast).subscriptionItem},
		{"subscriptionItem.updated", (*clerkCast).subscriptionItem},
		{"subscriptionItem.active", (*clerkCast).subscriptionItem},
		{"subscriptionItem.upcoming", (*clerkCast).subscriptionItem},
		{"subscriptionItem.incomplete", (*clerkCast).subscriptionItem},
		{"subscriptionItem.freeTrialEnding", (*clerkCast).subscriptionItem},
		{"subscriptionItem.pastDue", (*clerkCast).subscriptionItem},
		{"subscriptionItem.canceled", (*clerkCast).subscriptionItem},
		{"subscriptionItem.ended", (*clerkCast).subscriptionItem},
		{"subscriptionItem.abandoned", (*clerkCast).subscriptionItem},
		{"paymentAttempt.created", (*clerkCast).paymentAttempt},
		{"paymentAttempt.updated", (*clerkCast).paymentAttempt},
		{"role.created", (*clerkCast).role},
		{"role.updated", (*clerkCast).role},
		{"role.deleted", (*clerkCast).roleDeleted},
		{"permission.created", (*clerkCast).permission},
		{"permission.updated", (*clerkCast).permission},
		{"permission.deleted", (*clerkCast).permissionDeleted},
	}
}

// Samples implements Provider.
func (Clerk) Samples() []string {
	samples := clerkSamples()
	events := make([]string, len(samples))
	for i, s := range samples {
		events[i] = s.event
	}
	return events
}

// Sample implements Provider. The body is compact JSON with sorted keys and
// with & < > escaped, as Clerk's examples are: what parses it and writes it
// again gets other bytes, and its signature no longer holds.
func (c Clerk) Sample(s webhook.Sample) ([]byte, error) {
	for _, known := range clerkSamples() {
		if known.event == s.Type {
			cast := castFor(s)
			return cast.event(s.Type, known.data(cast), s.Set)
		}
	}
	return nil, noSample(s.Type, c.Samples())
}

// event puts data into the envelope and the values that were asked for into
// both.
func (c *clerkCast) event(kind string, data map[string]any, set []webhook.Assignment) ([]byte, error) {
	event := map[string]any{
		"data":        data,
		"object":      "event",
		"type":        kind,
		"timestamp":   c.at.UnixMilli(),
		"instance_id": clerkInstance,
		"event_attributes": map[string]any{"http_request": map[string]any{
			"client_ip": clerkAddress, "user_agent": "Mozilla/5.0 (hooktop)",
		}},
	}
	if err := assign(event, set); err != nil {
		return nil, err
	}
	return json.Marshal(event)
}

const (
	clerkInstance = "ins_2g7np7Hrk0SN6kj5EDMLDaKNL0S"
	clerkAddress  = "192.0.2.1" // RFC 5737: an address of nobody
	clerkImage    = "https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCJ9?width=80&height=80"
)

// gone is what an event says of what was deleted.
func gone(object, id string) map[string]any {
	return map[string]any{"id": id, "object": object, "deleted": true}
}
