package attempts

import (
	"time"

	"github.com/hooktop/hooktop/receiver/svixapi"
)

// schedule is how long after each failure Svix tries again, give or take a fifth
// (https://docs.svix.com/retries).
var schedule = [...]time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 10 * time.Hour}

// nextTry returns about when Svix tries again after these attempts, newest first;
// zero after the last of the schedule. What somebody asked for is not tried again.
func nextTry(attempts []svixapi.Attempt) time.Time {
	n, last := 0, time.Time{}
	for _, a := range attempts {
		if a.Manual {
			continue
		}
		if a.Status == svixapi.Succeeded {
			return time.Time{}
		}
		if last.IsZero() {
			last = a.At
		}
		n++
	}
	if n == 0 || n > len(schedule) {
		return time.Time{}
	}
	return last.Add(schedule[n-1])
}
