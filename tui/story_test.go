package tui

import (
	"fmt"
	"net/http"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The deliveries and users that the pictures and most tests are about.

const (
	adaID = "user_2g7np7Hrk0SN6kj5EDMLDaKNL0S"
	boID  = "user_2h1kk0PqT5vWc8XyZr3LmN7aB9d"
	cyID  = "user_2hA01bCdEfGhIjKlMnOpQrStUvW"
	diID  = "user_2h9xq1ZyXwVuTsRqPoNmLkJiHgF"
)

var noon = time.Date(2026, 11, 22, 12, 4, 7, 0, time.UTC)

func ptr[T any](v T) *T { return &v }

// message makes a message id that looks like Svix's.
func message(n int) string { return fmt.Sprintf("msg_2g7np7Hrk0SN6kj5EDML%07d", n) }

func userBody(kind, id, email, name string) []byte {
	return fmt.Appendf(nil, `{"data":{"created_at":1716883200000,"email_addresses":[{"email_address":%q,"id":"idn_2g7np7Hrk0SN6kj5EDMLDaKNL0S","linked_to":[],"object":"email_address","verification":{"attempts":1,"status":"verified","strategy":"email_code"}}],"external_id":null,"first_name":%q,"has_image":true,"id":%q,"image_url":"https://img.clerk.com/eyJ0eXBlIjoiZGVmYXVsdCIsImlpZCI6Imluc18yZzducDdIcmswU042a2o1RURNTERhS05MMFMifQ?width=160&height=160","last_name":null,"object":"user","primary_email_address_id":"idn_2g7np7Hrk0SN6kj5EDMLDaKNL0S","public_metadata":{"plan":"pro"},"two_factor_enabled":false,"updated_at":1716883261000},"event_attributes":{"http_request":{"client_ip":"203.0.113.7","user_agent":"Mozilla/5.0"}},"instance_id":"ins_2g7np7Hrk0SN6kj5EDMLDaKNL0S","object":"event","timestamp":1716883261000,"type":%q}`, email, name, id, kind)
}

func svixHeader(id string, at time.Time) http.Header {
	return http.Header{
		"Svix-Id": {id}, "Svix-Timestamp": {fmt.Sprint(at.Unix())},
		"Svix-Signature": {"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
		"User-Agent":     {"Svix-Webhooks/1.84.0 (sender-9YMgn; +https://www.svix.com/http-sender/)"},
		"Content-Type":   {"application/json"}, "Accept": {"*/*"}, "Content-Length": {"1124"},
		"X-Forwarded-For": {"52.215.16.239"}, "X-Forwarded-Proto": {"https"},
	}
}

var proven = []webhook.Check{
	{Name: "headers", OK: true, Detail: "svix-id, svix-timestamp, svix-signature"},
	{Name: "time", OK: true, Detail: "2 s old, 300 s allowed"},
	{Name: "signature", OK: true, Detail: "v1 matches the bytes as they came"},
}

// happened is one row of the story in short.
type happened struct {
	ms            int // before noon
	kind          string
	outcome       webhook.Outcome
	id, email     string
	note          string
	took          time.Duration
	app           int
	parent, retry int64
}

func (h happened) delivery(n int64) webhook.Delivery {
	at := noon.Add(-time.Duration(h.ms) * time.Millisecond)
	msg := message(int(n))
	if h.retry > 0 {
		msg = message(int(h.retry))
	}
	d := webhook.Delivery{
		ID: n, At: at, Provider: "clerk", Origin: webhook.Tunnel, MessageID: msg, Attempt: 1, Type: h.kind,
		Outcome: h.outcome, Note: h.note, UserID: h.id, Email: h.email, Duration: h.took, AppStatus: h.app,
		ParentID: h.parent, Verdict: webhook.Verdict{Verified: true, Checks: proven, Secret: "whsec_…LaSw · CLERK_WEBHOOK_SECRET in .env.local"},
	}
	d.Request = webhook.Request{
		Method: "POST", URL: "/api/webhooks/clerk", Host: "ada.ngrok-free.dev", RemoteAddr: "52.215.16.239",
		Header: svixHeader(msg, at), Body: userBody(h.kind, h.id, h.email, "Ada"),
	}
	d.Bytes = int64(len(d.Body))
	if h.retry > 0 {
		d.Attempt = 2
	}
	if h.parent > 0 {
		d.Origin = webhook.Resend
	}
	d.Answer = webhook.AnswerTo(d)
	if h.app > 0 {
		d.Forwards = []webhook.Forward{{
			ID: n, DeliveryID: n, At: at.Add(3 * time.Millisecond), Target: appURL, Status: h.app, Duration: 41 * time.Millisecond,
			Header: http.Header{"Content-Type": {"application/json"}, "X-Powered-By": {"Next.js"}, "Date": {"Sun, 22 Nov 2026 12:04:05 GMT"}},
			Body:   []byte(`{"received":true,"user":"` + h.id + `"}`),
		}}
	}
	return d
}

const appURL = "http://localhost:3000/api/webhooks/clerk"

// story returns a store as it looks after some minutes with Clerk and Stripe: 1,024
// deliveries, the newest ten as in the design's pictures.
func story(app bool) *memory {
	s := &memory{now: noon}
	names := []string{"ada", "bo", "cy", "di"}
	ids := []string{adaID, boID, cyID, diID}
	kinds := []string{"user.updated", "session.created", "user.updated", "customer.subscription.updated", "user.created"}
	for n := int64(1); n <= 1014; n++ {
		who := int(n) % len(names)
		h := happened{
			ms: int(1014-n)*330 + 6000, kind: kinds[int(n)%len(kinds)], outcome: webhook.Updated, id: ids[who],
			email: names[who] + "@example.com", took: time.Duration(900+n*37%4200) * time.Microsecond,
		}
		if h.kind == "session.created" {
			h.outcome, h.id, h.email = webhook.Unhandled, "", ""
		}
		if n == 8 {
			h.kind, h.outcome, h.id, h.email = "user.created", webhook.Created, adaID, "ada@example.com"
		}
		if app {
			h.app = 200
		}
		s.rows = append(s.rows, h.delivery(n))
	}
	for i, h := range newest(app) {
		s.rows = append(s.rows, h.delivery(int64(1015+i)))
	}
	s.withDetails()
	s.people()
	return s
}

func newest(app bool) []happened {
	said := func(n int) int {
		if app {
			return n
		}
		return 0
	}
	ms := time.Millisecond
	hs := []happened{
		{4590, "user.created", webhook.Duplicate, adaID, "ada@example.com", "duplicate of #31", 1 * ms, 0, 0, 31},
		{4300, "user.deleted", webhook.Deleted, cyID, "cy@example.com", "", 2 * ms, said(200), 0, 0},
		{3980, "user.updated", webhook.Stale, boID, "bo@example.com", "4 s older", 1 * ms, said(200), 0, 0},
		{3450, "session.created", webhook.Unhandled, "", "", "", 1 * ms, said(200), 0, 0},
		{3100, "user.created", webhook.Conflict, "user_2hB77cDeFgHiJkLmNoPqRsTuVwX", "ada@example.com", "", 2 * ms, 0, 0, 0},
		{2690, "customer.subscription.updated", webhook.Synced, adaID, "ada@example.com", "", 2 * ms, said(200), 0, 0},
		{2120, "user.created", webhook.Unchanged, adaID, "ada@example.com", "", 2 * ms, said(200), 8, 8},
		{1830, "user.updated", webhook.Updated, boID, "bo@example.com", "", 2 * ms, said(401), 0, 0},
		{1580, "user.updated", webhook.Rejected, "", "", "", 1 * ms, 0, 0, 0},
		{1090, "user.created", webhook.Updated, adaID, "ada@example.com", "", 3 * ms, said(200), 0, 0},
	}
	return hs
}

func (s *memory) at(id int64) *webhook.Delivery { return &s.rows[id-1] }

// withDetails fills in what only a whole delivery has.
func (s *memory) withDetails() {
	bad := s.at(1023)
	bad.Email, bad.UserID = "", ""
	bad.Verdict = webhook.Verdict{
		Code: webhook.WrongSecret, Title: "Signed with another secret",
		Detail: "It looks genuine (User-Agent Svix-Webhooks/1.84.0), but its signature was not made with CLERK_WEBHOOK_SECRET (whsec_…LaSw) nor any other secret known here.",
		Fix:    "Clerk Dashboard → Webhooks → the endpoint whose URL is https://ada.ngrok-free.dev/api/webhooks/clerk → Signing Secret → into .env.local, then start hooktop again.",
		Checks: []webhook.Check{
			{Name: "headers", OK: true, Detail: "svix-id, -timestamp, -signature"},
			{Name: "time", OK: true, Detail: "2 s old, 300 s allowed"},
			{Name: "body", OK: true, Detail: "9 re-encodings tried, none matches"},
			{Name: "secrets", OK: true, Detail: "2 others tried (.env.production, Stripe)"},
		},
	}
	bad.Answer = webhook.AnswerTo(*bad)
	s.at(1019).HeldBy = adaID
	s.at(1019).Because(webhook.AddressHeld, 8, adaID)
	s.at(1019).Answer = webhook.AnswerTo(*s.at(1019))
	row := func(id, email string) *webhook.User {
		return &webhook.User{ID: id, Email: email, CreatedAt: noon.Add(-time.Hour), UpdatedAt: noon}
	}
	trial, paid := row(adaID, "ada@example.com"), row(adaID, "ada@example.com")
	trial.SubscriptionStatus = ptr("trialing")
	paid.SubscriptionStatus, paid.PlanKey = ptr("active"), ptr("pro")
	s.at(1020).Change = &webhook.Change{DeliveryID: 1020, UserID: adaID, Before: trial, After: paid}
	s.at(1024).Change = &webhook.Change{DeliveryID: 1024, UserID: adaID, Before: row(adaID, "ada@old.example"), After: row(adaID, "ada@example.com")}
	s.at(1022).Change = &webhook.Change{DeliveryID: 1022, UserID: boID, Before: row(boID, "bo@old.example"), After: row(boID, "bo@example.com")}
	s.at(1016).Change = &webhook.Change{DeliveryID: 1016, UserID: cyID, Before: row(cyID, "cy@example.com")}
	s.at(8).Change = &webhook.Change{DeliveryID: 8, UserID: adaID, After: row(adaID, "ada@old.example")}
	if f := s.at(1022).Forwards; len(f) > 0 {
		f[0].Header["X-Clerk-Auth-Reason"] = []string{"session-token-and-uat-missing"}
		f[0].Body = []byte("Unauthenticated\n")
	}
}

func (s *memory) people() {
	rec := func(id, email string, plan, status *string, delivery int64, before time.Duration) webhook.UserRecord {
		return webhook.UserRecord{
			User:    webhook.User{ID: id, Email: email, PlanKey: plan, SubscriptionStatus: status, CreatedAt: noon.Add(-26 * time.Hour), UpdatedAt: noon.Add(-before)},
			Version: noon.Add(-before - time.Second), DeliveryID: delivery,
		}
	}
	ada := rec(adaID, "ada@example.com", ptr("pro"), ptr("active"), 1024, 2*time.Second)
	ada.StripeCustomerID, ada.SubscriptionCurrentPeriodEnd = ptr("cus_QZ1a2b3c4d5e6f"), ptr(noon.AddDate(0, 1, 0))
	cy := rec(cyID, "cy@example.com", nil, nil, 1016, 20*time.Minute)
	cy.DeletedAt = noon.Add(-6 * time.Second)
	s.users = []webhook.UserRecord{
		ada, rec(boID, "bo@example.com", nil, nil, 1022, 4*time.Second), cy,
		rec(diID, "di@example.com", ptr("team"), ptr("past_due"), 1010, 3*time.Minute),
	}
	for i, name := range []string{"el", "fay", "gus", "hal", "ida", "jo", "kit", "lou", "mo"} {
		s.users = append(s.users, rec(fmt.Sprintf("user_2f%02dAbCdEfGhIjKlMnOpQrStUv", i), name+"@example.com", nil, nil, int64(900-i*40), time.Duration(i+1)*17*time.Minute))
	}
}
