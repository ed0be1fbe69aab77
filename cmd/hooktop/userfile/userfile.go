// Package userfile reads files that somebody else chose or wrote: those that a user
// names, those that a folder brings, and standard input. Nothing is read without a
// bound on its size and its time, and a read ends as soon as its context does, even
// if the system call behind it never returns. It parses nothing.
//
//   - Regular reads a whole regular file, for what a folder brings: a pipe there is an
//     error at once.
//   - Any reads a whole file of any kind, for a small file that may be a pipe.
//   - Open and Input return a stream of a file, or of a reader such as standard input.
package userfile

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"
	"syscall"
	"time"
)

// Patience is how long a small file may take: one on a network, or a pipe that a
// program fills.
const Patience = 5 * time.Second

// Patient returns a context for small files.
func Patient(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, Patience, tooSlow(Patience))
}

// Regular reads a regular file of at most most bytes, within Patience.
func Regular(name string, most int64) ([]byte, error) {
	ctx, stop := Patient(context.Background())
	defer stop()
	return await(ctx, func() ([]byte, error) { return RegularNow(name, most) }, nil)
}

// RegularNow is Regular without a limit on the time, for a caller that can be left
// waiting.
func RegularNow(name string, most int64) ([]byte, error) {
	f, err := openRegular(name, most)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // it was only read from
	return All(f, most)
}

// Content is what Any read. Regular reports whether it can be read again and again: a
// pipe, which 1Password and a shell's <(…) give, cannot.
type Content struct {
	Text    []byte
	Regular bool
}

// Any reads a file of any kind of at most most bytes, until ctx ends.
func Any(ctx context.Context, name string, most int64) (Content, error) {
	return await(ctx, func() (Content, error) {
		info, err := os.Stat(name)
		if err != nil {
			return Content{}, err
		}
		if info.IsDir() {
			return Content{}, errFolder
		}
		f, err := os.Open(name)
		if err != nil {
			return Content{}, kindError(info.Mode(), err)
		}
		defer f.Close() //nolint:errcheck // it was only read from
		text, err := All(f, most)
		return Content{text, info.Mode().IsRegular()}, err
	}, nil)
}

// All reads to the end of r: at most most bytes.
func All(r io.Reader, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(text)) > most {
		return nil, tooLarge(most)
	}
	return text, err
}

// openRegular opens a regular file. It never waits for the other end of a pipe, also
// if the file becomes one just now.
func openRegular(name string, most int64) (*os.File, error) {
	info, err := os.Stat(name)
	if err == nil {
		err = mustBeRegular(info)
	}
	if err == nil && info.Size() > most {
		err = tooLarge(most)
	}
	if err != nil {
		return nil, err
	}
	flags := os.O_RDONLY
	if runtime.GOOS != "windows" {
		flags |= syscall.O_NONBLOCK
	}
	f, err := os.OpenFile(name, flags, 0)
	if err != nil {
		return nil, err
	}
	if info, err = f.Stat(); err == nil {
		err = mustBeRegular(info)
	}
	if err != nil {
		_ = f.Close() // nothing was read
		return nil, err
	}
	return f, nil
}

func mustBeRegular(info fs.FileInfo) error {
	switch {
	case info.IsDir():
		return errFolder
	case !info.Mode().IsRegular():
		return errNotRegular
	}
	return nil
}

// kindError names what cannot be opened at all.
func kindError(mode fs.FileMode, err error) error {
	if mode&fs.ModeSocket != 0 {
		return errSocket
	}
	return err
}

// await returns what f does, or the cause of ctx's end. f then goes on alone, because a
// system call cannot be ended from outside; drop gets what it still returns.
func await[T any](ctx context.Context, f func() (T, error), drop func(T)) (result T, err error) {
	if ctx.Err() != nil {
		return result, context.Cause(ctx)
	}
	type outcome struct {
		result T
		err    error
	}
	done, gone := make(chan outcome), make(chan struct{})
	defer close(gone)
	go func() {
		result, err := f()
		select {
		case done <- outcome{result, err}:
		case <-gone:
			if err == nil && drop != nil {
				drop(result)
			}
		}
	}()
	select {
	case o := <-done:
		return o.result, o.err
	case <-ctx.Done():
		return result, context.Cause(ctx)
	}
}

// IsMissing reports whether an error is that there is no such file, or that it is a
// folder.
func IsMissing(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, errFolder) }
