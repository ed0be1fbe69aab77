package webhook

import "time"

// User is a row of the "User" table. The JSON names are the columns'. Clerk
// writes ID and Email alone, Stripe the subscription.
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

// UserRecord is a user with what hooktop knows beyond the row. A deleted user
// is a record too, its row's last values kept as a tombstone.
type UserRecord struct {
	User
	// Version is the time of the event that the row comes from: an older event
	// does not overwrite it. Zero for a row that another program wrote.
	Version time.Time
	// DeletedAt is when the deletion was received; zero for a living user.
	DeletedAt time.Time
	// DeliveryID is the delivery that last changed the row, 0 where none did.
	DeliveryID int64
}

// Deleted says whether the record is a tombstone.
func (r UserRecord) Deleted() bool { return !r.DeletedAt.IsZero() }

// Change is what one delivery did to one user.
type Change struct {
	DeliveryID int64
	UserID     string
	// Moment is the newest delivery at the time of the change: DeliveryID, but
	// for one that was applied later than it came.
	Moment int64
	// Before is nil where the delivery made the row, After where it removed it.
	Before, After *User
}

// UserSort is the order of the users table.
type UserSort string

// The orders. Recent is newest change first, by the number of the delivery that
// made it, and the rows that no delivery changed last: another program's write
// gives a row a newer time, and no other place. The others ascend, by bytes.
// Without a plan or a status comes after all that have one; the tombstones, whose
// status is of a row that is gone, come after all of these by status, and among
// the living by the rest.
const (
	ByRecent UserSort = "recent"
	ByEmail  UserSort = "email"
	ByID     UserSort = "id"
	ByPlan   UserSort = "plan"
	ByStatus UserSort = "status"
)

// UserPage asks for a window of the users table, in its order.
type UserPage struct {
	Sort UserSort
	// After asks for what follows that record in the order, Before for what
	// precedes it, nearest; with neither the window starts at the top.
	After, Before *UserRecord
	// Limit is the number of records at most, 1 to 1000.
	Limit int
	// Deleted includes the tombstones.
	Deleted bool
	// At asks for the table as it was while that delivery was the newest, 0 for
	// the table as it is. A record of the past has no Version.
	At int64
}

// Moment is a point in the users' past: while a delivery was the newest.
type Moment struct {
	// At is the delivery.
	At int64
	// Before and After are the nearest moments in which a user changed, 0 where
	// there are none. Before is not 0 where all that came before is forgotten:
	// then it is KnownFrom, which is as far back as the past is known.
	Before, After, KnownFrom int64
	// Users are the ids of those who changed in that moment, at most 1000.
	Users []string
}

// Rebuilt is what a replay of all verified deliveries came to.
type Rebuilt struct {
	// Deliveries were replayed, upon a Snapshot of so many events of those that
	// were let go.
	Deliveries, Snapshot int64
	// Users were compared, tombstones among them.
	Users int64
	// Differences is how many values are others, Differ the first 1000 of them.
	Differences int64
	Differ      []Difference
}

// Difference is a value that the deliveries do not explain.
type Difference struct {
	UserID string
	// Column is the row's, "row" for whether there is one (present, deleted,
	// absent), "version" for the time of the event that it comes from.
	Column string
	// Has is the value in the table, Replayed the one that the deliveries make.
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

// RowChange is one change of the users table, as another database is to have it.
type RowChange struct {
	// Seq grows in the order in which the changes were committed.
	Seq    int64
	UserID string
	// Row is the row as the change left it, nil where it was deleted.
	Row *User
	// Stripe says that the change was one of the columns that a Stripe event
	// writes. Those are else left to whoever writes them there.
	Stripe bool
}
