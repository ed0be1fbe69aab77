package webhook

import "slices"

// DriftStep is one event of a backfill: the one that brings its user in step or,
// with Interim, one before it that makes its address free.
type DriftStep struct {
	Departure
	Interim bool
}

// PlanBackfill orders the events that bring users in step. An address is one
// user's at a time, so whoever holds it gives it up before another gets it:
// first the deletions, then along the chain of who waits for whom. Where users
// exchange addresses in a ring, one of them gets an interim one. Differences
// that no event can mend are left out; an event that is sure to be refused,
// for a second user with the same address there, comes last.
func PlanBackfill(list []Departure) []DriftStep {
	p := plan{list: list, holder: map[string]int{}, waiting: map[string][]int{}, placed: make([]bool, len(list))}
	wanted := map[string]bool{}
	var last []DriftStep
	for i, d := range list {
		switch {
		case d.State == DriftExtra:
			p.steps = append(p.steps, DriftStep{Departure: d})
		case !d.mendable(): // it keeps its address, and nobody waits for it
		case wanted[d.There]: // of two users with one address there, one can have it
			last = append(last, DriftStep{Departure: d})
		default:
			wanted[d.There] = true
			if d.State == DriftEmail {
				p.holder[d.Here] = i
			}
			continue
		}
		p.placed[i] = true
	}
	for i, d := range list {
		if _, held := p.holder[d.There]; held && !p.placed[i] {
			p.waiting[d.There] = append(p.waiting[d.There], i)
		}
	}
	for i, d := range list {
		if _, held := p.holder[d.There]; !held {
			p.place(i)
		}
	}
	for i := range list {
		if !p.placed[i] {
			p.breakRing(i)
		}
	}
	return append(p.steps, last...)
}

// mendable says whether an event can give the user its address: not where there
// is none, nor where it was deleted here, for good.
func (d Departure) mendable() bool {
	return d.State != DriftDeletedHere && d.There != ""
}

// Hopeless gives those whose event is sure to be refused, for another user has
// the address: by their ids the ids of those others. holders are the users here,
// by the addresses that some want.
func Hopeless(list []Departure, holders map[string]string) map[string]string {
	gives, first, hopeless := map[string]bool{}, map[string]string{}, map[string]string{}
	for _, d := range list {
		gives[d.UserID] = d.State == DriftExtra || d.State == DriftEmail && d.mendable()
		switch earlier, twice := first[d.There]; {
		case d.State == DriftExtra || !d.mendable():
		case twice:
			hopeless[d.UserID], gives[d.UserID] = earlier, false
		default:
			first[d.There] = d.UserID
		}
	}
	for more := true; more; { // who gets nothing gives up nothing
		more = false
		for _, d := range list {
			holder := holders[d.There]
			if hopeless[d.UserID] != "" || d.State == DriftExtra || !d.mendable() || holder == "" || holder == d.UserID || gives[holder] {
				continue
			}
			hopeless[d.UserID], gives[d.UserID], more = holder, false, true
		}
	}
	return hopeless
}

type plan struct {
	list   []Departure
	holder map[string]int
	// waiting are those that want an address that is held.
	waiting map[string][]int
	placed  []bool
	steps   []DriftStep
}

// place adds a user's event, and those of the users that waited for it.
func (p *plan) place(i int) {
	ready := []int{i}
	for len(ready) > 0 {
		i, ready = ready[0], ready[1:]
		if p.placed[i] {
			continue
		}
		p.placed[i] = true
		p.steps = append(p.steps, DriftStep{Departure: p.list[i]})
		ready = append(ready, p.release(i)...)
	}
}

// release frees the address that a user held, and gives those who waited.
func (p *plan) release(i int) []int {
	d := p.list[i]
	if holder, held := p.holder[d.Here]; !held || holder != i {
		return nil
	}
	waited := p.waiting[d.Here]
	delete(p.holder, d.Here)
	delete(p.waiting, d.Here)
	return waited
}

// breakRing frees the address of one of those who wait for each other, and
// places all of them.
func (p *plan) breakRing(i int) {
	var way []int
	for !slices.Contains(way, i) { // every one that waits, waits for one that waits
		way = append(way, i)
		i = p.holder[p.list[i].There]
	}
	p.steps = append(p.steps, DriftStep{Departure: p.list[i], Interim: true})
	for _, next := range p.release(i) {
		p.place(next)
	}
	p.place(i)
}
