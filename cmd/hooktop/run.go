package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/account"
	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/interrupt"
	"github.com/hooktop/hooktop/cmd/hooktop/owner"
	"github.com/hooktop/hooktop/cmd/hooktop/providerside"
	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/cmd/hooktop/registrar"
	"github.com/hooktop/hooktop/cmd/hooktop/unanswered"
	"github.com/hooktop/hooktop/cmd/hooktop/usersdb"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/attempts"
	"github.com/hooktop/hooktop/receiver/intake"
	"github.com/hooktop/hooktop/receiver/providers"
	"github.com/hooktop/hooktop/receiver/svixapi"
	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tui"
)

// hooktop is everything that runs: the store, the receiver behind its two
// listeners, the tunnel and the forwarder.
type hooktop struct {
	settings   *config.Settings
	store      *store.Store
	receiver   *receiver.Receiver
	forwarder  *receiver.Forwarder
	explainer  *receiver.Explainer
	reverifier *receiver.Reverifier
	asker      *providerside.Asker
	health     *receiver.Health
	local      net.Listener
	public     *public.Side
	moved      <-chan struct{} // the public side is in another state
	registrar  *registrar.Runner
	users      *usersdb.Database // nil for none
	// troubles are what went wrong where no sender and no user was waiting for
	// an answer.
	troubles chan error
	// news are what changed by itself.
	news chan tui.News
	// endpoints are what registering came to, for --json.
	endpoints chan registrar.Object
	// turned is what was turned away, for --json.
	turned  chan intake.Turned
	checkup setupChecks

	noting sync.Mutex
	// notices are things to know about this start.
	notices []string
	// held is what lower limits would delete once they are confirmed, nil for nothing.
	held *store.Held

	// started is when it began to receive, or a moment before.
	started   time.Time
	unserve   func(context.Context) // ends the local address
	running   sync.WaitGroup
	announced bool
	// unanswered looks for what was not forwarded; nil before the start.
	unanswered *unanswered.Finder
	halt       context.CancelFunc // ends the forwarder
	unwatch    func()             // ends the look at the .env files
}

// openStore opens the database, and makes it where there is none. keep is how
// many deliveries are kept, and the settings say how many bytes; 0, for a command
// that does not receive, leaves that to the hooktop that does.
func openStore(ctx context.Context, s *config.Settings, keep int64) (*store.Store, error) {
	if err := owner.Database(s.DB, s.DBNamed); err != nil {
		return nil, err
	}
	c := store.Config{Path: s.DB, Keep: keep, Parse: s.Parse, Now: time.Now}
	if keep > 0 {
		c.KeepBytes, c.KeepRejectedBytes = s.Keep.Bytes, s.Keep.RejectedBytes
		c.Unconfirmed = store.Unconfirmed{Count: !s.Keep.CountGiven, Bytes: !s.Keep.BytesGiven}
	}
	db, err := store.Open(ctx, c)
	if err == nil {
		interrupt.InOrder(ctx)
	}
	return db, err
}

// openExisting opens the database for a command that has nothing to do where
// there is none.
func openExisting(ctx context.Context, s *config.Settings) (*store.Store, error) {
	if err := exists(s); err != nil {
		return nil, err
	}
	return openStore(ctx, s, 0)
}

// begin opens the store, which is to keep so many deliveries (0: as they are),
// and settles the secret.
func (p *program) begin(ctx context.Context, s *config.Settings, keep int64) (*hooktop, error) {
	db, err := openStore(ctx, s, keep)
	if err != nil {
		return nil, err
	}
	if s.Secrets.Empty() {
		if err := s.UseLocalSecret(); err != nil {
			_ = db.Close() // nothing was written
			return nil, err
		}
	}
	return newHooktop(s, db), nil
}

// beginExisting is begin for a command that has nothing to do where there is no
// database.
func (p *program) beginExisting(ctx context.Context, s *config.Settings) (*hooktop, error) {
	if err := exists(s); err != nil {
		return nil, err
	}
	return p.begin(ctx, s, 0)
}

func exists(s *config.Settings) error {
	if s.Missing() {
		return noDatabase(s)
	}
	return nil
}

