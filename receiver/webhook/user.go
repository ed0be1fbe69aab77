package webhook

import "time"

// User is a row of the "User" table; the JSON names are the columns. Clerk events
// write only ID and Email, Stripe events only the subscription.
type User struct {
	ID                           string     `json:"id"`
	Email                        string     `json:"email"`
	StripeCustomerID             *string    `json:"stripeCustomerId"`
	StripeSubscriptionID         *string    `json:"stripeSubscriptionId"`
	StripePriceID                *string    `json:"stripePriceId"`
	SubscriptionStatus           *string    `json:"subscriptionStatus"`
	SubscriptionCurrentPeriodEnd *time.Time `json:"subscriptionCurrentPeriodEnd"`
	CancelAtPeriodEnd            bool       `json:"cancelAtPeriodEnd"`
	PlanKey                      *string    `json:"planKey"`
	// CreatedAt and UpdatedAt are the row's own, as Prisma keeps them: not Clerk's.
	CreatedAt time.Time `json:"createdAt"`
	UpdatedAt time.Time `json:"updatedAt"`
}

// UserRecord is a user with what hooktop knows beyond the row. A deleted user has a
// record, too: a tombstone with the row's last values.
type UserRecord struct {
	User
	// Version is the time of the event that the row comes from: older events do not
	// overwrite it. Zero for a row that another program wrote.
	Version time.Time
	// DeletedAt is when the deletion was received, zero for an existing user.
	DeletedAt time.Time
	// DeliveryID is the delivery that last changed the row, 0 for none.
	DeliveryID int64
}

// Deleted reports whether the record is a tombstone.
func (r UserRecord) Deleted() bool { return !r.DeletedAt.IsZero() }

// Change is what one delivery did to one user.
type Change struct {
	DeliveryID int64
	UserID     string
	// Moment is the newest delivery at the time of the change: DeliveryID, unless
	// that was applied after newer ones had come.
	Moment int64
	// Before is nil if the delivery created the row, After if it deleted it.
	Before, After *User
}

// UserSort is the order of the users table.
type UserSort string

// The orders. ByRecent lists the newest change first, by the id of the delivery
// that made it; rows that no delivery changed come last, whenever another program
// wrote them. The others ascend by bytes. Users without a plan or status come
// after those with one. Tombstones come last in the order by status, since their
// status is out of date, and among the other users in the rest.
const (
	ByRecent UserSort = "recent"
	ByEmail  UserSort = "email"
	ByID     UserSort = "id"
	ByPlan   UserSort = "plan"
	ByStatus UserSort = "status"
)

// UserPage asks for a window of the users table.
type UserPage struct {
	Sort UserSort
	// After asks for the records after that one, Before for those before it, the
	// nearest ones; with neither the window starts at the top.
	After, Before *UserRecord
	// Limit is the maximum number of records, 1 to 1000.
	Limit int
	// Deleted includes the tombstones.
	Deleted bool
	// At asks for the table as it was when that delivery was the newest, 0 for the
	// table as it is now. A record of the past has no Version.
	At int64
}

// Moment is a point in the history of the users: when a delivery was the newest.
type Moment struct {
	// At is the delivery.
	At int64
	// Before and After are the nearest moments at which a user changed, 0 for none.
	// KnownFrom is how far back the history goes; Before is KnownFrom, not 0, if
	// everything before was dropped.
	Before, After, KnownFrom int64
	// Users are the ids of those who changed at that moment, at most 1000.
	Users []string
}

// Rebuilt is the result of replaying all verified deliveries.
type Rebuilt struct {
	// Deliveries is how many were replayed, Snapshot how many events of dropped
	// deliveries they were replayed onto.
	Deliveries, Snapshot int64
	// Users is how many were compared, including tombstones.
	Users int64
	// Differences is how many values differ, Differ the first 1000 of them.
	Differences int64
	Differ      []Difference
}

// Difference is a value that the deliveries do not explain.
type Difference struct {
	UserID string
	// Column is the row's column, "row" for whether there is one (present, deleted,
	// absent), or "version" for the time of the event that it comes from.
	Column string
	// Has is the value in the table, Replayed the value from the replay.
	Has, Replayed string
}

// AccountUser is a user as the provider's own API returns it.
type AccountUser struct {
	ID string
	// Email is the address that an event would give the row, "" for none.
	Email string
	// Unkept says why the user's address cannot be the row's; "" if it can, or if
	// there is none.
	Unkept    string
	UpdatedAt time.Time
	// JSON is the user as the API returned it, byte for byte.
	JSON []byte
}

// RowChange is one change of the users table, to be mirrored to another database.
type RowChange struct {
	// Seq grows in the order in which the changes were committed.
	Seq    int64
	UserID string
	// Row is the row after the change, nil if it was deleted.
	Row *User
	// Stripe is set if the change was to the columns that Stripe events write. In
	// other changes those columns are left alone in the other database.
	Stripe bool
}
