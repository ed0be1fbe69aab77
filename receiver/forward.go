package receiver

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hooktop/hooktop/receiver/webhook"
)

const (
	// sendTimeout is what Svix allows a receiver before it counts the attempt
	// as failed (https://docs.svix.com/retries).
	sendTimeout = 15 * time.Second
	// answerKept is how much of the app's answer is kept, in bytes.
	answerKept = 256 << 10
	// answerHeaderMost bounds the header of the app's answer, in bytes.
	answerHeaderMost = 64 << 10
	// idleMost is how long a connection to the app is kept for the next
	// delivery: less than the 5 s after which Node closes it, or a delivery would
	// be lost on a connection that is just being closed.
	idleMost = 4 * time.Second
	// waitingMost is how many deliveries may wait for a slow app.
	waitingMost = 1 << 16
	// recordedAtOnce is how many answers are recorded in one commit at most.
	recordedAtOnce = 256
)

// Recorder keeps what was sent on. Delivery gives a delivery whole; Keep stores
// one that was sent and not received; RecordForward the app's answers, all of
// them or none.
type Recorder interface {
	Delivery(ctx context.Context, id int64) (webhook.Delivery, error)
	Keep(ctx context.Context, d *webhook.Delivery) error
	RecordForward(ctx context.Context, fs ...*webhook.Forward) error
}

// Forwarder sends deliveries on to the app under development: each verified
// one by itself, in order, and any as a resend.
type Forwarder struct {
	Store     Recorder
	Endpoints []Endpoint
	// Target is where verified deliveries go by themselves, "" for nowhere.
	Target string
	// Door is where a resend without a target goes.
	Door func(context.Context) (Door, error)
	Now  func() time.Time
	// Lost is called where an attempt could not be recorded. It must not block.
	Lost func(error)

	waiting *queue
	client  *http.Client
}

// NewForwarder fills in what a Forwarder needs to run.
func NewForwarder(f Forwarder) *Forwarder {
	f.waiting = newQueue(waitingMost)
	f.client = &http.Client{
		Transport: &http.Transport{
			Proxy:                  nil, // the app is on this machine or named as it is
			DisableCompression:     true,
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
			IdleConnTimeout:        idleMost,
			MaxResponseHeaderBytes: answerHeaderMost,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       sendTimeout,
	}
	return &f
}

// Enqueue has a captured delivery forwarded to the Target, after those before
// it. It does not wait for the app; where too many wait already it records that
// this one was not sent.
func (f *Forwarder) Enqueue(ctx context.Context, id int64) {
	if f.Target == "" {
		return
	}
	if !f.waiting.add(id) {
		f.record(ctx, f.notSent(id, fmt.Sprintf("not sent: %d deliveries were waiting for the app already", waitingMost)))
	}
}

// Run forwards what is enqueued until ctx ends. What waits then is recorded as
// not sent, so that a resend can make up for it.
func (f *Forwarder) Run(ctx context.Context) {
	answers := make(chan *webhook.Forward, recordedAtOnce)
	var recording sync.WaitGroup
	recording.Go(func() { f.recordAll(context.WithoutCancel(ctx), answers) })
	for {
		id, ok := f.waiting.next(ctx)
		if !ok {
			break
		}
		if sent := f.sendOn(ctx, id); sent != nil {
			answers <- sent
		}
	}
	for _, id := range f.waiting.rest() {
		answers <- f.notSent(id, "not sent: hooktop was stopped first")
	}
	close(answers)
	recording.Wait()
}

// recordAll records answers as they come, many in one commit where they come
// faster than the disk is, so that the next delivery need not wait for it.
func (f *Forwarder) recordAll(ctx context.Context, answers <-chan *webhook.Forward) {
	for first := range answers {
		batch := []*webhook.Forward{first}
		for len(batch) < recordedAtOnce {
			select {
			case next, ok := <-answers:
				if ok {
					batch = append(batch, next)
					continue
				}
			default:
			}
			break
		}
		if len(batch) > 1 && f.Store.RecordForward(ctx, batch...) == nil {
			continue
		}
		for _, sent := range batch { // one by one: that says which one fails
			f.record(ctx, sent)
		}
	}
}

func (f *Forwarder) notSent(id int64, why string) *webhook.Forward {
	return &webhook.Forward{DeliveryID: id, At: f.Now(), Target: webhook.Redacted(f.Target), Error: why}
}

// Forward sends one captured delivery to the Target and records the answer.
func (f *Forwarder) Forward(ctx context.Context, id int64) {
	if sent := f.sendOn(ctx, id); sent != nil {
		f.record(context.WithoutCancel(ctx), sent)
	}
}

// sendOn sends one captured delivery to the Target; nil where it could not be
// read.
func (f *Forwarder) sendOn(ctx context.Context, id int64) *webhook.Forward {
	d, err := f.Store.Delivery(context.WithoutCancel(ctx), id)
	if err != nil {
		f.Lost(fmt.Errorf("forward #%d: %w", id, err))
		return nil
	}
	header := forwardable(d.Header)
	if err := f.freshen(&d, header); err != nil {
		return f.notSent(id, "not sent: "+err.Error())
	}
	sent := f.send(ctx, targetFor(f.Target, d), header, d.Body)
	sent.DeliveryID = id
	return &sent
}

// freshen signs a verified delivery again that waited so long for a slow app
// that its signature would be refused as too old. Anything else goes on
// untouched.
func (f *Forwarder) freshen(d *webhook.Delivery, header http.Header) error {
	const margin = 30 * time.Second
	endpoint := f.endpoint(d.Provider)
	if !d.Verdict.Verified || endpoint == nil ||
		endpoint.Provider.Verify(d.Request, f.Now().Add(margin), endpoint.Secrets()).Code != webhook.TooOld {
		return nil
	}
	return f.sign(d, header, d.MessageID)
}

func (f *Forwarder) endpoint(provider string) *Endpoint {
	for i := range f.Endpoints {
		if f.Endpoints[i].Provider.Name() == provider {
			return &f.Endpoints[i]
		}
	}
	return nil
}

func (f *Forwarder) record(ctx context.Context, sent *webhook.Forward) {
	if err := f.Store.RecordForward(ctx, sent); err != nil {
		f.Lost(fmt.Errorf("record the forward of #%d: %w", sent.DeliveryID, err))
	}
}

// send posts a body and gives the app's answer, or why there was none.
func (f *Forwarder) send(ctx context.Context, target string, header http.Header, body []byte) webhook.Forward {
	sent := webhook.Forward{At: f.Now(), Target: webhook.Redacted(target)}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		sent.Error = "the target is not a URL"
		return sent
	}
	req.Header = header
	if req.Header.Get("User-Agent") == "" {
		req.Header.Set("User-Agent", "") // or net/http sends one of its own
	}
	res, err := f.client.Do(req)
	if err != nil {
		sent.Duration, sent.Error = f.Now().Sub(sent.At), unreachable(err, req.URL)
		return sent
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, answerKept+1))
	sent.Duration = f.Now().Sub(sent.At)
	if err != nil {
		sent.Error = "its answer broke off after " + strconv.Itoa(len(answer)) + " bytes: " + unreachable(err, req.URL)
	}
	sent.Truncated = len(answer) > answerKept
	sent.Status, sent.Header, sent.Body = res.StatusCode, res.Header, answer[:min(len(answer), answerKept)]
	return sent
}

