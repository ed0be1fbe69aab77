package webhook

import "testing"

func TestDecidingForward(t *testing.T) {
	a := func(status int) Forward { return Forward{Target: "a", Status: status} }
	b := func(status int) Forward { return Forward{Target: "b", Status: status} }
	for _, c := range []struct {
		name   string
		fs     []Forward
		target string
		status int
		failed bool
	}{
		{"one that took it", []Forward{a(200)}, "a", 200, false},
		{"the last of two that took it", []Forward{a(200), b(204)}, "b", 204, false},
		{"one that failed before another took it", []Forward{a(500), b(200)}, "a", 500, true},
		{"one that failed after another took it", []Forward{a(200), b(500)}, "b", 500, true},
		{"the last of two that failed", []Forward{b(404), a(500)}, "a", 500, true},
		{"one that took it at last", []Forward{a(500), a(200)}, "a", 200, false},
		{"one that failed at last", []Forward{a(200), a(500)}, "a", 500, true},
		{"one whose failure was made up for, beside one whose was not", []Forward{a(500), b(502), a(200)}, "b", 502, true},
		{"one that gave no answer", []Forward{{Target: "a", Failure: NoAnswer}, b(200)}, "a", 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := DecidingForward(c.fs)
			if !ok || got.Target != c.target || got.Status != c.status {
				t.Errorf("%+v", got)
			}
			if d := (Delivery{Verdict: Verdict{Verified: true}, AppStatus: got.Status, AppFailure: got.Failure}); d.Failed() != c.failed {
				t.Errorf("the delivery failed: %v", d.Failed())
			}
		})
	}
	if _, ok := DecidingForward(nil); ok {
		t.Error("no app said something")
	}
}
