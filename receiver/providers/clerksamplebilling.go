package providers

import (
	"fmt"
	"strings"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook/sample"
)

// What Clerk Billing sends. Its subscriptions are not Stripe's: their ids are
// Clerk's, and they are about a payer who is a user.

// month is the length of a period.
const month = 30 * 24 * time.Hour

// payer is the user as one who pays. The organization's fields are required,
// and empty for a user.
func (c *clerkPersona) payer() map[string]any {
	return map[string]any{
		"id": c.own("cpayer_", "payer"), "object": "commerce_payer", "user_id": c.userID,
		"first_name": c.First, "last_name": c.Last, "email": c.address, "image_url": clerkImage,
		"organization_id": "", "organization_name": "", "created_at": c.sinceMS(), "updated_at": c.sinceMS(),
	}
}

func clerkPlan() map[string]any {
	return map[string]any{
		"id": sample.ID("cplan_", sample.Digest("pro")), "slug": "pro", "name": "Pro & Team",
		"is_recurring": true, "amount": 2000, "currency": "USD",
	}
}

// subscribed is when the subscription began: with the event, or ten days before.
func (c *clerkPersona) subscribed() int64 {
	if c.kind == "subscriptionItem.created" {
		return c.ms()
	}
	return c.began("subscription", 10*24*time.Hour)
}

// item is the part of the subscription that is about one plan. Only one that is
// sent by itself names its payer and its subscription.
func (c *clerkPersona) item(status string, alone bool) map[string]any {
	start, plan := c.subscribed(), clerkPlan()
	if status == "upcoming" {
		start = c.at.Add(month).UnixMilli()
	}
	data := map[string]any{
		"id": c.id("csub_item_", "item"), "object": "commerce_subscription_item", "status": status, "is_free_trial": false,
		"interval": "month", "plan_id": plan["id"], "plan": plan, "subscription_id": nil,
		"period_start": start, "period_end": start + month.Milliseconds(),
		"created_at": c.subscribed(), "updated_at": c.ms(),
	}
	if alone {
		data["subscription_id"], data["payer"] = c.subscriptionID(), c.payer()
	}
	return data
}

func (c *clerkPersona) subscriptionID() string { return c.id("csub_", "subscription") }

// subscription is the user's, in the state that the event's name says.
func (c *clerkPersona) subscription() map[string]any {
	began, status := c.subscribed(), "active"
	data := map[string]any{
		"id": c.subscriptionID(), "object": "commerce_subscription",
		"active_at": began, "canceled_at": nil, "ended_at": nil, "past_due_at": nil,
		"payer_id": c.own("cpayer_", "payer"), "payer": c.payer(),
		"payment_source_id": c.own("cps_", "card"), "latest_payment_id": c.id("cpa_", "payment"),
		"created_at": began, "updated_at": c.ms(),
	}
	if c.kind == "subscription.pastDue" {
		status, data["past_due_at"] = "past_due", c.ms()
	}
	data["status"], data["items"] = status, []any{c.item(status, false)}
	return data
}

// subscriptionItem is one that is sent by itself.
func (c *clerkPersona) subscriptionItem() map[string]any {
	switch c.kind {
	case "subscriptionItem.pastDue":
		return c.item("past_due", true)
	case "subscriptionItem.created", "subscriptionItem.updated":
		return c.item("active", true)
	case "subscriptionItem.freeTrialEnding":
		data := c.item("active", true)
		data["is_free_trial"] = true
		return data
	}
	_, status, _ := strings.Cut(c.kind, ".")
	return c.item(status, true)
}

// paymentAttempt is the payment for the subscription: first pending, then paid.
func (c *clerkPersona) paymentAttempt() map[string]any {
	status, paid := "pending", any(nil)
	if c.kind == "paymentAttempt.updated" {
		status, paid = "paid", c.ms()
	}
	began := c.began("paymentAttempt", time.Minute)
	return map[string]any{
		"id": c.id("pa_", "attempt"), "instance_id": clerkInstance, "payment_id": c.id("cpa_", "payment"),
		"invoice_id": c.id("inv_", "invoice"), "statement_id": c.id("stmt_", "statement"),
		"gateway_external_id": c.id("pi_", "intent"), "status": status, "charge_type": "recurring",
		"billing_date": began, "created_at": began, "updated_at": c.ms(),
		"paid_at": paid, "failed_at": nil, "failed_reason": nil,
		"payee": map[string]any{
			"id": sample.ID("cpayee_", sample.Digest("shop")), "gateway_type": "stripe",
			"gateway_external_id": sample.ID("acct_", sample.Digest("shop")), "gateway_status": "active",
		},
		"payer":  c.payer(),
		"totals": map[string]any{"subtotal": dollars(2000), "tax_total": dollars(200), "grand_total": dollars(2200)},
		"payment_source": map[string]any{
			"id": c.own("cps_", "card"), "gateway": "stripe", "gateway_external_id": c.own("pm_", "card"),
			"gateway_external_account_id": nil, "payment_method": "card", "status": "active", "card_type": "visa", "last4": "4242",
		},
		"subscription_items": []any{c.item("active", true)},
	}
}

// dollars is an amount of so many cents.
func dollars(cents int) map[string]any {
	return map[string]any{
		"amount": cents, "amount_formatted": fmt.Sprintf("$%d.%02d", cents/100, cents%100),
		"currency": "USD", "currency_symbol": "$",
	}
}
