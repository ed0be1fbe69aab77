package receiver

import (
	"io"
	"log"
	"net/http"
	"time"
)

// Server wraps a handler with the limits that a hostile public side calls for:
// slow headers, slow bodies and idle connections end, long headers are refused.
// complaints takes what net/http has to say; nil drops it.
func Server(h http.Handler, complaints *log.Logger) *http.Server {
	if complaints == nil { // to net/http that is standard error, under the dashboard
		complaints = log.New(io.Discard, "", 0)
	}
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      40 * time.Second,
		IdleTimeout:       15 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          complaints,
		// Also OPTIONS * is a path that is not there.
		DisableGeneralOptionsHandler: true,
	}
}