// unreachable says in plain words why an app gave no answer.
func unreachable(err error, u *url.URL) string {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return "hooktop was stopped before it answered"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing listens at " + u.Host + ": is the app running?"
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Sprintf("no whole answer within %d s", sendTimeout/time.Second)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "it closed the connection without a whole answer"
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return err.Error()
}

// ownHeaders belong to one connection (RFC 9110, 7.6.1) or to the message's
// framing, and are made anew for the next.
var ownHeaders = []string{
	"Connection", "Content-Length", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
	"Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Expect",
}

// forwardable is a copy of the headers without those of the connection.
func forwardable(h http.Header) http.Header {
	out := h.Clone()
	if out == nil {
		out = http.Header{}
	}
	for name := range strings.SplitSeq(strings.Join(h.Values("Connection"), ","), ",") {
		out.Del(strings.TrimSpace(name))
	}
	for _, name := range ownHeaders {
		out.Del(name)
	}
	return out
}

// targetFor is the target's URL: as it is, or with the delivery's own path
// where it is a bare host.
func targetFor(target string, d webhook.Delivery) string {
	u, err := url.Parse(target)
	if err != nil || u.Path != "" && u.Path != "/" {
		return target
	}
	// A request line may hold a whole URL (RFC 9112, 3.2.2).
	if asked, err := url.ParseRequestURI(d.URL); err == nil {
		u.Path, u.RawPath = asked.Path, asked.RawPath
	}
	return u.String()
}

// sign puts a fresh signature on header, with the secret that verified the
// delivery, else with the provider's first.
func (f *Forwarder) sign(d *webhook.Delivery, header http.Header, messageID string) error {
	endpoint := f.endpoint(d.Provider)
	if endpoint == nil {
		return errNoSecret
	}
	secrets := endpoint.Secrets()
	if len(secrets) == 0 {
		return errNoSecret
	}
	i := slices.IndexFunc(secrets, func(s webhook.Secret) bool {
		return endpoint.Provider.Verify(d.Request, d.At, []webhook.Secret{s}).Verified
	})
	return endpoint.Provider.Sign(header, secrets[max(i, 0)], messageID, f.Now(), d.Body)
}
