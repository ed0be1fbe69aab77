package tui

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/advice"
	"github.com/hooktop/hooktop/tui/text"
)

// request shows the request as it came.
func (p *detail) request(m *model, d *doc) {
	st, x := &m.st, p.d
	const column = 13
	d.mark(st.strong, text.OrNone(x.Method), st.text, text.OrNone(x.URL), 0)
	d.blank()
	at := x.At.In(m.now.Location())
	d.pair(st.dim, "received", st.text, at.Format("2006-01-02 15:04:05.000 MST")+", "+text.Ago(x.At, m.now), column)
	from := nonEmpty(string(x.Origin), x.RemoteAddr)
	d.pair(st.dim, "came by", st.text, strings.Join(from, ", from "), column)
	d.pair(st.dim, "host", st.text, x.Host, column)
	d.pair(st.dim, "message", st.text, x.MessageID, column)
	if x.Attempt > 0 {
		d.pair(st.dim, "attempt", st.text, fmt.Sprint(x.Attempt), column)
	}
	if x.ParentID > 0 {
		d.pair(st.dim, "resend of", st.text, fmt.Sprintf("#%d", x.ParentID), column)
	}
	d.head("HEADERS", text.Plural(len(x.Header), "header"))
	d.headers(x.Header, signs)
	if x.Answer.Status == 0 {
		return
	}
	d.head("ANSWERED", text.Took(x.Duration))
	d.text(st.text, fmt.Sprintf("%d %s", x.Answer.Status, http.StatusText(x.Answer.Status)), 0)
	d.text(st.dim, string(x.Answer.Body[:min(len(x.Answer.Body), mostAnswered)]), 0)
}

// mostAnswered is how much of an answer is shown, in bytes: an app that answers
// may answer with a page, which the Forwards tab has.
const mostAnswered = 2 << 10

// signs says whether a header is part of the signature: these come first.
func signs(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "svix-") || strings.HasPrefix(name, "webhook-") || name == "stripe-signature"
}

// headers lists all values of all headers, in an order that is always the same.
func (d *doc) headers(h http.Header, first func(name string) bool) {
	names := make([]string, 0, len(h))
	longest := 0
	for name := range h {
		names = append(names, name)
		longest = max(longest, text.Width(text.Printable(name)))
	}
	slices.SortFunc(names, func(a, b string) int {
		if fa, fb := first(a), first(b); fa != fb {
			if fa {
				return -1
			}
			return 1
		}
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	if len(names) == 0 {
		d.text(d.st.dim, "none were kept", 0)
	}
	column := min(longest+2, 20)
	for _, name := range names {
		look := d.st.dim
		if first(name) {
			look = d.st.accent
		}
		for _, v := range h[name] {
			d.pair(look, strings.ToLower(name), d.st.text, v, column)
		}
	}
}

func neverFirst(string) bool { return false }

// bodyHead stands above a body, whose lines are drawn as they come into sight.
func (p *detail) bodyHead(d *doc) {
	st, x := d.st, p.d
	switch {
	case x.Bytes > int64(len(x.Body)):
		d.text(st.warn, text.Size(x.Bytes)+" came, and were not kept: the body is larger than --max-body.", 0)
		return
	case len(x.Body) == 0:
		d.text(st.dim, "The request had no body.", 0)
		return
	}
	kind := " of text"
	if p.body.json {
		kind = " of JSON, laid out"
	} else if p.raw {
		kind = ", as they came; p lays out"
	} else if p.body.binary {
		kind = ", not all of them text"
	}
	wrapped := "w cuts long lines"
	if !p.wrap {
		wrapped = "w wraps long lines"
	}
	left := []chip{{"", " "}, {st.dim, text.Size(x.Bytes) + kind}}
	d.lines = append(d.lines, ends(d.w, left, []chip{{st.dim, "  " + wrapped + " "}}), text.Spaces(d.w))
}

// forwards lists the sendings to the app with what it answered.
func (p *detail) forwards(m *model, d *doc) {
	x := p.d
	if len(x.Forwards) == 0 {
		p.noForwards(m, d)
		return
	}
	for i := len(x.Forwards) - 1; i >= 0; i-- {
		f := x.Forwards[i]
		d.blank()
		remark := ""
		if said, ok := webhook.AppSaid(x.Forwards); ok && f.ID == said.ID && f.Target == said.Target {
			remark = copiesFix
		}
		p.forward(m, d, f, x, remark)
	}
}

func (p *detail) forward(m *model, d *doc, f webhook.Forward, x *webhook.Delivery, remark string) {
	st := &m.st
	look, said := st.bad, "no answer"
	if !f.Failed() {
		look = st.ok
	}
	if f.Status > 0 {
		said = strings.TrimSpace(fmt.Sprintf("%d %s", f.Status, http.StatusText(f.Status)))
	}
	right := when(f.At, m.now, timeDate-1) + " · " + text.Ago(f.At, m.now) + " "
	d.lines = append(d.lines, ends(d.w, []chip{{"", " "}, {look, appMark(f.Status) + " "}, {st.strong, said}, {st.dim, "  " + text.Took(f.Duration)}}, []chip{{st.dim, "  " + right}}))
	d.text(st.dim, webhook.Redacted(f.Target), 2)
	if f.Error != "" {
		d.text(st.bad, f.Error, 2)
	}
	if says, fix := advice.On(*x, f); says != "" {
		d.blank()
		d.text(st.text, says, 2)
		if fix != "" {
			d.head("FIX", remark)
			d.text(st.strong, fix, 2)
		}
	}
	if len(f.Header) > 0 {
		d.blank()
		d.headers(f.Header, neverFirst)
	}
	if len(f.Body) == 0 {
		return
	}
	d.blank()
	d.bodyLines(newBodyText(f.Body))
	if f.Truncated {
		d.text(st.dim, "… cut: only the beginning is kept", 0)
	}
}

// mostAnswer is how many lines of an app's answer are shown.
const mostAnswer = 200

func (d *doc) bodyLines(t bodyText) {
	w := d.w - 2*margin
	pieces := t.pieces(w, true)
	for _, p := range pieces[:min(len(pieces), mostAnswer)] {
		l := d.newLine()
		l.left -= margin
		t.draw(d.st, p, l, w)
		l.left += margin
		d.add(l)
	}
	if n := len(pieces) - mostAnswer; n > 0 {
		d.text(d.st.dim, fmt.Sprintf("… and %s more", text.Plural(n, "line")), 0)
	}
}

func (p *detail) noForwards(m *model, d *doc) {
	x := p.d
	if len(m.setup.Apps) == 0 {
		d.text(m.st.text, "This delivery went to no app.", 0)
		d.blank()
		d.text(m.st.dim, "Start with --forward-to http://localhost:3000/api/webhooks/clerk, or press F, and every delivery goes on to your app, with what it answered shown here. Then r sends this one too.", 0)
		return
	}
	takes := func(a App) bool { return a.Pattern.Takes(x.Provider, x.Type) }
	if x.Verdict.Verified && !slices.ContainsFunc(m.setup.Apps, takes) {
		d.text(m.st.text, "No app takes "+kindOf(x)+": it goes on to none of "+m.setup.routes()+".", 0)
	} else {
		d.text(m.st.text, "This delivery was not sent on to "+strings.Join(m.setup.urls(), ", ")+".", 0)
	}
	d.blank()
	d.text(m.st.dim, "r sends it now, signed afresh.", 0)
}