// newHooktop wires the parts together over an open store.
func newHooktop(s *config.Settings, db *store.Store) *hooktop {
	h := &hooktop{settings: s, store: db, troubles: make(chan error, 16), news: make(chan tui.News, 16), endpoints: make(chan registrar.Object, 16), turned: make(chan intake.Turned, 1), notices: s.Warnings}
	h.checkup.again = make(chan struct{}, 1)
	h.health = receiver.NewHealth(nil)
	h.forwarder = receiver.NewForwarder(&receiver.Forwarder{
		Store: db, Endpoints: s.Endpoints(), Now: time.Now,
		Header: s.Forwarding.Header, Insecure: s.Forwarding.Insecure, Retry: s.Forwarding.Schedule(), Health: h.health,
		Instance: h.door,
		Lost:     h.trouble,
	}, s.Forwarding.Routes...)
	keys := func(provider string) webhook.Keyring { return s.Keyring(provider, os.Environ()) } // anew each time: files change
	h.explainer = receiver.NewExplainer(db, keys, time.Now)
	h.reverifier = &receiver.Reverifier{Store: db, Endpoints: s.Endpoints(), Keys: keys}
	tests := receiver.NewSelfTest()
	h.receiver = &receiver.Receiver{
		Store: db, Endpoints: s.Endpoints(), MaxBody: s.MaxBody, Gate: intake.New(intake.NewLimits(s.MaxBody)), Now: time.Now, Self: receiver.NewInstance(), SelfTest: tests, Explainer: h.explainer,
		Status:   h.condition,
		Captured: h.forwardVerified,
		Lost:     func(d webhook.Delivery, err error) { h.trouble(fmt.Errorf("a delivery was not stored: %w", err)) },
	}
	h.public = h.newPublicSide(tests)
	h.moved = h.public.Watch()
	h.asker = newAsker(s, db.Arrivals)
	h.asker.Here = func(context.Context) attempts.Here { return hereOf(s, h.public.Snapshot().Object()) }
	h.registrar = h.newRunner()
	h.receiver.Private = map[string]func(context.Context, []byte) (any, error){receiver.SecretPath: h.takeSecret}
	if s.Forwarding.ReplyByApp {
		h.receiver.Answerer = h.forwarder.Answerer
		h.receiver.Captured = func(d webhook.Delivery) { // the app has the others before they are answered
			if d.FromAPI {
				h.forwardVerified(d)
			}
		}
	}
	return h
}

// newPublicSide returns how the outside is to reach the receiver. Nothing of it is open.
func (h *hooktop) newPublicSide(tests *receiver.SelfTest) *public.Side {
	return &public.Side{
		Settings: h.settings, Version: releaseVersion(), Handler: h.receiver.Public(), Relayed: h.receiver.Relayed, Reserve: h.receiver.Gate.Reserve, Serve: h.serve, Go: h.running.Go,
		Challenge: tests.Challenge, Deliver: h.deliverPulled,
		Known: func(ctx context.Context, ids []string) (map[string]bool, error) {
			return h.store.VouchedMessages(ctx, providers.Clerk{}.Name(), ids)
		},
		HasKey: func() bool { return account.Given(h.settings.Current()) },
		Notice: h.notice, Warn: h.warn, Remember: h.store.SetUIState, Remembered: h.store.UIState,
	}
}

// deliverPulled takes a message that Clerk handed to Svix as a delivery.
func (h *hooktop) deliverPulled(ctx context.Context, m svixapi.Message) error {
	_, err := h.receiver.CaptureFromAPI(ctx, providers.Clerk{}.Name(), receiver.APIMessage{ID: m.ID, At: m.At, Body: m.Payload})
	return err
}

// forwardNothing has the receiver forward nothing: for a command that does so
// itself before it ends, or not at all.
func (h *hooktop) forwardNothing() {
	h.receiver.Captured, h.receiver.Answerer = func(webhook.Delivery) {}, nil
}

// start begins to receive: at the local address, and through the tunnel.
func (h *hooktop) start(ctx context.Context) error {
	h.started = time.Now()
	if err := h.openUsersDB(ctx); err != nil {
		return err
	}
	newest, _, err := h.store.Latest(ctx)
	if err != nil {
		return err
	}
	if err := h.serveLocally(ctx); err != nil {
		return err
	}
	forwarding, halt := context.WithCancel(context.WithoutCancel(ctx))
	h.halt = halt
	h.running.Go(func() { h.forwarder.Run(forwarding) })
	h.running.Go(func() { h.explainer.Run(forwarding) })
	h.running.Go(func() { h.health.Run(forwarding) })
	h.running.Go(func() { h.receiver.Gate.Report(forwarding, h.tellTurned) })
	h.running.Go(func() { h.tellIncidents(forwarding) })
	if err := h.announce(ctx); err != nil {
		h.stop()
		return err
	}
	if err := h.findUnanswered(forwarding, newest); err != nil {
		h.stop()
		return err
	}
	if err := h.public.Open(forwarding); err != nil {
		h.stop()
		return err
	}
	if h.settings.Register {
		moved := h.public.Watch()
		h.running.Go(func() { h.registrar.Run(forwarding, moved) })
	}
	h.Watch(forwarding)
	if h.users != nil {
		h.running.Go(func() { h.users.Run(forwarding, h.store, h.forwarder.AppsTurn(h.store)) })
	}
	return nil
}

