package tunnel

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// redactingHandler removes the token from log records: ngrok quotes it in some
// errors, and the SDK logs those in full.
type redactingHandler struct {
	slog.Handler
	token string
}

func redactingLogger(to *slog.Logger, token string) *slog.Logger {
	if to == nil {
		// Without a logger the SDK warns on slog's default one, which is stderr.
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(redactingHandler{to.Handler(), token})
}

func (h redactingHandler) Handle(ctx context.Context, r slog.Record) error {
	clean := slog.NewRecord(r.Time, r.Level, redact(r.Message, h.token), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		clean.AddAttrs(h.attr(a))
		return true
	})
	return h.Handler.Handle(ctx, clean)
}

func (h redactingHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return redactingHandler{h.Handler.WithAttrs(h.attrs(attrs)), h.token}
}

func (h redactingHandler) WithGroup(name string) slog.Handler {
	return redactingHandler{h.Handler.WithGroup(name), h.token}
}

func (h redactingHandler) attrs(in []slog.Attr) []slog.Attr {
	out := make([]slog.Attr, len(in))
	for i, a := range in {
		out[i] = h.attr(a)
	}
	return out
}

func (h redactingHandler) attr(a slog.Attr) slog.Attr {
	a.Value = a.Value.Resolve()
	switch a.Value.Kind() {
	case slog.KindGroup:
		a.Value = slog.GroupValue(h.attrs(a.Value.Group())...)
	case slog.KindString:
		a.Value = slog.StringValue(redact(a.Value.String(), h.token))
	case slog.KindAny:
		// A value that holds the token is logged as text, because its fields cannot
		// be changed here.
		text := fmt.Sprintf("%+v", a.Value.Any())
		if clean := redact(text, h.token); clean != text {
			a.Value = slog.StringValue(strings.TrimSpace(clean))
		}
	default: // numbers and times cannot hold the token
	}
	return a
}
