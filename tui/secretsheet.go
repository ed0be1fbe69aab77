package tui

import (
	"cmp"
	"context"
	"regexp"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hooktop/hooktop/tui/draw"
	"github.com/hooktop/hooktop/tui/text"
)

// savingSecret says what runs while a signing secret is taken.
const savingSecret = "taking the signing secret"

// secretSheet takes a signing secret. Of what is typed no more is ever shown than its
// last four characters, and nothing is kept once the sheet is closed.
type secretSheet struct {
	typed string
	// problem is what is wrong with what was typed so far.
	problem string
	// err is why it could not be taken.
	err Problem
	// choices are whether to write it to the .env file.
	choices options
	first   int
}

func (m *model) cannotPasteSecret() string {
	if m.deps.SaveSecret == nil {
		return "cannot take a signing secret here: put it into " + m.setup.envFile()
	}
	return ""
}

// envFile returns the file that secrets are written to.
func (s Setup) envFile() string { return cmp.Or(s.EnvFile, ".env.local") }

func (m *model) openSecret() tea.Cmd {
	m.sheet = &secretSheet{choices: options{n: 2}}
	return nil
}

func (s *secretSheet) press(m *model, k tea.KeyPressMsg, _ action) tea.Cmd {
	switch k.String() {
	case "up", "ctrl+p":
		s.choices.move(-1)
	case "down", "ctrl+n", "tab", "shift+tab":
		s.choices.move(1)
	case "enter":
		return s.save(m)
	case "esc":
		s.typed = ""
		return m.close()
	case "backspace":
		if r := []rune(s.typed); len(r) > 0 {
			s.set(m, string(r[:len(r)-1]))
		}
	case "ctrl+u":
		s.set(m, "")
	default:
		if k.Text != "" {
			s.set(m, s.typed+k.Text)
		}
	}
	return nil
}

// maxSecret is more than any list of signing secrets takes.
const maxSecret = 4096

func (s *secretSheet) set(m *model, typed string) {
	s.typed, s.problem, s.err = head(typed, maxSecret), "", Problem{}
	if m.deps.CheckSecret != nil && s.typed != "" {
		s.problem = hideSecret(m.deps.CheckSecret(s.typed), s.typed)
	}
}

// pastedSecret finds the secret in a pasted line of a .env file.
var pastedSecret = regexp.MustCompile(`whsec_[^\s"'` + "`" + `,]+`)

// paste replaces what was typed: nobody pastes half a secret.
func (s *secretSheet) paste(m *model, pasted string) {
	if found := pastedSecret.FindAllString(pasted, 2); len(found) == 1 {
		pasted = found[0]
	}
	s.set(m, strings.Join(strings.Fields(pasted), " "))
}

func (s *secretSheet) save(m *model) tea.Cmd {
	if s.typed == "" || s.problem != "" {
		return nil // the sheet says why
	}
	save, typed, write := m.deps.SaveSecret, s.typed, s.choices.at == 1
	return m.inBackground(savingSecret, func(ctx context.Context) (func() tea.Cmd, error) {
		said, err := save(ctx, typed, write)
		return func() tea.Cmd { return s.saved(m, typed, said, err) }, nil
	})
}

// saved closes the sheet once the secret was taken; an error keeps it open.
func (s *secretSheet) saved(m *model, typed, said string, err error) tea.Cmd {
	open := m.sheet == sheet(s)
	if err != nil {
		st := failure(err)
		st.what, st.fix = hideSecret(st.what, typed), hideSecret(st.fix, typed)
		if !open {
			return m.setStatus(st)
		}
		s.err = Problem{st.what, st.fix}
		return nil
	}
	s.typed = ""
	if open {
		m.sheet = nil
	}
	m.steps.chosen = false
	return m.setStatus(good(hideSecret(said, typed)))
}

// hideSecret removes a secret from a text that should not contain it.
func hideSecret(s, secret string) string {
	for _, part := range []string{secret, strings.TrimPrefix(secret, "whsec_")} {
		if len(part) >= 8 {
			s = strings.ReplaceAll(s, part, "…"+lastFour(part))
		}
	}
	return s
}

// lastFour returns the end of a text that is long enough to give that much away.
func lastFour(s string) string {
	if r := []rune(s); len(r) >= 20 {
		return string(r[len(r)-4:])
	}
	return ""
}

// masked returns what is shown of a secret.
func masked(secret string, room int) string {
	end := lastFour(secret)
	n := len([]rune(secret)) - len([]rune(end))
	return strings.Repeat("•", max(min(n, room-8), 0)) + orWhy(end != "", "…"+end, "")
}

func (s *secretSheet) view(m *model, w, h int) (string, *draw.Doc, []hint) {
	st := &m.styles
	d := draw.NewDoc(&st.Styles, w)
	roomy := h >= 13
	if roomy {
		d.Skip()
		d.Text(st.Dim, "Clerk Dashboard → Webhooks → your endpoint → Signing Secret: copy it and paste it here.", 1)
		d.Skip()
	}
	l := draw.NewLine(w).Gap(1).Put(st.Accent, "› ")
	if s.typed == "" {
		l.Put(st.Accent, "▏").Put(st.Dim, "whsec_…")
	} else {
		l.Put(st.Text, masked(s.typed, l.Left())).Put(st.Accent, "▏")
	}
	d.Add(l)
	s.says(m, d)
	if roomy {
		d.Skip()
	}
	s.first = len(d.Lines)
	column := text.Width(text.Printable(m.setup.envFile())) + 28
	option(d, st, "", "use it now", "until hooktop ends", s.choices.at == 0, false, column)
	option(d, st, "", "use it, and write it to "+m.setup.envFile(), "for your app, too", s.choices.at == 1, false, column)
	if roomy {
		d.Skip()
		if !m.conn.public() {
			d.Text(st.Dim, "No endpoint at Clerk yet? That needs a public URL first: step 2.", 1)
			d.Skip()
		}
	}
	return "Signing secret", d, []hint{m.keys.hint(actEnter, "use it"), {"↑↓", "choose"}, m.keys.hint(actBack, "cancel")}
}

// says tells what is right or wrong with what was typed: always in at least one line,
// so that the sheet holds still.
func (s *secretSheet) says(m *model, d *draw.Doc) {
	st := &m.styles
	switch {
	case m.doing.what == savingSecret:
		d.Text(st.Dim, orWhy(m.doing.slow, m.spinner()+" ", "")+m.doing.what+" …", 1)
	case s.err.Text != "":
		d.Item(st.Bad, "✗", st.Text, s.err.Text, 1)
		d.Text(st.Dim, s.err.Fix, 3)
	case s.typed == "":
		d.Text(st.Dim, "What you paste is not shown.", 1)
	case s.problem != "":
		d.Item(st.Warn, "!", st.Text, s.problem, 1)
	default:
		d.Item(st.OK, "✓", st.Text, "has the form of a signing secret ("+text.Plural(len([]rune(s.typed)), "character")+")", 1)
	}
}

func (s *secretSheet) click(_ *model, line int) tea.Cmd {
	if i := line - s.first; i >= 0 && i < s.choices.n {
		s.choices.at = i
	}
	return nil
}

func (s *secretSheet) wheel(*model, int) {}
func (s *secretSheet) width() int        { return sheetWidth }
