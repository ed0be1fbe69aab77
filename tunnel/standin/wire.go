package standin

import (
	"bytes"
	"encoding/binary"
	"encoding/json"

	"golang.ngrok.com/muxado/v2"
)

// The stream types of the agents' protocol. Agents open the first group, the
// service opens the second. Each stream carries one request and its answer as JSON.
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
	ClientID string `json:"ClientId"` // the id that the service gave this agent; "" the first time
	Extra    struct {
		Authtoken          string
		Cookie             string // the cookie that the service gave this agent; "" the first time
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

// Bind is a request for an endpoint.
type Bind struct {
	ID         string `json:"Id"` // the id that the service gave the endpoint; "" the first time
	Proto      string
	ForwardsTo string
	Opts       json.RawMessage
	Extra      struct {
		Token          string // the token that the service gave for it; "" the first time
		Metadata       string
		PoolingEnabled bool
	}
}

// URL returns the requested URL, or "".
func (b Bind) URL() string { return b.opts().URL }

// TrafficPolicy returns the policy for the edge, or "".
func (b Bind) TrafficPolicy() string { return b.opts().TrafficPolicy }

func (b Bind) opts() (o struct{ URL, TrafficPolicy string }) {
	_ = json.Unmarshal(b.Opts, &o) // a bind may have no options
	return o
}

type bindAnswer struct {
	ID    string `json:"Id"`
	URL   string
	Proto string
	Opts  json.RawMessage // the agent repeats them in the bind after a reconnect
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

// proxyHeader precedes the bytes of a public connection.
type proxyHeader struct {
	ID             string `json:"Id"`
	ClientAddr     string
	Proto          string
	EdgeType       string
	PassthroughTLS bool
}

// encode returns the length and the header as one slice, for a single write: if
// they came apart, the agent would take the rest of the header for the sender's
// first bytes.
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
