package tui

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/pagetext"
	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// requestDoc shows the request as received.
func (p *detail) requestDoc(m *model, d *draw.Doc) {
	st, x := &m.styles, p.d
	const column = 13
	d.Item(st.Strong, text.OrNone(x.Method), st.Text, text.OrNone(x.URL), 0)
	d.Break()
	at := x.At.In(m.now.Location())
	d.Pair(st.Dim, "received", st.Text, at.Format("2006-01-02 15:04:05.000 MST")+", "+text.Ago(x.At, m.now), column)
	from := nonEmpty(string(x.Origin), x.RemoteAddr)
	d.Pair(st.Dim, "via", st.Text, strings.Join(from, ", from "), column)
	d.Pair(st.Dim, "host", st.Text, x.Host, column)
	d.Pair(st.Dim, "message", st.Text, x.MessageID, column)
	if x.Attempt > 0 {
		d.Pair(st.Dim, "attempt", st.Text, fmt.Sprint(x.Attempt), column)
	}
	if x.ParentID > 0 {
		d.Pair(st.Dim, "resend of", st.Text, fmt.Sprintf("#%d", x.ParentID), column)
	}
	d.Head("HEADERS", text.Plural(len(x.Header), "header"))
	headers(d, st, x.Header, signs)
	if x.Answer.Status == 0 {
		return
	}
	d.Head("RESPONSE", text.Took(x.Duration))
	d.Text(st.Text, fmt.Sprintf("%d %s", x.Answer.Status, http.StatusText(x.Answer.Status)), 0)
	d.Text(st.Dim, string(x.Answer.Body[:min(len(x.Answer.Body), maxAnswerBytes)]), 0)
}

// maxAnswerBytes is how much of a response is shown: an app may respond with a
// page, which the Forwards tab shows.
const maxAnswerBytes = 2 << 10

// signs reports whether a header belongs to the signature: these come first.
func signs(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "svix-") || strings.HasPrefix(name, "webhook-") || name == "stripe-signature"
}

// headers lists all values of all headers, always in the same order.
func headers(d *draw.Doc, st *styles, h http.Header, first func(name string) bool) {
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
		d.Text(st.Dim, "none kept", 0)
	}
	column := min(longest+2, 20)
	for _, name := range names {
		look := st.Dim
		if first(name) {
			look = st.Accent
		}
		for _, v := range h[name] {
			d.Pair(look, strings.ToLower(name), st.Text, v, column)
		}
	}
}

func neverFirst(string) bool { return false }

// bodyHead adds the line above a body. The body's lines are drawn as they come
// into view.
func (p *detail) bodyHead(st *styles, d *draw.Doc) {
	x := p.d
	switch {
	case x.Cut():
		d.Text(st.Warn, "Truncated: "+text.Size(x.Bytes)+" received, the first "+text.Size(int64(len(x.Body)))+" kept.", 0)
	case x.Bytes > int64(len(x.Body)):
		d.Text(st.Warn, text.Size(x.Bytes)+" received but not kept: the body is larger than --max-body.", 0)
		return
	case len(x.Body) == 0:
		d.Text(st.Dim, "The request had no body.", 0)
		return
	}
	kind := " of text"
	if p.body.json {
		kind = " of JSON, formatted"
	} else if p.raw {
		kind = ", raw; p: format"
	} else if p.body.binary {
		kind = ", partly not text"
	}
	wrapped := "w: don't wrap"
	if !p.wrap {
		wrapped = "w: wrap"
	}
	left := []draw.Chip{draw.Gap(1), st.Dim.Chip(text.Size(int64(len(x.Body))) + kind)}
	d.Lines = append(d.Lines, draw.Ends(d.W, left, []draw.Chip{st.Dim.Chip("  " + wrapped + " ")}))
	d.Skip()
}

// forwards lists the forwards to the app and its responses.
func (p *detail) forwards(m *model, d *draw.Doc) {
	x := p.d
	sent := p.sentAs(m, d)
	switch {
	case len(x.Forwards) == 0 && sent:
		return
	case len(x.Forwards) == 0:
		p.noForwards(m, d)
		return
	}
	for i := len(x.Forwards) - 1; i >= 0; i-- {
		f := x.Forwards[i]
		d.Break()
		remark := ""
		if said, ok := webhook.DecidingForward(x.Forwards); ok && f.ID == said.ID && f.Target == said.Target {
			remark = copiesFix
		}
		p.forward(m, d, f, x, remark)
	}
}

