package webhook_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestAWrongSecretIsNeverCertain(t *testing.T) {
	old := webhook.Verdict{Code: webhook.WrongSecret, Title: "Signed with another secret"} // as it was stored once
	if old.Certain() || !slices.Equal(old.Possible(), []webhook.Alternative{webhook.OtherSecret, webhook.BodyChanged}) {
		t.Errorf("%v %v", old.Certain(), old.Possible())
	}
	changed := old.Suspecting(webhook.BodyChanged)
	if changed.Certain() || !slices.Equal(changed.Possible(), []webhook.Alternative{webhook.BodyChanged, webhook.OtherSecret}) {
		t.Errorf("%v %v", changed.Certain(), changed.Possible())
	}
	for _, code := range webhook.Codes() {
		v := webhook.Verdict{Code: code, Title: "proven"}
		if code == webhook.WrongSecret {
			continue
		}
		if got := v.Suspecting(webhook.BodyChanged); !v.Certain() || !got.Certain() || strings.Contains(got.Fix, "Compare") {
			t.Errorf("%s: %+v", code, got)
		}
	}
	if v := (webhook.Verdict{Verified: true}); !v.Certain() {
		t.Error("a verified delivery has a cause in doubt")
	}
}
