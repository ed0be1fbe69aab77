package webhook

// mistake is an error that a person can mend.
type mistake struct{ what, fix string }

// NewMistake makes an error that a person can mend: what is wrong, and what to do
// about it, which Fix returns.
func NewMistake(what, fix string) error { return &mistake{what, fix} }

func (m *mistake) Error() string { return m.what }

// Fix says what to do about it.
func (m *mistake) Fix() string { return m.fix }
