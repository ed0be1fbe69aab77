package receiver

import (
	"container/heap"
	"context"
	"slices"
	"sync"
	"time"
)

// settling is how long the first id waits for others: deliveries that were
// committed together are enqueued by different goroutines, in any order.
const settling = 5 * time.Millisecond

// idQueue holds the ids of deliveries that wait for an app, the lowest first: ids
// grow in the order of commit.
type idQueue struct {
	mu    sync.Mutex
	ids   ids
	most  int
	added chan struct{} // capacity one
}

func newIDQueue(most int) *idQueue { return &idQueue{most: most, added: make(chan struct{}, 1)} }

// add adds an id and reports whether there was room.
func (q *idQueue) add(id int64) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.ids) >= q.most {
		return false
	}
	heap.Push(&q.ids, id)
	select {
	case q.added <- struct{}{}:
	default:
	}
	return true
}

// next waits for the lowest id; ok is false once ctx has ended or enough has
// fired.
func (q *idQueue) next(ctx context.Context, enough <-chan time.Time) (id int64, ok bool) {
	for ctx.Err() == nil {
		if id, ok := q.pop(); ok {
			return id, true
		}
		select {
		case <-ctx.Done():
		case <-enough:
			return 0, false
		case <-q.added:
			settled := time.NewTimer(settling)
			select {
			case <-ctx.Done():
			case <-settled.C:
			}
			settled.Stop()
		}
	}
	return 0, false
}

func (q *idQueue) pop() (id int64, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.ids) == 0 {
		return 0, false
	}
	return heap.Pop(&q.ids).(int64), true
}

// rest removes and returns all ids, in order.
func (q *idQueue) rest() []int64 {
	q.mu.Lock()
	defer q.mu.Unlock()
	rest := slices.Sorted(slices.Values(q.ids))
	q.ids = nil
	return rest
}

func (q *idQueue) length() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.ids)
}

// ids is a heap.
type ids []int64

func (h ids) Len() int           { return len(h) }
func (h ids) Less(i, j int) bool { return h[i] < h[j] }
func (h ids) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *ids) Push(x any)        { *h = append(*h, x.(int64)) }
func (h *ids) Pop() any {
	last := len(*h) - 1
	id := (*h)[last]
	*h = (*h)[:last]
	return id
}
