package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/doctor"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/store"
)

// announce stores the address of this hooktop in the database, where trigger
// and resend in other processes find it.
func (h *hooktop) announce(ctx context.Context) error {
	door := h.receiver.Self
	err := h.store.SetInstance(ctx, store.Instance{ID: door.ID, URL: door.URL, Token: door.Token, PID: os.Getpid(), StartedAt: h.started})
	if err != nil {
		return fmt.Errorf("store the address in the database: %w", err)
	}
	h.announced = true
	return nil
}

// withdraw takes the address back. A disk that is busy may take its time, but
// not for ever.
func (h *hooktop) withdraw() {
	const most = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	_ = h.store.RemoveInstance(ctx, h.receiver.Self.ID)
}

// door is where trigger and resend send to: the receiver of this process where
// it is open, else that of the hooktop that runs on the same database, else
// one that is opened here for as long as the command takes.
func (h *hooktop) door(ctx context.Context) (receiver.Instance, error) {
	if h.local == nil {
		if door, ok := running.On(ctx, h.store); ok {
			return door, nil
		}
		h.settings.Addr, h.settings.AddrGiven = "127.0.0.1:0", true
		if err := h.serveLocally(ctx); err != nil {
			return receiver.Instance{}, err
		}
	}
	return h.receiver.Self, nil
}

// childVariables are the variables by which a command finds the hooktop that it
// runs beside.
func (h *hooktop) childVariables() []string {
	db, err := filepath.Abs(h.settings.DB)
	if err != nil {
		db = h.settings.DB
	}
	vars := []string{"HOOKTOP_URL=" + h.receiver.Self.URL, "HOOKTOP_DB=" + db}
	for provider, url := range h.localURLs() {
		vars = append(vars, "HOOKTOP_WEBHOOK_URL_"+strings.ToUpper(provider)+"="+url)
	}
	return slices.Clip(vars)
}

// localURLs are the webhook URLs on this machine, by provider.
func (h *hooktop) localURLs() map[string]string {
	urls := map[string]string{}
	for _, e := range h.receiver.Endpoints {
		urls[e.Provider.Name()] = h.receiver.Self.URL + e.Path
	}
	return urls
}

// reachable is how a listener is reached from this machine.
func reachable(l net.Listener) string {
	addr, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return "http://" + l.Addr().String()
	}
	host := addr.IP.String()
	if addr.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, fmt.Sprint(addr.Port))
}

// condition returns what this hooktop tells another process that asks it how it
// is.
func (h *hooktop) condition() any {
	_, why := h.public.WhyClosed()
	c := doctor.Condition{Tunnel: h.public.Snapshot().Object(), Why: why, Addr: h.local.Addr().String()}
	for _, r := range h.forwarder.Routes() {
		c.Routes = append(c.Routes, r.String())
	}
	return c
}
