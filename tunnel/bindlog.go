package tunnel

import (
	"context"
	"log/slog"
	"reflect"
)

// bindLog is a log handler that sees at which URL ngrok put the endpoint. After a
// reconnect the SDK still says the first URL, and has the new one only in its log.
type bindLog struct {
	slog.Handler
	bound func(url string)
}

// Enabled is true for all levels, because the answers are logged at the lowest. The
// handler below decides what is written.
func (bindLog) Enabled(context.Context, slog.Level) bool { return true }

func (b bindLog) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "resp" {
			if url := boundURL(a.Value.Any()); url != "" {
				b.bound(url)
			}
		}
		return true
	})
	if !b.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return b.Handler.Handle(ctx, r)
}

func (b bindLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return bindLog{b.Handler.WithAttrs(attrs), b.bound}
}

func (b bindLog) WithGroup(name string) slog.Handler {
	return bindLog{b.Handler.WithGroup(name), b.bound}
}

// boundURL returns the URL of an answer to a bind, "" for any other value. The type
// of that answer is internal to the SDK.
func boundURL(answer any) string {
	v := reflect.Indirect(reflect.ValueOf(answer))
	if v.Kind() != reflect.Struct || v.Type().Name() != "BindResp" {
		return ""
	}
	url, refusal := v.FieldByName("URL"), v.FieldByName("Error")
	if !url.IsValid() || url.Kind() != reflect.String || !refusal.IsValid() || refusal.Kind() != reflect.String || refusal.String() != "" {
		return ""
	}
	return url.String()
}
