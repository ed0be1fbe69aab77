package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/receiver"
	"github.com/hooktop/hooktop/receiver/ndjson"
	"github.com/hooktop/hooktop/store"
	"github.com/hooktop/hooktop/tunnel"
)

// condition is what a hooktop that runs tells another process that bears its
// door's token.
type condition struct {
	Tunnel tunnelLine `json:"tunnel"`
	// Why says why there is no tunnel.
	Why string `json:"why"`
	// Addr is the address that it listens at.
	Addr string `json:"addr"`
}

func (h *hooktop) condition() any {
	_, why := h.public.closed()
	c := condition{Tunnel: tunnelObject(h.tunnelStatus()), Why: why, Addr: h.local.Addr().String()}
	if h.settings.PublicURL != "" {
		c.Tunnel.PublicURL = ndjson.Null(h.settings.PublicURL)
	}
	return c
}

// neighbour is a hooktop that runs on the same database.
type neighbour struct {
	store.Instance
	condition condition
	// mute is one that took too long to say that it is there, or that does not
	// tell its condition: an older release.
	mute bool
}

// meet asks the hooktops that left their address in the database, all at once.
// What was killed and could not take its own back is taken out.
func (x *exam) meet(ctx context.Context) {
	x.neighbours = nil
	if x.store == nil {
		return
	}
	instances, err := x.store.Instances(ctx)
	if err != nil {
		return // the database's own check tells of it
	}
	there := make([]*neighbour, len(instances))
	var asking sync.WaitGroup
	for i, instance := range instances {
		asking.Go(func() { there[i] = x.ask(ctx, instance) })
	}
	asking.Wait()
	for _, n := range there {
		if n != nil {
			x.neighbours = append(x.neighbours, *n)
		}
	}
}

// ask gives nil where nobody is there any more.
func (x *exam) ask(ctx context.Context, i store.Instance) *neighbour {
	look, cancel := context.WithTimeout(ctx, doorPatience)
	defer cancel()
	n := &neighbour{Instance: i}
	door := receiver.Door{URL: i.URL, Instance: i.ID, Token: i.Token}
	switch {
	case x.running != nil && x.running.receiver.Door.Instance == i.ID:
	case door.Open(look):
		n.mute = door.Ask(look, &n.condition) != nil
	case look.Err() != nil:
		n.mute = true
	default:
		_ = x.store.RemoveInstance(ctx, i.ID) // a leftover is harmless
		return nil
	}
	return n
}

// hooktops counts those that run on this database.
func (x *exam) hooktops(context.Context) []finding {
	f := finding{name: "hooktops", state: well}
	switch n := len(x.neighbours); n {
	case 0:
		f.text = "none runs on this database"
	case 1:
		f.text = "one runs on this database: " + x.neighbours[0].called()
	default:
		names := make([]string, n)
		for i := range x.neighbours {
			names[i] = x.neighbours[i].called()
		}
		f.state = warning
		f.text = fmt.Sprintf("%d run on this database: trigger and resend go to %s, the newest; then %s", n, names[0], strings.Join(names[1:], ", "))
		f.fix = []string{"end all but one, or give each a database of its own with --db"}
	}
	return []finding{f}
}

func (n neighbour) called() string {
	name := fmt.Sprintf("%s (process %d)", n.URL, n.PID)
	if n.mute {
		name += ", which does not answer in time"
	}
	return name
}

// address looks whether the address can be had, or who has it.
func (x *exam) address(ctx context.Context) []finding {
	f := finding{name: "receiver", state: well}
	s := x.s
	switch err := x.faulty["receiver"]; {
	case x.running != nil:
		f.text = x.running.receiver.Door.URL + s.ClerkPath()
		return []finding{f}
	case err != nil:
		return []finding{fault("receiver", broken, err)}
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.Addr)
	if err == nil {
		_ = l.Close()
		f.text = s.Addr + " is free"
		return []finding{f}
	}
	own := slices.IndexFunc(x.neighbours, func(n neighbour) bool { return n.condition.Addr == s.Addr })
	switch {
	case own >= 0:
		f.text = "http://" + s.Addr + ": a hooktop on this database receives there, process " + fmt.Sprint(x.neighbours[own].PID)
	case !addressTaken(err):
		f = fault("receiver", broken, exit.Usage(fmt.Sprintf("cannot listen at %s: %v", s.Addr, listenReason(err)), "choose another with --addr, or --addr 127.0.0.1:0 for any free port"))
	case s.AddrGiven:
		f.state, f.text = broken, fmt.Sprintf("%s is taken: %s listens there", s.Addr, occupant(ctx, s.Addr))
		f.fix = []string{"end it, or choose another with --addr, or --addr 127.0.0.1:0 for any free port"}
	default:
		f.state, f.text = warning, fmt.Sprintf("%s is taken: %s listens there, and hooktop takes the next port that is free", s.Addr, occupant(ctx, s.Addr))
		f.fix = []string{"end it, or choose another with --addr: a tunnel of your own leads to one port"}
	}
	return []finding{f}
}

// occupant says what listens at an address.
func occupant(ctx context.Context, addr string) string {
	ctx, cancel := context.WithTimeout(ctx, doorPatience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/healthz", nil)
	if err != nil {
		return "another program"
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Do(req)
	if err != nil {
		return "another program"
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, 16))
	if res.Header.Get("Hooktop-Instance") != "" && string(text) == "ok\n" {
		return "a hooktop on another database"
	}
	return "another program"
}

// token looks where ngrok's authtoken is.
func (x *exam) token(context.Context) []finding {
	found, err := tunnel.FindToken(x.env.Get)
	f := finding{name: "token", state: well, text: found.String()}
	switch {
	case errors.Is(err, tunnel.ErrNoToken):
		f.state, f.text = unknown, "no ngrok authtoken was found" // whether one is needed, the tunnel's finding says
	case err != nil && found.Token != "":
		f = fault("token", warning, err)
		f.text += "; the one of NGROK_AUTHTOKEN is used"
	case err != nil:
		f = fault("token", broken, err)
	case strings.ContainsAny(found.Token, " \t\"'="):
		f.state, f.text = broken, found.String()+": it has a blank or a quote in it"
		f.fix = []string{"copy the authtoken alone, not the command: https://dashboard.ngrok.com/get-started/your-authtoken"}
	}
	return []finding{f}
}
