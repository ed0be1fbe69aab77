package pull

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi"
)

// useRelay is the way to receive without a tunnel of one's own that does not need
// the messages to be listed.
const useRelay = "use Clerk's relay instead: hooktop --tunnel relay"

// setupError is a set-up that cannot work, with its fix.
type setupError struct{ what, fix string }

func (e *setupError) Error() string { return e.what }
func (e *setupError) Fix() string   { return e.fix }

// errNotAllowed is what a token without the capability would run into.
var errNotAllowed = &setupError{"Svix does not let the key's token list messages", useRelay}

// trouble is what an error means for the reading.
type trouble struct {
	code, what, fix string
	// final is set if it does not pass.
	final bool
	// asked is how long the server asks to wait.
	asked time.Duration
}

// trouble explains an error. What the server refuses does not pass; neither does an
// answer of another kind, unless there were right ones before: then something on the
// way answers for a while, such as a hotel's network.
func (p *Puller) trouble(err error) trouble {
	t := trouble{what: err.Error()}
	var fixed interface{ Fix() string }
	if errors.As(err, &fixed) {
		t.fix = fixed.Fix()
	}
	var denied *setupError
	var said *svixapi.Error
	var clerk interface {
		KeyRefused() bool
		Temporary() bool
	}
	switch {
	case errors.As(err, &denied):
		t.final, t.code = true, "not-allowed"
	case errors.As(err, &said):
		t.asked, t.code = said.Wait(), said.Code
		if t.code == "" && said.Status != 0 {
			t.code = strconv.Itoa(said.Status)
		}
		t.final = refused(said) || said.Foreign && !said.Temporary() && p.Status().LastHeard.IsZero()
		if t.final {
			t.fix = useRelay
		}
		if t.final && said.Foreign {
			t.fix = said.Fix() + "; or " + useRelay
		}
	case errors.As(err, &clerk):
		t.final = clerk.KeyRefused() || !clerk.Temporary() && p.Status().LastHeard.IsZero()
	}
	return t
}

// refused reports whether Svix itself will say the same the next time.
func refused(e *svixapi.Error) bool {
	return !e.Foreign && !e.Temporary() && e.Status >= http.StatusBadRequest
}

// gone reports whether a message is no longer there.
func gone(err error) bool {
	var said *svixapi.Error
	return errors.As(err, &said) && said.NotFound()
}

// pause returns how long to wait after so many failures in a row.
func (t trouble) pause(failures int) time.Duration {
	pause := firstWait << min(failures-1, 10)
	return max(min(pause, maxWait), min(t.asked, maxAsked))
}
