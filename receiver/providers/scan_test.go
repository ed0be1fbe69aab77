package providers

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// oddEvents are what encoding/json reads in a way of its own: each must come to the
// same event in one pass.
var oddEvents = []string{
	``, ` `, `null`, `[]`, `"x"`, `{`, `{}`, `{} x`, ` {"type":"x"} `, "\ufeff{}", `{"type":"x",}`, `{"type" "x"}`, `{"type":"x" "data":1}`,
	`{"type":"a","type":"b"}`, `{"Type":"a"}`, `{"type":"a","TYPE":"b"}`, `{"\u0074ype":"a"}`, `{"type":"\u0061"}`, `{"type":"é"}`, "{\"type\":\"\xff\"}", "{\"type\":\"a\nb\"}",
	`{"type":null}`, `{"type":1}`, `{"type":"x","timestamp":"1716883200000"}`, `{"type":"x","timestamp":""}`, `{"type":"x","timestamp":null}`,
	`{"type":"x","timestamp":01}`, `{"type":"x","timestamp":1.}`, `{"type":"x","timestamp":.5}`, `{"type":"x","timestamp":1e400}`, `{"type":"x","timestamp":-0}`, `{"type":"x","timestamp":+1}`, `{"type":"x","timestamp":1E+12}`, `{"type":"x","timestamp":1e}`, `{"type":"x","timestamp":-}`,
	`{"type":"user.created","data":null}`, `{"type":"user.created","data":[]}`, `{"type":"user.created","data":{"id":null}}`, `{"type":"user.created"}`,
	`{"type":"user.created","data":{"id":"u"},"data":{"email_addresses":[{"email_address":"a@b"}]}}`,
	`{"type":"user.created","data":{"id":"u","ID":"v"}}`, `{"type":"user.created","data":{"id":"u","email_addreſſes":[{"email_address":"a@b"}]}}`,
	`{"type":"user.created","data":{"id":"u","email_addresses":null}}`, `{"type":"user.created","data":{"id":"u","email_addresses":[null,{"email_address":"a@b"}]}}`,
	`{"type":"user.created","data":{"id":"u","email_addresses":[{"email_address":"a@b","id":"1"}],"email_addresses":[{"email_address":"c@d"}]}}`,
	`{"type":"user.created","data":{"id":"u","primary_email_address_id":"2","email_addresses":[{"email_address":"a@b","id":"1"},{"email_address":"c@d","id":"2"}]}}`,
	`{"type":"user.created","data":{"id":"u","primary_email_address_id":null,"email_addresses":[{"email_address":"","id":"1"},{"email_address":"c@d"}]}}`,
	`{"type":"user.created","timestamp":1716883200,"data":{"id":"u","updated_at":1716883200123,"email_addresses":[{"email_address":"a@b"}]}}`,
	`{"type":"user.created","timestamp":1716883200,"data":{"id":"u","updated_at": "x" ,"email_addresses":[{"email_address":"a@b"}]}}`,
	`{"type":"user.created","data":{"id":"u","updated_at":null,"email_addresses":[{"email_address":"a@b"}]}}`,
	`{"type":"user.deleted","timestamp":1716883200,"data":{"id":"u","deleted":true}}`, `{"type":"user.deleted","data":{"id":""}}`,
	`{"type":"session.created","instance_id":"ins_1","data":{"id":7}}`, `{"type":"session.created","instance_id":null}`, `{"type":"x","a":"\x"}`, `{"type":"x","a":"\u12g4"}`, `{"type":"x","a":"\ud800"}`, `{"type":"x","a":tru}`, `{"type":"x","a":nul}`, `{"type":"x","a":"`, `{"type":"x","a":"\`,
	`{"id":"evt_1","type":"invoice.paid","created":1795341600,"data":null}`, `{"id":"evt_1","type":"invoice.paid","created":1795341600,"data":{"object":null}}`,
	`{"id":"evt_1","type":"invoice.paid","created":"1795341600","data":{"object":{"customer":"c"},"object":{}}}`, `{"id":"evt_1","type":"invoice.paid","created":null,"data":{"object":{"customer":"c"},"previous_attributes":{"object":1}}}`,
	`{"id":"evt_1","type":"invoice.paid","created":1795341600,"data":{"Object":{"customer":"c"}}}`, `{"object":"v2.core.event","type":"v1.x","created":"2026-12-01T00:00:00Z","data":{}}`,
	`{"id":null,"object":"event","account":null,"type":"customer.created","data":{"object":{"id":"cus_1"}}}`,
}

// FuzzScan holds the reader of one pass to encoding/json.
func FuzzScan(f *testing.F) {
	files, err := filepath.Glob("testdata/*/*.json")
	if err != nil || len(files) == 0 {
		f.Fatalf("no payloads to start from: %v", err)
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	for _, body := range oddEvents {
		f.Add([]byte(body))
	}
	for _, depth := range []int{98, 99, 100, 9_999, 10_000, 10_001} {
		f.Add([]byte(`{"type":"x","a":` + strings.Repeat("[", depth) + strings.Repeat("]", depth) + `}`))
		f.Add([]byte(`{"type":"x","data":` + strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth) + `}`))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if got, want := (Clerk{}).Parse(body), parseClerk(body); !reflect.DeepEqual(got, want) {
			t.Errorf("Clerk's event in one pass is %+v, with encoding/json %+v", got, want)
		}
		if got, want := (Stripe{}).Parse(body), (Stripe{}).parse(body); !reflect.DeepEqual(got, want) {
			t.Errorf("Stripe's event in one pass is %+v, with encoding/json %+v", got, want)
		}
	})
}

// Every sample that hooktop makes, and every event that its senders document, is read
// in one pass: otherwise that pass is only a cost.
func TestScanReadsOrdinaryEvents(t *testing.T) {
	for _, p := range All() {
		for _, event := range p.Samples() {
			body, err := p.Sample(webhook.Sample{Type: event})
			if err != nil {
				t.Fatal(err)
			}
			if !scans(p, body) {
				t.Errorf("%s is read with encoding/json", event)
			}
		}
		files, err := filepath.Glob("testdata/" + p.Name() + "/*.json")
		if err != nil || len(files) == 0 {
			t.Fatalf("no payloads of %s: %v", p.Name(), err)
		}
		for _, file := range files {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if !scans(p, body) {
				t.Errorf("%s is read with encoding/json", file)
			}
		}
	}
}

func scans(p webhook.Provider, body []byte) (ok bool) {
	if p == webhook.Provider(Clerk{}) {
		_, ok = scanClerk(body)
		return ok
	}
	_, ok = scanStripe(body)
	return ok
}

func BenchmarkParse(b *testing.B) {
	body, err := Clerk{}.Sample(webhook.Sample{Type: "user.created", Set: []webhook.Assignment{{Path: "data.unsafe_metadata.note", Value: []byte(`"` + strings.Repeat("x", 900) + `"`)}}})
	if err != nil {
		b.Fatal(err)
	}
	b.Run("one pass", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			Clerk{}.Parse(body)
		}
	})
	b.Run("encoding json", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		b.ReportAllocs()
		for b.Loop() {
			parseClerk(body)
		}
	})
}
