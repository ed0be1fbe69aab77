package tui

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/query"
)

// poison puts hostile text into texts: before what is there and where nothing
// is, or only after what is there.
type poison struct {
	text  string
	after bool
	// named has it put into the values of closed sets (outcomes, codes, states)
	// as well: another release may have written the database.
	named bool
}

func (p poison) into(s string) string {
	switch {
	case strings.Contains(s, p.text) || s == "" && p.after:
		return s
	case p.after:
		return s + p.text
	}
	return p.text + s
}

// value poisons every text in a value, whatever fields it comes to have: a new
// field of a struct is covered without a change here.
func (p poison) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() && (p.named || v.Type() == reflect.TypeFor[string]()) {
			v.SetString(p.into(v.String()))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				p.value(v.Field(i))
			}
		}
	case reflect.Pointer:
		if v.IsNil() && (p.after || !v.CanSet()) {
			return
		}
		n := reflect.New(v.Type().Elem())
		if !v.IsNil() {
			n.Elem().Set(v.Elem())
		}
		p.value(n.Elem())
		if v.CanSet() {
			v.Set(n)
		}
	case reflect.Slice:
		p.slice(v)
	case reflect.Map:
		if v.CanSet() && v.Type().Key().Kind() == reflect.String {
			p.entries(v)
		}
	case reflect.Interface:
		if err, ok := v.Interface().(error); ok && v.CanSet() {
			v.Set(reflect.ValueOf(p.err(err)))
		}
	default: // it holds no text
	}
}

func (p poison) slice(v reflect.Value) {
	if !v.CanSet() {
		return
	}
	if v.Type().Elem().Kind() == reflect.Uint8 {
		body := string(v.Bytes())
		switch {
		case strings.Contains(body, p.text):
		case p.after:
			v.SetBytes([]byte(p.into(body)))
		default: // most of it is still JSON, laid out and coloured
			v.SetBytes([]byte(`{"` + strings.ReplaceAll(p.text, "\x00", "") + `": "` + p.text + `", "n": [1, true]}`))
		}
		return
	}
	if v.Len() == 0 && p.after {
		return
	}
	n := reflect.MakeSlice(v.Type(), max(v.Len(), 1), max(v.Len(), 1))
	reflect.Copy(n, v)
	for i := range n.Len() {
		p.value(n.Index(i))
	}
	v.Set(n)
}

func (p poison) entries(v reflect.Value) {
	n := reflect.MakeMap(v.Type())
	add := func(key, value reflect.Value) {
		k, e := reflect.New(key.Type()).Elem(), reflect.New(value.Type()).Elem()
		k.SetString(p.into(key.String()))
		e.Set(value)
		p.value(e)
		n.SetMapIndex(k, e)
	}
	for key, value := range v.Seq2() {
		add(key, value)
	}
	if !p.after {
		add(reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem())
	}
	v.Set(n)
}

// err is an error, and what to do about it, in hostile words.
func (p poison) err(err error) error {
	return fmt.Errorf("%w: %w", err, hintedError{p.into("went wrong"), p.into("mend it")})
}

func poisoned[T any](p poison, v T) T {
	p.value(reflect.ValueOf(&v).Elem())
	return v
}

// poisonedStore is a store whose every answer is poisoned. It embeds nothing, so
// that a new method of Store has to come here.
type poisonedStore struct {
	*poison
	s Store
}

func (s poisonedStore) Search(ctx context.Context, p query.Page) (query.Found, error) {
	f, err := s.s.Search(ctx, p)
	for i := range f.Deliveries {
		f.Deliveries[i] = poisoned(*s.poison, f.Deliveries[i])
	}
	return f, err
}

func (s poisonedStore) Deliveries(ctx context.Context, p query.Page) ([]webhook.Delivery, error) {
	rows, err := s.s.Deliveries(ctx, p)
	for i := range rows {
		rows[i] = poisoned(*s.poison, rows[i])
	}
	return rows, err
}

func (s poisonedStore) Delivery(ctx context.Context, id int64) (webhook.Delivery, error) {
	d, err := s.s.Delivery(ctx, id)
	return poisoned(*s.poison, d), err
}

func (s poisonedStore) Users(ctx context.Context, p webhook.UserPage) ([]webhook.UserRecord, error) {
	rows, err := s.s.Users(ctx, p)
	for i := range rows {
		rows[i] = poisoned(*s.poison, rows[i])
	}
	return rows, err
}

func (s poisonedStore) Moment(ctx context.Context, at int64) (webhook.Moment, error) {
	m, err := s.s.Moment(ctx, at)
	if len(m.Users) > 0 {
		m = poisoned(*s.poison, m)
	}
	return m, err
}

func (s poisonedStore) Counts(ctx context.Context) (webhook.Counts, error) {
	c, err := s.s.Counts(ctx)
	return poisoned(*s.poison, c), err
}

func (s poisonedStore) Causes(ctx context.Context) ([]query.Failures, error) {
	list, err := s.s.Causes(ctx)
	for i := range list {
		list[i] = poisoned(*s.poison, list[i])
	}
	return list, err
}

// dashboard returns a dashboard all of whose functions answer with hostile text,
// those that have no answer here included, or fail with hostile words.
func (p poison) dashboard(s *memory, failing bool) Dashboard {
	for i := range s.rows {
		if i >= len(s.rows)-40 { // as many as are looked at
			s.rows[i] = poisoned(p, s.rows[i])
		}
	}
	for i := range s.users {
		s.users[i] = poisoned(p, s.users[i])
	}
	return p.functions(toApps(reverifying(s)), s, failing)
}

// functions makes all functions of a dashboard answer with hostile text.
func (p poison) functions(d Dashboard, s *memory, failing bool) Dashboard {
	d.Store = poisonedStore{&p, s}
	v := reflect.ValueOf(&d).Elem()
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() != reflect.Func {
			if f.Kind() != reflect.Interface {
				p.value(f)
			}
			continue
		}
		do, fails := reflect.ValueOf(f.Interface()), failing && v.Type().Field(i).Name != "Remembered"
		f.Set(reflect.MakeFunc(f.Type(), func(args []reflect.Value) []reflect.Value {
			results := make([]reflect.Value, f.Type().NumOut())
			if !do.IsNil() {
				results = do.Call(args)
			}
			for j := range results {
				r := reflect.New(f.Type().Out(j)).Elem()
				if results[j].IsValid() {
					r.Set(results[j])
				}
				if r.Type() == reflect.TypeFor[error]() {
					if fails {
						r.Set(reflect.ValueOf(p.err(errors.New("failed"))))
					}
				} else {
					p.value(r)
				}
				results[j] = r
			}
			return results
		}))
	}
	d.Theme = "" // it is the user's own
	return d
}
