package receiver

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// amended returns what was captured and takes the verdict that was found.
type amended struct {
	*shelf
	found chan webhook.Verdict
}

func (a amended) UpdateVerdict(_ context.Context, _ int64, v webhook.Verdict) error {
	a.found <- v
	return nil
}

// explaining returns a receiver that knows another secret, with its own clock.
func explaining(t *testing.T, now func() time.Time) (*rig, chan webhook.Verdict) {
	found := make(chan webhook.Verdict, 16)
	keys := func(string) webhook.Keyring {
		return webhook.Keyring{Secrets: []webhook.Secret{secret}, Others: []webhook.Secret{other}}
	}
	g := start(t, func(g *rig) {
		g.MaxBody = 1 << 20
		g.Explainer = NewExplainer(amended{g.shelf, found}, keys, now)
	}, nil)
	return g, found
}

// byOther signs with a secret that the endpoint does not verify with.
func byOther(t *testing.T, body string) string {
	t.Helper()
	h, b := http.Header{}, strings.Builder{}
	if err := (providers.Clerk{}).Signing().SignMessage(h, other, "msg_x", now, []byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := h.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheCauseIsFoundBeforeTheAnswer(t *testing.T) {
	g, _ := explaining(t, time.Now)
	exchange(t, g.public, post(clerkPath, byOther(t, clerkText), clerkText))
	if d := g.one(t); d.Verdict.Code != webhook.OtherKnownSecret {
		t.Errorf("%+v", d.Verdict)
	}
}

// While searches pause, further ones are deferred and done later.
func TestAFloodOfRejectionsIsExplainedLater(t *testing.T) {
	var mu sync.Mutex
	clock := time.Now()
	tick := func() time.Time { // each look at the clock takes a minute
		mu.Lock()
		defer mu.Unlock()
		clock = clock.Add(time.Minute)
		return clock
	}
	g, found := explaining(t, tick)
	for range 3 {
		exchange(t, g.public, post(clerkPath, byOther(t, clerkText), clerkText))
	}
	all := g.shelf.all()
	if all[0].Verdict.Code != webhook.OtherKnownSecret || all[1].Verdict.Code != webhook.WrongSecret || all[2].Verdict.Code != webhook.WrongSecret {
		t.Fatalf("%s, %s, %s", all[0].Verdict.Code, all[1].Verdict.Code, all[2].Verdict.Code)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	g.Explainer.now = time.Now
	g.Explainer.spare = explainBurst
	go g.Explainer.Run(ctx)
	for range 2 {
		if v := <-found; v.Code != webhook.OtherKnownSecret {
			t.Errorf("%+v", v)
		}
	}
}

// A burst, as during set-up, is explained as it arrives.
func TestABurstOfRejectionsIsExplainedAtOnce(t *testing.T) {
	clock := time.Now()
	g, _ := explaining(t, func() time.Time { // each look at the clock takes 10 ms
		clock = clock.Add(10 * time.Millisecond)
		return clock
	})
	for range 20 {
		exchange(t, g.public, post(clerkPath, byOther(t, clerkText), clerkText))
	}
	for _, d := range g.shelf.all() {
		if d.Verdict.Code != webhook.OtherKnownSecret {
			t.Errorf("#%d: %s", d.ID, d.Verdict.Code)
		}
	}
}

func TestALongBodyIsExplainedAfterTheAnswer(t *testing.T) {
	g, found := explaining(t, time.Now)
	body := string(bytes.Repeat([]byte("x"), explainedAtOnce+1))
	exchange(t, g.public, post(clerkPath, byOther(t, body), body))
	if d := g.one(t); d.Verdict.Code != webhook.WrongSecret {
		t.Fatalf("%+v", d.Verdict)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go g.Explainer.Run(ctx)
	if v := <-found; v.Code != webhook.OtherKnownSecret {
		t.Errorf("%+v", v)
	}
}
