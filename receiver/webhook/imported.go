package webhook

// Imported is a delivery that was received elsewhere, or here at another time,
// and is to be kept as of then.
type Imported struct {
	// Delivery has the time of receipt, the request and, as far as they are
	// known, the answer that was given, the forwards and the change that it made.
	Delivery
	// Event is what a verified one does to the users; nil for a delivery that
	// was sent to an app and did nothing.
	Event *Event
	// Known is set where the delivery was there already; its ID is that one's.
	Known bool
}
