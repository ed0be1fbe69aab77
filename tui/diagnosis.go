package tui

import (
	"fmt"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/receiver/webhook/resolution"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// diagnosis shows why a delivery was rejected and what to do, or what made it
// genuine and what it did; and the app's response.
func (p *detail) diagnosis(m *model, d *draw.Doc) {
	x := p.d
	p.dealtWith(m, d)
	switch {
	case appAlone(x):
		p.resentHead(m, d)
		p.app(m, d, true)
		checks(d, &m.styles, x.Verdict)
	case !x.Verdict.Rejected():
		p.verified(m, d)
	default:
		p.rejected(m, d)
		p.app(m, d, false)
	}
}

// dealtWith says first how a failure was resolved, or that it was acknowledged: what
// follows is what had been wrong.
func (p *detail) dealtWith(m *model, d *draw.Doc) {
	st, x := &m.styles, p.d
	done := resolution.Text(*x)
	if done == "" {
		return
	}
	symbol, look := st.mark(x)
	titled(d, st, look, symbol, done, "")
	if x.ResolvedBy == 0 {
		d.Text(st.Dim, text.Ago(x.AcknowledgedAt, m.now)+". a undoes it.", 2)
	}
	d.Head("WHAT WENT WRONG", "")
}

// copiesFix is shown beside the fix that y and f copy.
const copiesFix = "y f copies it"

// appAlone reports whether a delivery is a resend that went only to the app.
func appAlone(x *webhook.Delivery) bool { return x.Origin == webhook.Resend && x.Outcome == "" }

func (p *detail) rejected(m *model, d *draw.Doc) {
	st, v := &m.styles, p.d.Verdict
	titled(d, st, st.Bad, "✗", text.OrNone(v.Title), string(v.Code))
	d.Break()
	evidence(d, st, v)
	if v.Fix != "" {
		d.Head("FIX", copiesFix)
		d.Text(st.Strong, v.Fix, 1)
	}
	checks(d, st, v)
}

// checks lists the checks. For a rejection the failed ones come first: they are
// the evidence of its cause. The passed ones rule out other causes.
func checks(d *draw.Doc, st *styles, v webhook.Verdict) {
	column := checkColumn(v.Checks)
	if v.Unverified {
		d.Head("SIGNATURE", "")
		d.Text(st.Text, strings.TrimSuffix(v.Title, ".")+": "+v.Detail, 1)
		for _, c := range v.Checks {
			d.Check(c.OK, c.Name, c.Detail, max(column, 8))
		}
		return
	}
	if v.Verified {
		d.Head("CHECKS PASSED", "")
		column = max(column, 8)
		for _, c := range v.Checks {
			d.Check(c.OK, c.Name, c.Detail, column)
		}
		if v.Secret != "" {
			d.Check(true, "secret", v.Secret, column)
		}
		if len(v.Checks) == 0 && v.Secret == "" {
			d.Text(st.Dim, "The signature is valid.", 1)
		}
		return
	}
	part := func(belongs func(webhook.Check) bool, head, more string) {
		for _, c := range v.Checks {
			if !belongs(c) {
				continue
			}
			if head != "" {
				d.HeadWith(head, more)
				head = ""
			}
			d.Check(c.OK, c.Name, c.Detail, column)
		}
	}
	part(func(c webhook.Check) bool { return !c.OK && !c.Hint }, "PROBLEM", "")
	part(func(c webhook.Check) bool { return c.OK && !c.Hint }, "RULED OUT", "")
	part(func(c webhook.Check) bool { return c.Hint }, "HINTS", "(headers can be faked)")
}

// titled adds a symbol and a sentence, and the word that scripts know it by.
func titled(d *draw.Doc, st *styles, look draw.Style, symbol, title, word string) {
	l := d.NewLine()
	if word != "" && titleFits(d, title, word) {
		l.Put(look, symbol+" ").Put(st.Strong, title)
		l.Gap(l.Left()-draw.Margin-text.Width(text.Printable(word))).Put(look, word)
		d.Add(l)
		return
	}
	d.Item(look, symbol, st.Strong, title, 0)
	if word != "" {
		d.Text(look, word, 2)
	}
}

// titleFits reports whether a title and its word fit on one line.
func titleFits(d *draw.Doc, title, word string) bool {
	return text.Width(text.Printable(title))+2+2+text.Width(text.Printable(word)) <= d.W-2*draw.Margin
}

func checkColumn(cs []webhook.Check) int {
	n := 0
	for _, c := range cs {
		n = max(n, text.Width(text.Printable(c.Name)))
	}
	return min(n, 16) + 2
}

func (p *detail) verified(m *model, d *draw.Doc) {
	st, x := &m.styles, p.d
	o := explainOutcome(x)
	// What went wrong stands first: all else is as it should be.
	said, ok := webhook.DecidingForward(x.Forwards)
	appFirst := ok && said.Failed()
	if cause := x.FirstCause(); appFirst && !x.Refused() {
		word := string(cause)
		if !titleFits(d, cause.Title(), word) {
			word = "" // the title says it, too
		}
		titled(d, st, st.Warn, "!", cause.Title(), word)
		if len(webhook.LatestForwards(x.Forwards)) > 1 {
			p.app(m, d, o.Fix == "")
		} else { // the title has said what the heading would
			d.Text(st.Dim, answerLine(said, text.Ago(said.At, m.now)), 2)
			p.appAdvice(m, d, o.Fix == "")
		}
		d.Head("IN HOOKTOP", "")
		appFirst = false
	}
	symbol, look := st.markHere(x)
	titled(d, st, look, symbol, o.Title, answered(x))
	if o.Why != "" {
		d.Break()
		d.Text(st.Text, o.Why, 0)
	}
	if !x.ReverifiedAt.IsZero() {
		d.Break()
		d.Text(st.Text, fmt.Sprintf("It was rejected at first, but passed when re-verified, %s. The sender got a %d and may send it again: that will be a duplicate.", text.Ago(x.ReverifiedAt, m.now), x.Answer.Status), 0)
	}
	if o.Fix != "" {
		d.Head("FIX", copiesFix)
		d.Text(st.Strong, o.Fix, 1)
	}
	if p.code != "" {
		d.Head("ONE-TIME CODE", "y o copies it")
		d.Text(st.Strong, p.code, 1)
	}
	if appFirst {
		p.app(m, d, o.Fix == "")
	}
	p.did(m, d)
	checks(d, st, x.Verdict)
	if !ok || !said.Failed() {
		p.app(m, d, o.Fix == "")
	}
}

// answered returns what the sender was told, and how soon.
func answered(x *webhook.Delivery) string {
	if x.Answer.Status == 0 {
		return ""
	}
	return strings.Join(nonEmpty(number(x.Answer.Status), text.Took(x.Duration)), " · ")
}

// did shows what the delivery did to the user.
func (p *detail) did(m *model, d *draw.Doc) {
	x := p.d
	if x.UserID == "" && x.Email == "" && x.Change == nil {
		return
	}
	d.Head("RESULT", "")
	if x.Change != nil {
		changes(d, &m.styles, x.Change, 1)
		return
	}
	d.Text(m.styles.Dim, "no change to "+strings.Join(nonEmpty(x.Email, x.UserID), "  "), 1)
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

func (p *detail) resentHead(m *model, d *draw.Doc) {
	st, x := &m.styles, p.d
	symbol, look := st.mark(x)
	title := "Resent to the app"
	if x.ParentID > 0 {
		title = fmt.Sprintf("Resend of #%d, to the app", x.ParentID)
	}
	titled(d, st, look, symbol, title, strings.TrimPrefix(appStatusText(x), "→"))
	d.Break()
	d.Text(st.Text, "It went straight to the app, so nothing changed here. The Tries tab lists every delivery of this message.", 0)
	if len(x.Forwards) == 0 {
		d.Head("YOUR APP'S RESPONSE", "")
		switch {
		case x.AppFailure != "":
			d.Item(st.Bad, "✗", st.Text, x.AppError, 1)
		case x.AppStatus == 0:
			d.Text(st.Dim, "nothing yet", 1)
		default:
			d.Item(st.appLook(x), appMark(x.AppStatus), st.Text, fmt.Sprintf("%d  %s", x.AppStatus, text.Took(x.Duration)), 1)
		}
	}
}

func appMark(status int) string {
	if status >= 200 && status < 300 {
		return "✓"
	}
	return "✗"
}

// app shows the app's response, and what it means if the app rejected what
// verified here. first says that no fix is shown above.
func (p *detail) app(m *model, d *draw.Doc, first bool) {
	st, x := &m.styles, p.d
	if len(x.Forwards) == 0 {
		return
	}
	f, _ := webhook.DecidingForward(x.Forwards)
	latest := webhook.LatestForwards(x.Forwards)
	head := "YOUR APP'S RESPONSE"
	if len(latest) > 1 {
		head = "YOUR APPS' RESPONSES"
	}
	d.Head(head, text.Ago(f.At, m.now))
	for _, each := range latest {
		look, symbol, said := st.Bad, "✗", each.Error
		if !each.Failed() {
			look, symbol = st.OK, "✓"
		}
		if each.Status > 0 {
			said = fmt.Sprint(each.Status)
		}
		d.Item(look, symbol, st.Text, strings.Join(nonEmpty(said, text.Took(each.Duration), shortURL(each.Target)), "  "), 1)
	}
	p.appAdvice(m, d, first)
}

// answerLine returns where a forward went and how long the answer took, and the error
// if there was none.
func answerLine(f webhook.Forward, ago string) string {
	said := f.Error
	if f.Status > 0 {
		said = ""
	}
	return strings.Join(nonEmpty(said, shortURL(f.Target), text.Took(f.Duration), ago), " · ")
}

// appAdvice shows what the app's response means, and what to do.
func (p *detail) appAdvice(m *model, d *draw.Doc, first bool) {
	st, x := &m.styles, p.d
	f, _ := webhook.DecidingForward(x.Forwards)
	a := adviceOn(*x, f, m.deps.App())
	says, fix := a.Says, a.Fix
	if says == "" {
		return
	}
	d.Break()
	if !first && fix == x.Verdict.Fix && x.Verdict.Rejected() {
		d.Text(st.Text, "It was rejected by hooktop, too: the fix above applies to both.", 1)
		return
	}
	d.Text(st.Text, says, 1)
	if r := f.Header.Get(webhook.AuthReason); r != "" {
		d.Text(st.Dim, "x-clerk-auth-reason: "+r, 1)
	}
	if fix != "" {
		remark := ""
		if first {
			remark = copiesFix
		}
		d.Head("FIX", remark)
		d.Text(st.Strong, fix, 1)
	}
}

// fix returns the first fix on the current tab, "" if there is none; app is what is
// known about the app.
func (p *detail) fix(app advice.App) string {
	d := p.d
	if d == nil {
		return ""
	}
	of := func() string {
		said, ok := webhook.DecidingForward(d.Forwards)
		if !ok {
			return ""
		}
		return adviceOn(*d, said, app).Fix
	}
	if p.tab == tabForwards || appAlone(d) {
		return of()
	}
	fix := d.Verdict.Fix
	if !d.Verdict.Rejected() {
		fix = explainOutcome(d).Fix
	}
	if fix == "" {
		fix = of()
	}
	return fix
}
