//go:build !linux && !darwin && !windows

package machine

// id returns nothing: the host's name has to do.
func id() string { return "" }
