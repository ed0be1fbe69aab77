package config

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dustin/go-humanize"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

// Keep says how much is kept.
type Keep struct {
	// Deliveries is the number of accepted ones; a tenth of it is for rejected ones.
	Deliveries int64
	// Bytes are those of accepted deliveries, 0 for no limit; RejectedBytes those of
	// rejected ones.
	Bytes, RejectedBytes int64
	// CountGiven and BytesGiven are set if a flag of this start says so: that confirms
	// that older deliveries may go. A variable may have been set long ago.
	CountGiven, BytesGiven bool
}

// maxKeepBytes is more than any disk holds.
const maxKeepBytes = 1 << 60

// readKeep reads --keep and --keep-bytes. If only --keep is set, accepted deliveries are
// limited by their number alone.
func (s resolving) readKeep() (err error) {
	text, keepSource := s.value("keep")
	s.Keep.Deliveries, err = strconv.ParseInt(text, 10, 64)
	if err != nil || s.Keep.Deliveries < 1 {
		return exit.Usage(fmt.Sprintf("%s: %q is not a number of deliveries", keepSource, text), "write a number such as 100000")
	}
	text, source := s.value("keep-bytes")
	size, err := humanize.ParseBytes(text)
	if err != nil || size < 1 || size > maxKeepBytes {
		what := "is not a size"
		if err == nil && size == 0 || strings.HasPrefix(strings.TrimSpace(text), "-") {
			what = "keeps nothing"
		}
		return exit.Usage(fmt.Sprintf("%s: %q %s", source, text, what), "write a size such as 2GiB")
	}
	s.Keep.RejectedBytes = max(1, int64(size)/10)
	if source != "" || keepSource == "" {
		s.Keep.Bytes = max(1, int64(size)-s.Keep.RejectedBytes)
	}
	s.Keep.CountGiven, s.Keep.BytesGiven = keepSource == "--keep", source == "--keep-bytes"
	return nil
}
