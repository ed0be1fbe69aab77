package store

// Limits say how many deliveries are kept, and how many bytes; 0 is no limit. Rejected
// ones have limits of their own: junk must not push out real history.
type Limits struct {
	Accepted, Rejected           int64
	AcceptedBytes, RejectedBytes int64
}

// rowBytes is what a delivery counts beside its stored bytes: its row, its indexes and its
// message.
const rowBytes = 512

// Usage is what is kept. Bytes are those of requests, verdicts, answers and forwards, and
// 512 for each delivery.
type Usage struct {
	Accepted, Rejected           int64
	AcceptedBytes, RejectedBytes int64
}

// newUsage makes it of the totals, which include the rejected.
func newUsage(deliveries, rejected, bytes, rejectedBytes int64) Usage {
	u := Usage{Accepted: deliveries - rejected, Rejected: rejected}
	u.AcceptedBytes = bytes - rejectedBytes + u.Accepted*rowBytes
	u.RejectedBytes = rejectedBytes + u.Rejected*rowBytes
	return u
}

// Bytes are those of all deliveries.
func (u Usage) Bytes() int64 { return u.AcceptedBytes + u.RejectedBytes }

// limitsOf returns the limits that a configuration asks for.
func limitsOf(c Config) Limits {
	l := Limits{Accepted: c.Keep, AcceptedBytes: c.KeepBytes, RejectedBytes: c.KeepRejectedBytes}
	if c.Keep > 0 {
		l.Rejected = max(1, c.Keep/10)
	}
	return l
}

// excess is how many deliveries and bytes of a class are too many.
type excess struct{ deliveries, bytes int64 }

func (e excess) none() bool { return e.deliveries <= 0 && e.bytes <= 0 }

// over returns what is too much of a class.
func (l Limits) over(u Usage, c deliveryClass) excess {
	if c == rejectedClass {
		return excessOf(u.Rejected, l.Rejected, u.RejectedBytes, l.RejectedBytes)
	}
	return excessOf(u.Accepted, l.Accepted, u.AcceptedBytes, l.AcceptedBytes)
}

// excessOf compares. The newest delivery stays, however large it is.
func excessOf(have, most, bytes, mostBytes int64) (e excess) {
	if most > 0 && have > most {
		e.deliveries = have - most
	}
	if mostBytes > 0 && bytes > mostBytes && have > 1 {
		e.bytes = bytes - mostBytes
	}
	return e
}

// withSlack asks for a little more if a limit is large, so that not every capture is
// followed by a deletion.
func (e excess) withSlack(l Limits, c deliveryClass) excess {
	most, mostBytes := l.Accepted, l.AcceptedBytes
	if c == rejectedClass {
		most, mostBytes = l.Rejected, l.RejectedBytes
	}
	if e.deliveries > 0 {
		e.deliveries += most / maxDeleted
	}
	if e.bytes > 0 {
		e.bytes += mostBytes / maxDeleted
	}
	return e
}

// IsOver reports whether anything is to be deleted.
func (l Limits) IsOver(u Usage) bool {
	return !l.over(u, acceptedClass).none() || !l.over(u, rejectedClass).none()
}
