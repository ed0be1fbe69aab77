package lazyregexp

import (
	"reflect"
	"regexp"
	"testing"
)

// A mistake must not wait for the input that needs the expression.
func TestAnInvalidExpressionPanicsInTests(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	New(`a(`)
}

// Each method calls its namesake.
func TestItIsARegexp(t *testing.T) {
	const text, in = `a(.)`, "xabyac"
	lazy, plain := reflect.ValueOf(New(text)), reflect.ValueOf(regexp.MustCompile(text))
	args := map[reflect.Type]reflect.Value{
		reflect.TypeFor[string]():              reflect.ValueOf(in),
		reflect.TypeFor[[]byte]():              reflect.ValueOf([]byte(in)),
		reflect.TypeFor[int]():                 reflect.ValueOf(-1),
		reflect.TypeFor[func(string) string](): reflect.ValueOf(func(s string) string { return s + "!" }),
		reflect.TypeFor[func([]byte) []byte](): reflect.ValueOf(func(b []byte) []byte { return append([]byte("!"), b...) }),
	}
	for i := range lazy.NumMethod() {
		method := lazy.Type().Method(i)
		var in []reflect.Value
		for a := range method.Type.NumIn() - 1 {
			in = append(in, args[method.Type.In(a+1)])
		}
		got, want := lazy.Method(i).Call(in)[0].Interface(), plain.MethodByName(method.Name).Call(in)[0].Interface()
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", method.Name, got, want)
		}
	}
}
