package userfile

import (
	"fmt"
	"time"
)

// Kind says what is wrong with a file.
type Kind int

// The kinds.
const (
	NotRegular Kind = iota + 1
	Folder
	Socket
	Device
	TooLarge
	TooSlow
)

// Error reports a file that is not read any further. It does not name the file.
type Error struct {
	Kind      Kind
	what, fix string
}

func (e *Error) Error() string { return e.what }

// Fix says what to do about it.
func (e *Error) Fix() string { return e.fix }

// Is makes errors of one kind equal.
func (e *Error) Is(other error) bool {
	o, ok := other.(*Error)
	return ok && o.Kind == e.Kind
}

var (
	errNotRegular = &Error{NotRegular, "it is not a regular file", "put a regular file there, or remove it"}
	errFolder     = &Error{Folder, "is a directory", "name a file in it"}
	errSocket     = &Error{Socket, "it is a socket, which cannot be read as a file", "save what comes from it to a file"}
	errDevice     = &Error{Device, "it is a device, not a file", "save the data to a file, and name that"}
)

func tooLarge(most int64) error {
	return &Error{TooLarge, "it is larger than " + size(most), "name a smaller file, or make this one smaller"}
}

func tooSlow(wait time.Duration) error {
	return &Error{TooSlow, fmt.Sprintf("nothing came from it for %s", wait), "if it is a pipe, start the program that writes to it first; otherwise check the disk or the network that it is on"}
}

func tooLong(total time.Duration) error {
	return &Error{TooSlow, fmt.Sprintf("it was not read to its end after %s", total), "save the data to a file first, and name that"}
}

// size writes a number of bytes as a person would.
func size(n int64) string {
	for _, unit := range []struct {
		bytes int64
		name  string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n >= unit.bytes && n%unit.bytes == 0 {
			return fmt.Sprintf("%d %s", n/unit.bytes, unit.name)
		}
	}
	return fmt.Sprintf("%d bytes", n)
}
