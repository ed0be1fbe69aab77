package receiver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// SecretPath is where a running hooktop takes a signing secret from a command.
const SecretPath = "/_hooktop/secret"

// maxPrivate limits a private request and its answer, in bytes.
const maxPrivate = 64 << 10

// private returns the handler of a request from a hooktop command of this machine, nil
// for any other request: whoever lacks the token learns nothing.
func (r *Receiver) private(req *http.Request) func(w http.ResponseWriter) {
	answer := r.Private[req.URL.Path]
	if answer == nil || req.Method != http.MethodPost || !r.Self.knows(req.Header) {
		return nil
	}
	return func(w http.ResponseWriter) {
		body, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxPrivate))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		said, err := answer(req.Context(), body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		w.Header().Set(instanceHeader, r.Self.ID)
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(said) // who asked may have gone
	}
}

// Ask sends a private request to the instance, and reads its answer into what answer
// points to.
func (i Instance) Ask(ctx context.Context, path string, request, answer any) error {
	body, err := json.Marshal(request)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, i.URL+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("ask %s: %w", i.URL, err)
	}
	req.Header.Set(tokenHeader, i.Token)
	client, err := i.connect(ctx)
	if err != nil {
		return fmt.Errorf("ask %s: %w", i.URL, err)
	}
	defer client.CloseIdleConnections()
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("ask %s: %w", i.URL, err)
	}
	defer res.Body.Close()
	if !i.answered(res) {
		said, _ := io.ReadAll(io.LimitReader(res.Body, 200))
		return fmt.Errorf("%s answered %d: %s", i.URL, res.StatusCode, message(said))
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxPrivate)).Decode(answer); err != nil {
		return fmt.Errorf("ask %s: %w", i.URL, err)
	}
	return nil
}
