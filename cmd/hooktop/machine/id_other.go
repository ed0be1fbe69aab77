//go:build !linux && !darwin && !windows

package machine

// id returns nothing: the host's name is used instead.
func id() string { return "" }
