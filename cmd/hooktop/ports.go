package main

import (
	"errors"
	"net"
	"syscall"
)

// addressTaken says whether another program listens at the address.
func addressTaken(err error) bool {
	const windowsTaken = syscall.Errno(10048) // WSAEADDRINUSE
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, windowsTaken)
}

// listenReason says in plain words why an address cannot be had.
func listenReason(err error) error {
	if addressTaken(err) {
		return errors.New("another program listens there")
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
