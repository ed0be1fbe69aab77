package tui

import (
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/tui/text"
)

// diagnosis says what was proven about a delivery: why it was refused and what
// to do, or what made it genuine and what it did; and what the app said.
func (p *detail) diagnosis(m *model, d *doc) {
	x := p.d
	switch {
	case appAlone(x):
		p.resentHead(m, d)
		p.app(m, d, true)
		d.checks(x.Verdict)
	case x.Verdict.Verified:
		p.verified(m, d)
	default:
		p.rejected(m, d)
		p.app(m, d, false)
	}
}

// copiesFix stands beside the fix that y and f copy.
const copiesFix = "y f copies it"

// appAlone says whether a delivery is a resend that went to the app alone.
func appAlone(x *webhook.Delivery) bool { return x.Origin == webhook.Resend && x.Outcome == "" }

func (p *detail) rejected(m *model, d *doc) {
	st, v := &m.st, p.d.Verdict
	titled(d, st.bad, "✗", text.OrNone(v.Title), string(v.Code))
	d.blank()
	d.evidence(v)
	if v.Fix != "" {
		d.head("FIX", copiesFix)
		d.text(st.strong, v.Fix, 1)
	}
	d.checks(v)
}

// checks lists what was examined: of a rejection first what is not in order,
// which is the evidence of its cause, then what is and so does not explain it.
func (d *doc) checks(v webhook.Verdict) {
	column := checkColumn(v.Checks)
	if v.Verified {
		d.headWith("PROVEN,", "by recomputing")
		column = max(column, 8)
		for _, c := range v.Checks {
			d.check(c.OK, c.Name, c.Detail, column)
		}
		if v.Secret != "" {
			d.check(true, "secret", v.Secret, column)
		}
		if len(v.Checks) == 0 && v.Secret == "" {
			d.text(d.st.dim, "The signature holds.", 1)
		}
		return
	}
	part := func(belongs func(webhook.Check) bool, head, more string) {
		for _, c := range v.Checks {
			if !belongs(c) {
				continue
			}
			if head != "" {
				d.headWith(head, more)
				head = ""
			}
			d.check(c.OK, c.Name, c.Detail, column)
		}
	}
	part(func(c webhook.Check) bool { return !c.OK && !c.Hint }, "FOUND", "")
	part(func(c webhook.Check) bool { return c.OK && !c.Hint }, "RULED OUT,", "by recomputing")
	part(func(c webhook.Check) bool { return c.Hint }, "LOOKS,", "no proof: anyone can write a header")
}

// titled is a symbol and a sentence, and the word that scripts know it by.
func titled(d *doc, look, symbol, title, word string) {
	l := d.newLine()
	room := d.w - 2*margin
	if n := text.Width(text.Printable(word)); word != "" && text.Width(text.Printable(title))+2+2+n <= room {
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
		n = max(n, text.Width(text.Printable(c.Name)))
	}
	return min(n, 16) + 2
}

func (p *detail) verified(m *model, d *doc) {
	st, x := &m.st, p.d
	o := webhook.Explained(x)
	symbol, look := st.own(x) // what the app said stands below
	titled(d, look, symbol, o.Title, answered(x))
	if o.Why != "" {
		d.blank()
		d.text(st.text, o.Why, 0)
	}
	if !x.ReverifiedAt.IsZero() {
		d.blank()
		d.text(st.text, fmt.Sprintf("It was rejected at first, and verified when it was judged again, %s. The sender was told %d and may send it once more: that will be a duplicate.", text.Ago(x.ReverifiedAt, m.now), x.Answer.Status), 0)
	}
	if o.Fix != "" {
		d.head("FIX", copiesFix)
		d.text(st.strong, o.Fix, 1)
	}
	if p.code != "" {
		d.head("ONE-TIME CODE", "y o copies it")
		d.text(st.strong, p.code, 1)
	}
	// What went wrong stands first: all else is as it should be.
	said, ok := webhook.AppSaid(x.Forwards)
	appFirst := ok && said.Failed()
	if appFirst {
		p.app(m, d, o.Fix == "")
	}
	p.did(m, d)
	d.checks(x.Verdict)
	if !appFirst {
		p.app(m, d, o.Fix == "")
	}
}

// answered is what the sender was told, and how soon.
func answered(x *webhook.Delivery) string {
	if x.Answer.Status == 0 {
		return ""
	}
	return strings.Join(nonEmpty(number(x.Answer.Status), text.Took(x.Duration)), " · ")
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
	symbol, look := st.mark(x)
	title := "Resent to the app"
	if x.ParentID > 0 {
		title = fmt.Sprintf("Resend of #%d, to the app", x.ParentID)
	}
	titled(d, look, symbol, title, strings.TrimPrefix(appSaid(x), "→"))
	d.blank()
	d.text(st.text, "It went past hooktop's own door: nothing changed here. The Tries tab has every delivery of this message.", 0)
	if len(x.Forwards) == 0 {
		d.head("YOUR APP said", "")
		switch {
		case x.AppFailure != "":
			d.mark(st.bad, "✗", st.text, x.AppError, 1)
		case x.AppStatus == 0:
			d.text(st.dim, "nothing yet", 1)
		default:
			d.mark(st.theirs(x), appMark(x.AppStatus), st.text, fmt.Sprintf("%d  %s", x.AppStatus, text.Took(x.Duration)), 1)
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
// it did not take what verified here. first says that no fix stands above.
func (p *detail) app(m *model, d *doc, first bool) {
	st, x := &m.st, p.d
	if len(x.Forwards) == 0 {
		return
	}
	f, _ := webhook.AppSaid(x.Forwards)
	latest := webhook.Latest(x.Forwards)
	head := "YOUR APP said"
	if len(latest) > 1 {
		head = "YOUR APPS said"
	}
	d.head(head, text.Ago(f.At, m.now))
	for _, each := range latest {
		look, symbol, said := st.bad, "✗", each.Error
		if !each.Failed() {
			look, symbol = st.ok, "✓"
		}
		if each.Status > 0 {
			said = fmt.Sprint(each.Status)
		}
		d.mark(look, symbol, st.text, strings.Join(nonEmpty(said, text.Took(each.Duration), shortURL(each.Target)), "  "), 1)
	}
	says, fix := advice.On(*x, f)
	if says == "" {
		return
	}
	d.blank()
	if !first && fix == x.Verdict.Fix && !x.Verdict.Verified {
		d.text(st.text, "It does not verify here either: the fix above is for both.", 1)
		return
	}
	d.text(st.text, says, 1)
	if r := f.Header.Get(webhook.AuthReason); r != "" {
		d.text(st.dim, "x-clerk-auth-reason: "+r, 1)
	}
	if fix != "" {
		remark := ""
		if first {
			remark = copiesFix
		}
		d.head("FIX", remark)
		d.text(st.strong, fix, 1)
	}
}

// fix is the first fix that stands on the tab that is shown, "" where nothing
// is to be fixed.
func (p *detail) fix() string {
	d := p.d
	if d == nil {
		return ""
	}
	of := func() string {
		said, ok := webhook.AppSaid(d.Forwards)
		if !ok {
			return ""
		}
		_, fix := advice.On(*d, said)
		return fix
	}
	if p.tab == tabForwards || appAlone(d) {
		return of()
	}
	fix := d.Verdict.Fix
	if d.Verdict.Verified {
		fix = webhook.Explained(d).Fix
	}
	if fix == "" {
		fix = of()
	}
	return fix
}
