package command

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// maxFile is the largest file that is read for a command.
const maxFile = 32 << 20

// Beside returns the files in a folder and below it. Nothing outside is opened,
// not even through a link: the command may be somebody else's. Without a folder it
// returns nil.
func Beside(dir string) Files {
	if dir == "" {
		return nil
	}
	return func(name string) ([]byte, error) {
		if filepath.IsAbs(name) {
			whole, err := filepath.Abs(dir)
			if err != nil {
				return nil, err
			}
			if name, err = filepath.Rel(whole, name); err != nil {
				return nil, err
			}
		}
		if !filepath.IsLocal(name) {
			return nil, errors.New("only files beside the command are read: copy it there")
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, reason(err)
		}
		defer root.Close() //nolint:errcheck // it was only read from
		info, err := root.Stat(name)
		if err != nil {
			return nil, reason(err)
		}
		if !info.Mode().IsRegular() { // opening a pipe would wait
			return nil, errors.New("it is not a regular file")
		}
		f, err := root.Open(name)
		if err != nil {
			return nil, reason(err)
		}
		defer f.Close() //nolint:errcheck // it was only read from
		b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
		if err != nil {
			return nil, reason(err)
		}
		if len(b) > maxFile {
			return nil, fmt.Errorf("it is larger than %d bytes", maxFile)
		}
		return b, nil
	}
}

// reason returns what is wrong with a file, without its path.
func reason(err error) error {
	if p := (*os.PathError)(nil); errors.As(err, &p) {
		return p.Err
	}
	return err
}
