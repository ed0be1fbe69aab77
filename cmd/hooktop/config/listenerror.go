package config

import (
	"errors"
	"fmt"
	"net"
	"syscall"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// CannotListen returns the error of an address that hooktop cannot listen at.
func CannotListen(addr string, err error) error {
	return exit.Usage(fmt.Sprintf("cannot listen at %s: %v", addr, ListenReason(err)), "choose another address with --addr, or pass --addr 127.0.0.1:0 for any free port")
}

// AddressTaken reports whether an address cannot be had because another program
// listens there.
func AddressTaken(err error) bool {
	const windowsTaken = syscall.Errno(10048) // WSAEADDRINUSE
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsTaken)
}

// ListenReason returns in plain words why an address cannot be had.
func ListenReason(err error) error {
	if AddressTaken(err) {
		return errors.New("another program is listening there")
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
