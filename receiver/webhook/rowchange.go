package webhook

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
