package providerside

import (
	"testing"
	"time"

	"github.com/hooktop/hooktop/cmd/hooktop/exit"
)

func TestTimesThatSvixRecovers(t *testing.T) {
	now := time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)
	for ago, right := range map[time.Duration]bool{
		-time.Minute: false, 0: true, 10 * time.Second: true, 2 * time.Hour: true, 336 * time.Hour: true,
		336*time.Hour + 3*time.Second: true, // --since 336h, and then a slow machine
		337 * time.Hour:               false,
	} {
		err := CheckRecover(now.Add(-ago), now)
		if (err == nil) != right || err != nil && (exit.CodeOf(err) != exit.CodeUsage || exit.FixOf(err) == "") {
			t.Errorf("%s ago: %v", ago, err)
		}
	}
}