// openUsersDB starts writing down the changes for the app's database, if there is one.
func (h *hooktop) openUsersDB(ctx context.Context) error {
	if h.settings.UsersDB.IsZero() {
		return usersdb.Leave(ctx, h.store)
	}
	h.users = &usersdb.Database{
		Target: h.settings.UsersDB, Trouble: h.trouble, Counted: h.checkup.requestCheck,
		Tell: func(text string) { h.tell(tui.News{Text: text}) },
	}
	return h.users.Open(ctx, h.store)
}

// serveLocally serves the local address.
func (h *hooktop) serveLocally(ctx context.Context) error {
	if err := h.listenLocally(ctx); err != nil {
		return err
	}
	if err := h.refuseLoop(h.forwarder.Routes()); err != nil {
		_ = h.local.Close() // nothing was served
		return err
	}
	h.receiver.Self.URL = reachable(h.local)
	if host := h.public.Host(); host != "" {
		h.unserve = h.serve(h.local, h.public.Proving(h.receiver.Shared(host)))
	} else {
		h.unserve = h.serve(h.local, h.receiver.Local())
	}
	return nil
}

// portsTried is how far beyond the default port a free one is looked for.
const portsTried = 50

// listenLocally takes the address, or for the default one that is taken the
// next that is free.
func (h *hooktop) listenLocally(ctx context.Context) (err error) {
	var lc net.ListenConfig
	h.local, err = lc.Listen(ctx, "tcp", h.settings.Addr)
	if err == nil {
		return nil
	}
	if h.settings.AddrGiven || !config.AddressTaken(err) {
		return config.CannotListen(h.settings.Addr, err)
	}
	host, text, _ := net.SplitHostPort(h.settings.Addr)
	port, _ := strconv.Atoi(text)
	for next := port + 1; next <= port+portsTried; next++ {
		h.local, err = lc.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(next)))
		if err == nil {
			h.notice(fmt.Sprintf("port %d is in use; listening at %d instead", port, next))
			return nil
		}
	}
	return exit.Usage(fmt.Sprintf("no free port from %d to %d", port, port+portsTried), "choose one with --addr, or pass --addr 127.0.0.1:0 for any free port")
}

// serve serves until stop is called, or that of what it returns.
func (h *hooktop) serve(l net.Listener, handler http.Handler) (stop func(context.Context)) {
	server := receiver.Server(handler, nil)
	h.receiver.Gate.Attach(server)
	h.running.Go(func() {
		if err := server.Serve(h.receiver.Gate.Listen(l)); !errors.Is(err, http.ErrServerClosed) && l == h.local {
			h.trouble(fmt.Errorf("receiving at %s stopped: %w", l.Addr(), err))
		}
	})
	return func(ctx context.Context) {
		if server.Shutdown(ctx) != nil {
			_ = server.Close() // what is left took too long
		}
	}
}

// tellTurned tells what was turned away.
func (h *hooktop) tellTurned(t intake.Turned) {
	h.warn(t.Text())
	select {
	case h.turned <- t:
	default: // the dashboard does not read it
	}
}

// notice adds a thing to know about this start.
func (h *hooktop) notice(text string) {
	h.noting.Lock()
	defer h.noting.Unlock()
	if !slices.Contains(h.notices, text) {
		h.notices = append(h.notices, text)
	}
}

func (h *hooktop) noticed() []string {
	h.noting.Lock()
	defer h.noting.Unlock()
	return slices.Clone(h.notices)
}

// trouble takes note of an error without waiting; of a flood of them, some.
func (h *hooktop) trouble(err error) {
	select {
	case h.troubles <- err:
	default:
	}
}

// stopTimeout is how long a delivery that is being received may still take when
// hooktop stops.
const stopTimeout = 3 * time.Second

// stop ends everything in the order in which nothing is lost: first the
// doors, with what is in flight answered, then the forwards, then the store.
func (h *hooktop) stop() {
	if h.unwatch != nil { // first: it may open a tunnel
		h.unwatch()
	}
	if h.announced { // before the doors close; found dead by its door else
		h.withdraw()
	}
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	var doors sync.WaitGroup
	if h.unserve != nil {
		doors.Go(func() { h.unserve(ctx) })
	}
	doors.Go(func() { h.public.Shutdown(ctx) })
	doors.Wait()
	if h.halt != nil {
		h.halt()
	}
	h.running.Wait()
	if h.unanswered != nil {
		_ = h.unanswered.End(context.WithoutCancel(ctx)) // the next start finds nothing to do
	}
}
