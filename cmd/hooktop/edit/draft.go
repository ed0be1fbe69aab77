package edit

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
	"github.com/hooktop/hooktop/cmd/hooktop/userfile"
	"github.com/hooktop/hooktop/receiver/webhook"
)

// draft is a body in a file for an editor, in a folder that is for its user
// alone.
type draft struct {
	Format
	dir, file string
	before    []byte // as the editor got it
	original  []byte
	// signRejected is set if it is signed although nothing vouches for the original.
	signRejected bool
}

func newDraft(d webhook.Delivery, format Format) (*draft, error) {
	dir, err := os.MkdirTemp("", "hooktop-edit-")
	if err != nil {
		return nil, exit.Failure(fmt.Sprintf("cannot edit: %v", exit.Reason(err)), "make the temporary folder writable")
	}
	f := &draft{Format: format, dir: dir, file: filepath.Join(dir, fmt.Sprintf("delivery-%d.json", d.ID)), before: format.ForEditor(d.Body), original: d.Body}
	if err := os.WriteFile(f.file, f.before, 0o600); err != nil {
		f.remove()
		return nil, exit.Failure(fmt.Sprintf("cannot edit: %v", exit.Reason(err)), "free some space in the temporary folder")
	}
	return f, nil
}

// maxEdited is the largest body that is sent after editing, in bytes.
const maxEdited = 32 << 20

// read gives the body as it is to be sent, or what is wrong with it.
func (f *draft) read() (body []byte, wrong string, err error) {
	after, err := userfile.Regular(f.file, maxEdited)
	if err != nil {
		return nil, "", exit.Failure(fmt.Sprintf("cannot read the edited file: %v", exit.Reason(err)), cmp.Or(exit.FixOf(err), "save it under its own name"))
	}
	if f.Raw { // editors end a file with a line's end
		if !bytes.HasSuffix(f.before, []byte("\n")) {
			after = bytes.TrimSuffix(bytes.TrimSuffix(after, []byte("\n")), []byte("\r"))
		}
		return after, "", nil
	}
	if trouble := NotJSON(after); trouble != "" {
		wrong = "is not JSON: " + trouble
	}
	return f.ForSending(after), wrong, nil
}

// changed says whether a body is another one than before.
func (f *draft) changed(body []byte) bool { return !bytes.Equal(f.ForSending(f.original), body) }

func (f *draft) remove() { _ = os.RemoveAll(f.dir) } // a leftover is harmless
