package userfile

import (
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/charmbracelet/x/term"
)

// untilItsEnd returns a reader of what is in a source now. A regular file may grow
// meanwhile; /proc's have no size and are read to their end. A device that holds
// something, such as /dev/zero, has no end.
func untilItsEnd(r io.Reader) (io.Reader, error) {
	f, ok := r.(*os.File)
	if !ok {
		return r, nil
	}
	info, err := f.Stat()
	if err != nil {
		return r, nil //nolint:nilerr // reading it says why
	}
	switch mode := info.Mode(); {
	case mode.IsDir():
		return nil, errFolder
	case mode.IsRegular() && info.Size() > 0:
		at, err := f.Seek(0, io.SeekCurrent) // a shell may have read a part
		if err != nil {
			return r, nil //nolint:nilerr // it cannot be told how much is left
		}
		return io.LimitReader(r, max(info.Size()-at, 0)), nil
	case mode&fs.ModeDevice != 0 && !isTerminal(f):
		if _, err := f.Read(make([]byte, 1)); errors.Is(err, io.EOF) { // /dev/null
			return eof{}, nil
		}
		return nil, errDevice
	}
	return r, nil
}

type eof struct{}

func (eof) Read([]byte) (int, error) { return 0, io.EOF }

func isTerminal(f *os.File) bool { return term.IsTerminal(f.Fd()) }