// sentAs lists the resends that an app got, newest first, and reports whether there are
// any.
func (p *detail) sentAs(m *model, d *draw.Doc) (any bool) {
	for i := range p.resends {
		r := &p.resends[i]
		said := strings.TrimPrefix(appStatusText(r), "→")
		if said == "" {
			continue
		}
		symbol := "✓"
		if r.AppFailed() {
			symbol = "✗"
		}
		d.Item(m.styles.appLook(r), symbol, m.styles.Text, fmt.Sprintf("sent as #%d: %s, %s", r.ID, said, text.Ago(r.At, m.now)), 0)
		any = true
	}
	return any
}

func (p *detail) forward(m *model, d *draw.Doc, f webhook.Forward, x *webhook.Delivery, remark string) {
	st := &m.styles
	look, said := st.Bad, "no answer"
	if !f.Failed() {
		look = st.OK
	}
	if f.Status > 0 {
		said = strings.TrimSpace(fmt.Sprintf("%d %s", f.Status, http.StatusText(f.Status)))
	}
	right := when(f.At, m.now, timeDate-1) + " · " + text.Ago(f.At, m.now) + " "
	d.Lines = append(d.Lines, draw.Ends(d.W, []draw.Chip{draw.Gap(1), look.Chip(appMark(f.Status) + " "), st.Strong.Chip(said), st.Dim.Chip("  " + text.Took(f.Duration))}, []draw.Chip{st.Dim.Chip("  " + right)}))
	d.Text(st.Dim, webhook.WithoutPassword(f.Target), 2)
	if f.Error != "" {
		d.Text(st.Bad, f.Error, 2)
	}
	if a := adviceOn(*x, f, m.deps.App()); a.Says != "" {
		d.Break()
		d.Text(st.Text, a.Says, 2)
		if a.Fix != "" {
			d.Head("FIX", remark)
			d.Text(st.Strong, a.Fix, 2)
		}
	}
	if len(f.Header) > 0 {
		d.Break()
		headers(d, st, f.Header, neverFirst)
	}
	if len(f.Body) == 0 {
		return
	}
	d.Break()
	if lines, ok := pagetext.Of(f.Header, f.Body); ok {
		d.Text(st.Dim, "The text of a web page of "+text.Size(int64(len(f.Body)))+":", 0)
		bodyLines(d, st, bodyText{lines: lines})
		return
	}
	bodyLines(d, st, newBodyText(f.Body))
	if f.Truncated {
		d.Text(st.Dim, "… only the beginning was kept", 0)
	}
}

// maxAnswerLines is how many lines of an app's response are shown.
const maxAnswerLines = 200

func bodyLines(d *draw.Doc, st *styles, t bodyText) {
	w := d.W - 2*draw.Margin
	pieces := t.pieces(w, true)
	for _, p := range pieces[:min(len(pieces), maxAnswerLines)] {
		l := d.NewLine()
		l.Keep(draw.Margin)
		t.draw(st, p, l, w)
		d.Add(l)
	}
	if n := len(pieces) - maxAnswerLines; n > 0 {
		d.Text(st.Dim, fmt.Sprintf("… and %s more", text.Plural(n, "line")), 0)
	}
}

func (p *detail) noForwards(m *model, d *draw.Doc) {
	x := p.d
	if len(m.setup.Apps) == 0 {
		d.Text(m.styles.Text, "Not forwarded.", 0)
		d.Break()
		d.Text(m.styles.Dim, "Press F to forward deliveries to your app and see its responses here. Then r resends this one, too.", 0)
		return
	}
	takes := func(a App) bool { return a.Pattern.Takes(x.Provider, x.Type) }
	if x.VouchedBy() != "" && !slices.ContainsFunc(m.setup.Apps, takes) {
		d.Text(m.styles.Text, "Not forwarded: no app takes "+eventName(x)+". Forwarding: "+m.setup.routes(), 0)
	} else {
		d.Text(m.styles.Text, "Not forwarded to "+strings.Join(m.setup.urls(), ", ")+".", 0)
	}
	d.Break()
	d.Text(m.styles.Dim, "r sends it now, re-signed.", 0)
}
