package tui

import (
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// diagnosis says what was proven about a delivery: why it was refused and what
// to do, or what made it genuine and what it did; and what the app said.
func (p *detail) diagnosis(m *model, d *doc) {
	x := p.d
	switch {
	case x.Origin == webhook.Resend && x.Outcome == "":
		p.resentHead(m, d)
		p.app(m, d)
	case x.Verdict.Verified:
		p.verified(m, d)
	default:
		p.rejected(m, d)
		p.app(m, d)
	}
}

func (p *detail) rejected(m *model, d *doc) {
	st, v := &m.st, p.d.Verdict
	titled(d, st.bad, "✗", orNone(v.Title), string(v.Code))
	d.blank()
	d.text(st.text, v.Detail, 0)
	if v.Fix != "" {
		d.head("FIX", "y copies it")
		d.text(st.strong, v.Fix, 1)
	}
	if len(v.Checks) > 0 {
		d.headWith("RULED OUT,", "by recomputing")
		for _, c := range v.Checks {
			d.check(c.OK, c.Name, c.Detail, checkColumn(v.Checks))
		}
	}
}

// titled is a symbol and a sentence, and the word that scripts know it by.
func titled(d *doc, look, symbol, title, word string) {
	l := d.newLine()
	room := d.w - 2*margin
	if n := width(printable(word)); word != "" && width(printable(title))+2+2+n <= room {
		l.put(look, symbol+" ").put(d.st.strong, title)
		l.gap(l.left-margin-n).put(look, word)
		d.add(l)
		return
	}
	d.mark(look, symbol, d.st.strong, title, 0)
	if word != "" {
		d.text(look, word, 2)
	}
}

func checkColumn(cs []webhook.Check) int {
	n := 0
	for _, c := range cs {
		n = max(n, width(printable(c.Name)))
	}
	return min(n, 16) + 2
}

func (p *detail) verified(m *model, d *doc) {
	st, x := &m.st, p.d
	o := outcomeOf(x)
	symbol, look := st.mark(x)
	if x.Origin != webhook.Resend && symbol == "!" && o.good {
		symbol, look = "✓", st.ok // the app failed, not this
	}
	titled(d, look, symbol, o.title, answered(x))
	if o.why != "" {
		d.blank()
		d.text(st.text, o.why, 0)
	}
	if o.fix != "" {
		d.head("FIX", "y copies it")
		d.text(st.strong, o.fix, 1)
	}
	// What went wrong stands first: all else is as it should be.
	n := len(x.Forwards)
	appFirst := n > 0 && x.Forwards[n-1].Failed()
	if appFirst {
		p.app(m, d)
	}
	p.did(m, d)
	p.proven(d)
	if !appFirst {
		p.app(m, d)
	}
}

// answered is what the sender was told, and how soon.
func answered(x *webhook.Delivery) string {
	if x.Answer.Status == 0 {
		return ""
	}
	return strings.Join(nonEmpty(number(x.Answer.Status), took(x.Duration)), " · ")
}

func (p *detail) proven(d *doc) {
	st, x := d.st, p.d
	d.headWith("PROVEN,", "by recomputing")
	checks := x.Verdict.Checks
	column := max(checkColumn(checks), 8)
	for _, c := range checks {
		d.check(c.OK, c.Name, c.Detail, column)
	}
	if x.Verdict.Secret != "" {
		d.check(true, "secret", x.Verdict.Secret, column)
	}
	if len(checks) == 0 && x.Verdict.Secret == "" {
		d.text(st.dim, "The signature holds.", 1)
	}
}

// did says what became of the user.
func (p *detail) did(m *model, d *doc) {
	x := p.d
	if x.UserID == "" && x.Email == "" && x.Change == nil {
		return
	}
	d.head("WHAT IT DID", "")
	if x.Change != nil {
		d.changes(x.Change, 1)
		return
	}
	d.text(m.st.dim, "nothing: "+strings.Join(nonEmpty(x.Email, x.UserID), "  "), 1)
}

func nonEmpty(ss ...string) []string {
	var out []string
	for _, s := range ss {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

func (p *detail) resentHead(m *model, d *doc) {
	st, x := &m.st, p.d
	look := st.resent
	if x.Failed() {
		look = st.bad
	}
	title := "Resent to the app"
	if x.ParentID > 0 {
		title = fmt.Sprintf("Resend of #%d, to the app", x.ParentID)
	}
	titled(d, look, "↻", title, strings.TrimPrefix(appSaid(x), "→"))
	d.blank()
	d.text(st.text, "It went past hooktop's own door: nothing changed here. The Tries tab has every delivery of this message.", 0)
	if len(x.Forwards) == 0 {
		d.head("YOUR APP said", "")
		if x.AppError != "" {
			d.mark(st.bad, "✗", st.text, x.AppError, 1)
		} else {
			d.mark(st.theirs(x), appMark(x.AppStatus), st.text, fmt.Sprintf("%d  %s", x.AppStatus, took(x.Duration)), 1)
		}
	}
}

func appMark(status int) string {
	if status >= 200 && status < 300 {
		return "✓"
	}
	return "✗"
}

// app says what the app under development answered, and what that means where
// it did not take what verified here.
func (p *detail) app(m *model, d *doc) {
	st, x := &m.st, p.d
	if len(x.Forwards) == 0 {
		return
	}
	f := x.Forwards[len(x.Forwards)-1]
	d.head("YOUR APP said", since(f.At, m.now))
	look, said := st.bad, f.Error
	if !f.Failed() {
		look = st.ok
	}
	if f.Status > 0 {
		said = fmt.Sprint(f.Status)
	}
	d.mark(look, appMark(f.Status), st.text, strings.Join(nonEmpty(said, took(f.Duration), shortURL(f.Target)), "  "), 1)
	a := advise(x, f)
	if a.means == "" {
		return
	}
	d.blank()
	d.text(st.text, a.means, 1)
	if r := f.Header.Get(authHeader); r != "" {
		d.text(st.dim, "x-clerk-auth-reason: "+r, 1)
	}
	if a.fix != "" {
		d.head("FIX", "y copies it")
		d.text(st.strong, a.fix, 1)
	}
}

// fixOf is the fix that y copies, "" where there is nothing to fix.
func fixOf(d *webhook.Delivery) string {
	if d == nil {
		return ""
	}
	if d.Verdict.Fix != "" && !d.Verdict.Verified {
		return d.Verdict.Fix
	}
	if fix := outcomeOf(d).fix; fix != "" && d.Verdict.Verified {
		return fix
	}
	if n := len(d.Forwards); n > 0 {
		return advise(d, d.Forwards[n-1]).fix
	}
	return ""
}
