package saved

import (
	"bytes"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// The command that hooktop writes is the one that it reads, byte for byte.
func TestReadsTheCurlCommandsThatItWrites(t *testing.T) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	for name, body := range map[string][]byte{
		"JSON": []byte(`{"a":"it's \"$x\" \\ \n 100% é😀"}`), "every byte": all, "empty": {}, "newlines": []byte("\n\na\n\n"), "an @": []byte("@body.json"),
		"an option": []byte("-n x"), "CR LF": []byte("a\r\nb\r\n"), "not UTF-8": []byte("\xff\xfe{}"),
	} {
		header := http.Header{"Svix-Id": {"msg_1"}, "Svix-Signature": {"v1,a= v1,b=", "v1,c="}, "X-Odd": {"it's é \x01 100% \\ -"}, "X-Empty": {""}}
		const target = "http://localhost:3000/hook?a=[1]&b={c,d}&e='é'"
		text := "#!/bin/sh\n# exported\n\n" + CurlCommand(target, header, body) + "\n"
		r, err := Choice{}.Read(strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
			continue
		}
		want := webhook.Request{Method: http.MethodPost, URL: "/hook?a=[1]&b={c,d}&e='é'", Host: "localhost:3000", Header: header, Body: body}
		if !bytes.Equal(r.Body, body) || r.URL != want.URL || r.Host != want.Host || r.Method != want.Method || !reflect.DeepEqual(r.Header, header) {
			t.Errorf("%s:\nread %+v\nwant %+v\nof %s", name, r.Request, want, text)
		}
	}
}
