package relay

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/tunnel/relay/standin"
)

// What goes to the relay, byte for byte, as the public sources of both official clients
// write it: svix-cli/src/relay/message.rs in svix/svix-webhooks, and
// packages/cli-core/src/commands/webhooks/relay-protocol.ts in clerk/cli.
func TestOurFramesAreThoseOfTheProtocol(t *testing.T) {
	s := serve(t, standin.Options{})
	r := open(t, s, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("content-type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"a":"<&>"}`))
	}), nil)
	live(t, r)
	if err := s.Send(soon(t), string(token), false, []byte(`{"type":"event","version":1,"data":{"id":"2Nm","method":"POST","headers":{"svix-id":"msg_1"},"body":"eyJhIjoxfQ=="}}`)); err != nil {
		t.Fatal(err)
	}
	if err := s.Until(soon(t), func() bool { return len(s.Frames()) == 2 }); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{
		`{"type":"start","version":1,"data":{"token":"c_AbCd123456"}}`,
		`{"type":"event","version":1,"data":{"id":"2Nm","status":400,"headers":{"Content-Type":"application/json"},"body":"eyJhIjoiPCY+In0="}}`,
	} {
		if got := s.Frames()[i]; string(got.Text) != want || got.Binary {
			t.Errorf("frame %d is %s, binary %v", i, got.Text, got.Binary)
		}
	}
}

// sent is a frame as Svix's own types read it: every field is there, and no other.
type sent struct {
	Type    string `json:"type"`
	Version uint16 `json:"version"`
	Data    struct {
		Token   string             `json:"token"`
		ID      string             `json:"id"`
		Status  uint16             `json:"status"`
		Headers *map[string]string `json:"headers"`
		Body    *string            `json:"body"`
	} `json:"data"`
}

func parseSent(t *testing.T, f standin.Frame) sent {
	t.Helper()
	var s sent
	d := json.NewDecoder(bytes.NewReader(f.Text))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil {
		t.Fatalf("%.200s: %v", f.Text, err)
	}
	if s.Type == "event" && (s.Data.Headers == nil || s.Data.Body == nil) {
		t.Fatalf("%.200s lacks headers or body", f.Text)
	}
	return s
}

func TestAnEmptyAnswerHasAllItsFields(t *testing.T) {
	s := serve(t, standin.Options{})
	r := open(t, s, &app{}, nil)
	live(t, r)
	send(t, http.MethodPost, r.URL(), nil, nil)
	f := parseSent(t, s.Frames()[1])
	if f.Data.Status != 200 || len(*f.Data.Headers) != 0 || *f.Data.Body != "" {
		t.Errorf("answered %s", s.Frames()[1].Text)
	}
}

// A sender that is told to come back is told when.
func TestARefusalForNowSaysWhenToTryAgain(t *testing.T) {
	for status, want := range map[int]bool{http.StatusServiceUnavailable: true, http.StatusRequestEntityTooLarge: false} {
		if got := strings.Contains(string(refusal(status, "no").frame([]byte(`"1"`))), `"Retry-After"`); got != want {
			t.Errorf("%d has Retry-After: %t", status, got)
		}
	}
}
