package providers

import (
	"encoding/json"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/sample"
)

// clerkSample is an event type with what makes its data.
type clerkSample struct {
	event string
	data  func(*clerkPersona) map[string]any
}

// clerkSamples are the event types of Clerk (openapi-specs, webhooks
// 2025-04-15), those that change the users first. subscriptionItem.created is in
// @clerk/backend and came to the specification late; session.pending is in the
// specification alone.
func clerkSamples() []clerkSample {
	return []clerkSample{
		{"user.created", (*clerkPersona).user},
		{"user.updated", (*clerkPersona).user},
		{"user.deleted", (*clerkPersona).userDeleted},
		{"session.created", (*clerkPersona).session},
		{"session.pending", (*clerkPersona).session},
		{"session.ended", (*clerkPersona).session},
		{"session.removed", (*clerkPersona).session},
		{"session.revoked", (*clerkPersona).session},
		{"email.created", (*clerkPersona).email},
		{"sms.created", (*clerkPersona).sms},
		{"organization.created", (*clerkPersona).organization},
		{"organization.updated", (*clerkPersona).organization},
		{"organization.deleted", (*clerkPersona).organizationDeleted},
		{"organizationMembership.created", (*clerkPersona).membership},
		{"organizationMembership.updated", (*clerkPersona).membership},
		{"organizationMembership.deleted", (*clerkPersona).membership},
		{"organizationInvitation.created", (*clerkPersona).invitation},
		{"organizationInvitation.accepted", (*clerkPersona).invitation},
		{"organizationInvitation.revoked", (*clerkPersona).invitation},
		{"organizationDomain.created", (*clerkPersona).domain},
		{"organizationDomain.updated", (*clerkPersona).domain},
		{"organizationDomain.deleted", (*clerkPersona).domainDeleted},
		{"waitlistEntry.created", (*clerkPersona).waitlistEntry},
		{"waitlistEntry.updated", (*clerkPersona).waitlistEntry},
		{"subscription.created", (*clerkPersona).subscription},
		{"subscription.updated", (*clerkPersona).subscription},
		{"subscription.active", (*clerkPersona).subscription},
		{"subscription.pastDue", (*clerkPersona).subscription},
		{"subscriptionItem.created", (*clerkPersona).subscriptionItem},
		{"subscriptionItem.updated", (*clerkPersona).subscriptionItem},
		{"subscriptionItem.active", (*clerkPersona).subscriptionItem},
		{"subscriptionItem.upcoming", (*clerkPersona).subscriptionItem},
		{"subscriptionItem.incomplete", (*clerkPersona).subscriptionItem},
		{"subscriptionItem.freeTrialEnding", (*clerkPersona).subscriptionItem},
		{"subscriptionItem.pastDue", (*clerkPersona).subscriptionItem},
		{"subscriptionItem.canceled", (*clerkPersona).subscriptionItem},
		{"subscriptionItem.ended", (*clerkPersona).subscriptionItem},
		{"subscriptionItem.abandoned", (*clerkPersona).subscriptionItem},
		{"paymentAttempt.created", (*clerkPersona).paymentAttempt},
		{"paymentAttempt.updated", (*clerkPersona).paymentAttempt},
		{"role.created", (*clerkPersona).role},
		{"role.updated", (*clerkPersona).role},
		{"role.deleted", (*clerkPersona).roleDeleted},
		{"permission.created", (*clerkPersona).permission},
		{"permission.updated", (*clerkPersona).permission},
		{"permission.deleted", (*clerkPersona).permissionDeleted},
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
			persona := personaFor(s)
			return persona.event(s.Type, known.data(persona), s.Set)
		}
	}
	return nil, noSample(s.Type, c.Samples())
}

// event puts data into the envelope and the values that were asked for into
// both.
func (c *clerkPersona) event(kind string, data map[string]any, set []webhook.Assignment) ([]byte, error) {
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
	if err := sample.Assign(event, set); err != nil {
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
