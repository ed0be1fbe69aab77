package doctor

import (
	"context"
	"errors"
	"strings"

	"github.com/hooktop/hooktop/cmd/hooktop/public"
	"github.com/hooktop/hooktop/tunnel"
)

// howToBeReached is what to do where there is no tunnel.
var howToBeReached = []string{"add --tunnel relay, which needs no account, or:", "set NGROK_AUTHTOKEN or run ngrok config add-authtoken …", "(https://dashboard.ngrok.com/get-started/your-authtoken)"}

// token looks where ngrok's authtoken is.
func (x *Checker) token(context.Context) []Finding {
	found, err := tunnel.FindToken(x.Env.Get, public.ReadConfig)
	f := Finding{Name: "token", Status: OK, Text: found.String()}
	switch {
	case errors.Is(err, tunnel.ErrNoToken):
		f.Status, f.Text = Unknown, "there is no ngrok authtoken" // whether one is needed, the tunnel's finding says
	case err != nil && found.Token != "":
		f = fault("token", Warning, err)
		f.Text += "; NGROK_AUTHTOKEN is used instead"
	case err != nil:
		f = fault("token", Failed, err)
	case strings.ContainsAny(found.Token, " \t\"'="):
		f.Status, f.Text = Failed, found.String()+": it contains a space or a quote"
		f.Fix = []string{"copy only the authtoken, not the command: https://dashboard.ngrok.com/get-started/your-authtoken"}
	}
	return []Finding{f}
}
