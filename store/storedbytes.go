package store

import (
	"database/sql"
	"errors"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The stored bytes of a delivery are the texts and blobs of its payload and of its
// forwards, which can be large. Its row and its change are small and not counted.

// encoded holds the parts of a delivery that are stored as JSON.
type encoded struct{ header, verdict string }

func encodeDelivery(d *webhook.Delivery) (e encoded, err error) {
	e.header = encodeHeader(d.Header)
	e.verdict, err = encodeVerdict(d.Verdict)
	return e, err
}

// size returns how many bytes a payload takes.
func (e encoded) size(d *webhook.Delivery) int64 {
	return int64(len(d.Method) + len(d.URL) + len(d.Host) + len(d.RemoteAddr) + len(e.header) + len(e.verdict) + len(d.Answer.Body) + len(d.Body))
}

// forwardSize returns how many bytes a forward takes. header is as it is stored.
func forwardSize(f *webhook.Forward, header string) int64 {
	return int64(len(f.Target) + len(f.Error) + len(header) + len(f.Body))
}

// grow adds to the bytes of a delivery and to the totals.
func (t *tx) grow(id, by int64) error {
	if by == 0 {
		return nil
	}
	var rejected bool
	err := t.addBytes.Row(id, by).Scan(&rejected)
	if errors.Is(err, sql.ErrNoRows) {
		return noDelivery(id)
	}
	t.countBytes(by, rejected)
	return err
}

// countBytes adds bytes to the totals.
func (t *tx) countBytes(by int64, rejected bool) {
	t.bytes += by
	if rejected {
		t.rejectedBytes += by
	}
}

// setVerdict replaces a delivery's verdict.
func (t *tx) setVerdict(id int64, text string) error {
	var had int64
	if err := t.verdictSize.Row(id).Scan(&had); err != nil {
		return err
	}
	if err := run(t.setVerdictText, id, text); err != nil {
		return err
	}
	return t.grow(id, int64(len(text))-had)
}

// setAnswer stores what a sender was told after its delivery was stored.
func (t *tx) setAnswer(id int64, body []byte) error {
	var had int64
	if err := t.answerSize.Row(id).Scan(&had); err != nil {
		return err
	}
	if err := run(t.setAnswerBody, id, notNull(body)); err != nil {
		return err
	}
	return t.grow(id, int64(len(body))-had)
}
