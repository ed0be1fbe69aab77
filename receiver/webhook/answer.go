package webhook

import (
	"encoding/json"
	"net/http"
)

// Answer is the HTTP answer to the sender of a delivery.
type Answer struct {
	// Status is the HTTP status, 0 if there was no sender to answer.
	Status int
	// Body is a JSON object with at least a message.
	Body []byte
}

// answerBody is the body of every answer.
type answerBody struct {
	Message  string `json:"message"`
	Code     Code   `json:"code,omitempty"`
	Detail   string `json:"detail,omitempty"`
	UserID   string `json:"userId,omitempty"`
	HeldBy   string `json:"heldBy,omitempty"`
	Delivery int64  `json:"delivery,omitempty"`
}

// AnswerTo returns the answer to a delivery whose ID, Verdict, Outcome, UserID and
// HeldBy are final. Send it only after the delivery was committed.
func AnswerTo(d Delivery) Answer {
	switch d.Outcome {
	case Created:
		return plainAnswer("User created")
	case Updated:
		return plainAnswer("User updated")
	case Unchanged:
		return plainAnswer("User unchanged")
	case Deleted:
		return plainAnswer("User deleted")
	case Synced:
		return plainAnswer("Subscription synced")
	case Unlinked:
		return plainAnswer("No matching user yet")
	case Unhandled:
		return plainAnswer("Event type not handled")
	case Duplicate:
		return plainAnswer("Already processed")
	case Stale:
		return plainAnswer("Stale event ignored")
	case MissingEmail:
		return answer(http.StatusBadRequest, answerBody{Message: "User has no email address", UserID: d.UserID})
	case Malformed:
		return answer(http.StatusBadRequest, answerBody{Message: "Malformed event", Detail: d.Note, Delivery: d.ID})
	case Conflict:
		message := "Email already belongs to another user"
		if d.AboutBilling() {
			message = "Customer or subscription already belongs to another user"
		}
		return answer(http.StatusConflict, answerBody{Message: message, UserID: d.UserID, HeldBy: d.HeldBy})
	case Rejected:
		return answerRejected(d)
	}
	return Answer{}
}

func answerRejected(d Delivery) Answer {
	s := answerBody{Message: "Invalid webhook signature", Code: d.Verdict.Code, Delivery: d.ID}
	switch d.Verdict.Code {
	case WrongPath:
		s.Message = "No webhook path"
		return answer(http.StatusNotFound, s)
	case WrongMethod:
		s.Message = "Method not allowed"
		return answer(http.StatusMethodNotAllowed, s)
	case TooLarge:
		s.Message = "Body too large"
		return answer(http.StatusRequestEntityTooLarge, s)
	case IncompleteBody:
		s.Message = "Incomplete body"
		return answer(http.StatusBadRequest, s)
	default:
		return answer(http.StatusBadRequest, s)
	}
}

func answer(status int, s answerBody) Answer {
	b, err := json.Marshal(s)
	if err != nil { // only strings and numbers: cannot happen
		panic(err)
	}
	return Answer{Status: status, Body: b}
}

// plainAnswer is a 200 whose message needs no escaping: the answer to nearly every
// delivery.
func plainAnswer(message string) Answer {
	return Answer{Status: http.StatusOK, Body: []byte(`{"message":"` + message + `"}`)}
}

// NoAppAnswer returns the answer to the sender if the app should have answered but
// gave no complete answer; f is the forward to it.
func NoAppAnswer(f Forward) Answer {
	s := answerBody{Message: "The app gave no answer", Detail: f.Error, Delivery: f.DeliveryID}
	if f.Failure == Timeout {
		s.Message = "The app did not answer in time"
		return answer(http.StatusGatewayTimeout, s)
	}
	return answer(http.StatusBadGateway, s)
}

// Refusal returns the answer to a request that is not captured: 404, 405, 500 or 503.
func Refusal(status int) Answer {
	message := map[int]string{
		http.StatusNotFound:            "Not found",
		http.StatusMethodNotAllowed:    "Method not allowed",
		http.StatusInternalServerError: "Not captured",
		http.StatusServiceUnavailable:  "Too much in flight, send it again",
	}[status]
	return answer(status, answerBody{Message: message})
}
