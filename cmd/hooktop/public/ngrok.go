package public

import (
	"maps"
	"slices"

	"github.com/hooktop/hooktop/tunnel"
)

// openNgrok opens ngrok's tunnel with the token that was found.
func (s *Side) openNgrok() {
	found, _ := s.WhyClosed()
	t := tunnel.Listen(s.life, tunnel.Config{
		Token: found.Token, Domain: s.Settings.Domain, Paths: slices.Sorted(maps.Values(s.Settings.Paths)), NoEdgePolicy: s.Settings.NoEdgePolicy,
		ConnectAddr: found.ConnectAddr, CAs: found.CAs, Version: s.Version, Test: s.selfTest(),
	})
	s.add(Ngrok, link{connection: t, stop: s.Serve(t, proving(s.Handler, t.Arrived))})
}
