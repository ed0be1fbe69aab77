package providers

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestAUserEventContainsTheDataByteForByte(t *testing.T) {
	data := `{ "id":"user_1", "x":"\u003c", "n":12345678901234567890,"email_addresses":[{"id":"a","email_address":"a@b.c"}],"updated_at":1716883200123}`
	body := Clerk{}.UserEvent("user.created", []byte(data), time.UnixMilli(1716883200555), `ins_"1`)
	if !json.Valid(body) || !strings.Contains(string(body), `"data":`+data+`,`) {
		t.Errorf("it is %s", body)
	}
	e := Clerk{}.Parse(body)
	if e.Type != "user.created" || e.UserID != "user_1" || e.Email != "a@b.c" || e.At.UnixMilli() != 1716883200555 || e.InstanceID != `ins_"1` || e.Action != webhook.Upsert {
		t.Errorf("it says %+v", e)
	}
	if e := (Clerk{}).Parse(Clerk{}.UserEvent("user.created", []byte(data), time.Time{}, "")); e.At.UnixMilli() != 1716883200123 {
		t.Errorf("without a time it is of %v", e.At)
	}
	if e := (Clerk{}).Parse(Clerk{}.UserEvent("user.deleted", Clerk{}.DeletedUser("user_1"), time.UnixMilli(1716883200555), "")); e.Action != webhook.Remove || e.UserID != "user_1" {
		t.Errorf("a deletion says %+v", e)
	}
	if e := (Clerk{}).Parse(Clerk{}.UserEvent("user.updated", Clerk{}.InterimUser("user_1"), time.UnixMilli(1716883200555), "")); e.Email != "user_1@interim.invalid" {
		t.Errorf("an interim address is %+v", e)
	}
}
