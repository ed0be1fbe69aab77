package standin

import (
	"bytes"
	"encoding/binary"
	"encoding/json"

	"golang.ngrok.com/muxado/v2"
)

// The stream types of the agents' protocol. An agent opens the first kind, the
// service the second; each stream carries one request and its answer, as JSON.
const (
	typeAuth   muxado.StreamType = 0
	typeBind   muxado.StreamType = 1
	typeUnbind muxado.StreamType = 2
	typeInfo   muxado.StreamType = 8

	typeProxy      muxado.StreamType = 3
	typeStopTunnel muxado.StreamType = 9
)

// Auth is a sign-in.
type Auth struct {
	ClientID string `json:"ClientId"` // what the service called this agent before; "" the first time
	Extra    struct {
		Authtoken          string
		Cookie             string // what the service gave this agent before
		ClientType         string
		Version            string
		UserAgent          string
		HeartbeatInterval  int64 // ns
		HeartbeatTolerance int64 // ns
	}
}

type authAnswer struct {
	Version  string
	ClientID string `json:"ClientId"`
	Error    string
	Extra    struct {
		Version        string
		Region         string
		Cookie         string
		AccountName    string
		PlanName       string
		AgentSessionID string
	}
}

// Bind is the request for an endpoint.
type Bind struct {
	ID         string `json:"Id"` // what the service called it before; "" the first time
	Proto      string
	ForwardsTo string
	Opts       json.RawMessage
	Extra      struct {
		Token          string // what the service gave for it before
		Metadata       string
		PoolingEnabled bool
	}
}

// URL is the URL asked for, or "".
func (b Bind) URL() string { return b.opts().URL }

// TrafficPolicy is the policy for the edge, or "".
func (b Bind) TrafficPolicy() string { return b.opts().TrafficPolicy }

func (b Bind) opts() (o struct{ URL, TrafficPolicy string }) {
	_ = json.Unmarshal(b.Opts, &o) // absent in a bind without options
	return o
}

type bindAnswer struct {
	ID    string `json:"Id"`
	URL   string
	Proto string
	Opts  json.RawMessage // comes back in the bind after a reconnect
	Error string
	Extra struct {
		Token    string
		TunnelID string
	}
}

type unbind struct {
	ID string `json:"Id"`
}

type answer struct {
	Error string
	Extra any
}

type infoAnswer struct{ Region string }

type stopTunnel struct {
	ID        string `json:"Id"`
	Message   string
	ErrorCode string
}

// proxyHeader comes before the bytes of a public connection.
type proxyHeader struct {
	ID             string `json:"Id"`
	ClientAddr     string
	Proto          string
	EdgeType       string
	PassthroughTLS bool
}

// encode gives the length and the header for one write: an agent that reads
// them apart would take the rest of the header for the sender's first bytes.
func (h proxyHeader) encode() ([]byte, error) {
	body, err := json.Marshal(h)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := binary.Write(&b, binary.LittleEndian, int64(len(body))); err != nil {
		return nil, err
	}
	b.Write(body)
	return b.Bytes(), nil
}
