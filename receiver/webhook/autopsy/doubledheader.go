package autopsy

import "strings"

// doubledMost is how many lines of one header are tried, each by itself.
const doubledMost = 4

// doubledHeader: the id's header arrived several times and so became one value that
// nobody signed. Only one of them was signed. (A doubled timestamp is not a number, which
// is reported earlier; with doubled signatures, each counts.)
func (s *search) doubledHeader() *Finding {
	if s.Scheme.ID.Header == "" || !strings.Contains(s.Message.ID, ",") {
		return nil
	}
	whole := s.Message
	defer func() { s.Message = whole }()
	for i, id := range strings.SplitN(whole.ID, ",", doubledMost+1) {
		if i == doubledMost {
			break
		}
		s.Message.ID = strings.TrimSpace(id)
		s.report.Forms++
		keys := s.likely(len(s.body))
		for i := range keys {
			if s.signs(&keys[i], s.body) {
				return &Finding{Cause: DoubledHeader, Secret: keys[i].index}
			}
		}
	}
	return nil
}
