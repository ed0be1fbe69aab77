package receiver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/webhook"
)

func TestForwardsKeepTheirOrder(t *testing.T) {
	url, got := app(t, fine)
	s := &shelf{recorded: make(chan webhook.Forward, 50)}
	f := forwarder(t, s, url)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	const count = 30
	for range count {
		f.Enqueue(captured(t, s, now, "{}", nil))
	}
	go func() { f.Run(ctx); close(done) }()
	for i := range count {
		if want := fmt.Sprintf("Svix-Id: msg_%d\r\n", i+1); !strings.Contains(<-got, want) {
			t.Fatalf("the app did not get %q as number %d", want, i+1)
		}
		if r := <-s.recorded; r.DeliveryID != int64(i+1) || r.Status != 200 {
			t.Fatalf("recorded %+v as number %d", r, i+1)
		}
	}
	stop()
	<-done
}

func TestStoppingRecordsWhatWasNotSent(t *testing.T) {
	reached, let := make(chan struct{}), make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { close(reached); <-let }))
	defer hanging.Close()
	defer close(let)
	s := &shelf{}
	f := forwarder(t, s, hanging.URL)
	ctx, stop := context.WithCancel(t.Context())
	for range 3 {
		f.Enqueue(captured(t, s, now, "{}", nil))
	}
	done := make(chan struct{})
	go func() { f.Run(ctx); close(done) }()
	<-reached
	stop()
	<-done
	for i, want := range []webhook.Failure{webhook.Interrupted, webhook.NotSent, webhook.NotSent} {
		if d := s.all()[i]; len(d.Forwards) != 1 || d.Forwards[0].Failure != want || d.AppStatus != 0 {
			t.Errorf("#%d: %q, %d forwards", d.ID, d.AppError, len(d.Forwards))
		}
	}
}

// It is called before a sender is answered, so it must not wait for a disk.
func TestEnqueueNeverBlocks(t *testing.T) {
	s := &shelf{}
	f := forwarder(t, s, "http://app.example")
	waiting := f.queues["http://app.example"].waiting
	waiting.most = 1
	one, two := captured(t, s, now, "{}", nil), captured(t, s, now, "{}", nil)
	f.Enqueue(one)
	f.Enqueue(two)
	if sent := <-f.answers; sent.DeliveryID != two.ID || !strings.HasPrefix(sent.Error, "not sent: 1 deliveries were waiting") {
		t.Errorf("without room it is recorded as %+v", sent)
	}
	if len(f.answers) != 0 || waiting.length() != 1 {
		t.Errorf("%d wait, and %d more were recorded", waiting.length(), len(f.answers))
	}
	nowhere := forwarder(t, s, "")
	if nowhere.Enqueue(one); len(nowhere.queues) != 0 || len(nowhere.answers) != 0 {
		t.Error("a delivery without a target waits")
	}
	var lost []error
	f.Lost = func(err error) { lost = append(lost, err) }
	for range cap(f.answers) + 1 { // more than can wait to be recorded
		f.Enqueue(two)
	}
	if len(lost) != 1 || !strings.Contains(lost[0].Error(), "#2: not sent") {
		t.Errorf("lost %v", lost)
	}
}

func TestADeliveryThatCannotBeReadOrRecordedIsReportedAsLost(t *testing.T) {
	s := &shelf{}
	f := forwarder(t, s, "http://app.example")
	var lost []error
	f.Lost = func(err error) { lost = append(lost, err) }
	f.Forward(t.Context(), webhook.Delivery{ID: 99})
	s.fail = errors.New("disk full")
	f.record(t.Context(), f.notSent(captured(t, s, now, "{}", nil).ID, "http://app.example", "not sent"))
	if len(lost) != 2 || !strings.Contains(lost[0].Error(), "#99") || !errors.Is(lost[1], s.fail) {
		t.Errorf("lost %v", lost)
	}
}

func TestALateForwardIsResigned(t *testing.T) {
	for _, c := range []struct {
		name   string
		waited time.Duration // between the receipt and the forward
		skew   time.Duration // how old the signature was at the receipt
		fresh  bool
	}{
		{"at once", 0, 0, false},
		{"after four minutes", 4 * time.Minute, 0, false},
		{"after six minutes", 6 * time.Minute, 0, true},
		{"half a minute before its end", 4*time.Minute + 31*time.Second, 0, true},
		{"after a minute, from a sender whose clock is four minutes behind", time.Minute, 4 * time.Minute, true},
		{"after six minutes, from a sender whose clock is four minutes ahead", 6 * time.Minute, -4 * time.Minute, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, got := app(t, fine)
			s := &shelf{}
			d := captured(t, s, now.Add(-c.waited-c.skew), "{}", func(d *webhook.Delivery) { d.At = now.Add(-c.waited) })
			forwarder(t, s, url).Forward(t.Context(), d)
			req := parse(t, <-got)
			v := providers.Verify(providers.Clerk{}, req, now, []webhook.Secret{secret})
			if !v.Verified || req.Header.Get("Svix-Id") != d.MessageID {
				t.Errorf("the app got %v: %s", req.Header, v.Detail)
			}
			if fresh := req.Header.Get("Svix-Timestamp") != d.Header.Get("Svix-Timestamp"); fresh != c.fresh {
				t.Errorf("re-signed: %v", fresh)
			}
		})
	}
	t.Run("never one that did not verify", func(t *testing.T) {
		url, got := app(t, fine)
		s := &shelf{}
		d := captured(t, s, now.Add(-time.Hour), "{}", func(d *webhook.Delivery) { d.Verdict = webhook.Verdict{Code: webhook.TooOld} })
		forwarder(t, s, url).Forward(t.Context(), d)
		if v := providers.Verify(providers.Clerk{}, parse(t, <-got), now, []webhook.Secret{secret}); v.Verified {
			t.Error("hooktop made a rejected delivery verify")
		}
	})
}

func TestABareHostGetsTheProvidersPath(t *testing.T) {
	for _, c := range []struct{ name, target, provider, want string }{
		{"a bare host gets the provider's path", "http://localhost:3000", "clerk", "http://localhost:3000" + clerkPath},
		{"a slash alone is the root", "http://localhost:3000/", "clerk", "http://localhost:3000/"},
		{"a slash and a query are the root", "http://localhost:3000/?a=b", "clerk", "http://localhost:3000/?a=b"},
		{"with the target's own query", "http://localhost:3000?a=b", "clerk", "http://localhost:3000" + clerkPath + "?a=b"},
		{"a path stays", "http://localhost:3000/hook", "clerk", "http://localhost:3000/hook"},
		{"a provider without a path gets none", "http://localhost:3000", "paddle", "http://localhost:3000"},
		{"an invalid URL is left unchanged", "http://a b", "clerk", "http://a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := (Endpoints{{Path: clerkPath, Provider: providers.Clerk{}}}).TargetFor(c.target, c.provider); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// Handlers that finish together enqueue in any order.
func TestForwardsGoInTheOrderOfCommit(t *testing.T) {
	url, got := app(t, fine)
	s := &shelf{}
	f := forwarder(t, s, url)
	const count = 20
	for range count {
		captured(t, s, now, "{}", nil)
	}
	for id := int64(count); id > 0; id-- {
		f.Enqueue(webhook.Delivery{ID: id})
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { f.Run(ctx); close(done) }()
	for i := range count {
		if want := fmt.Sprintf("Svix-Id: msg_%d\r\n", i+1); !strings.Contains(<-got, want) {
			t.Fatalf("the app did not get %q as number %d", want, i+1)
		}
	}
	stop()
	<-done
}
