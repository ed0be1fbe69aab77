package webhook

// mistake is an error that a person can mend.
type mistake struct{ what, fix string }

func (m *mistake) Error() string { return m.what }

// Fix says what to do about it.
func (m *mistake) Fix() string { return m.fix }
