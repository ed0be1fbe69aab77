package doctor

import (
	"net"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/cmd/hooktop/config"
	"github.com/hooktop/hooktop/receiver"
)

func TestDoctorLooksAtEachApp(t *testing.T) {
	there, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer there.Close()
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	up, down := there.Addr().String(), gone.Addr().String()
	_ = gone.Close()
	for _, c := range []struct {
		name, routes string
		answers      bool
		states       []Status
		says         []string
	}{
		{"no app", "", false, []Status{Unknown}, []string{"--forward-to http://localhost:3000/api/webhooks/clerk forwards"}},
		{"one", up, false, []Status{OK}, []string{"all verified deliveries go to http://" + up + ": something is listening there"}},
		{"one that answers", up, true, []Status{OK}, []string{"the sender gets the first matching app's answer"}},
		{"one for some, and one that does not run", "user.*=" + up + " " + down, false, []Status{OK, Failed}, []string{"user.* go to http://" + up, "nothing listens at " + down}},
	} {
		t.Run(c.name, func(t *testing.T) {
			routes, err := receiver.ParseRoutes(c.routes)
			if err != nil {
				t.Fatal(err)
			}
			x := &Checker{Settings: &config.Settings{Addr: "127.0.0.1:4747", Forwarding: config.Forwarding{Routes: routes, ReplyByApp: c.answers}}}
			found := x.app(t.Context())
			if len(found) != len(c.states) {
				t.Fatalf("%+v", found)
			}
			for i, f := range found {
				if f.Status != c.states[i] || !strings.Contains(f.Text, c.says[i]) || f.Status == Failed && len(f.Fix) == 0 {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}
