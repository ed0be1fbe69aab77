package doctor

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/cmd/hooktop/running"
)

// address looks whether the address can be had, or who has it.
func (x *Checker) address(ctx context.Context) []Finding {
	f := Finding{Name: "receiver", Status: OK}
	s := x.Settings
	switch err := x.Faults["receiver"]; {
	case x.Running != nil:
		f.Text = x.Running.Url + s.ClerkPath()
		return []Finding{f}
	case err != nil:
		return []Finding{fault("receiver", Failed, err)}
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.Addr)
	if err == nil {
		_ = l.Close()
		f.Text = s.Addr + " is free"
		return []Finding{f}
	}
	own := slices.IndexFunc(x.instances, func(n instance) bool { return n.condition.Addr == s.Addr })
	switch {
	case own >= 0:
		f.Text = "http://" + s.Addr + ": a hooktop on this database is listening there, process " + fmt.Sprint(x.instances[own].PID)
	case !config.AddressTaken(err):
		f = fault("receiver", Failed, config.CannotListen(s.Addr, err))
	case s.AddrGiven:
		f.Status, f.Text = Failed, fmt.Sprintf("%s is in use by %s", s.Addr, occupant(ctx, s.Addr))
		f.Fix = []string{"stop it, choose another port with --addr, or pass --addr 127.0.0.1:0 for any free port"}
	default:
		f.Status, f.Text = Warning, fmt.Sprintf("%s is in use by %s; hooktop will take the next free port", s.Addr, occupant(ctx, s.Addr))
		f.Fix = []string{"stop it, or choose another port with --addr; if you run your own tunnel, point it at that port"}
	}
	return []Finding{f}
}

// occupant says what listens at an address.
func occupant(ctx context.Context, addr string) string {
	ctx, cancel := context.WithTimeout(ctx, running.AskPatience)
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
