package drift

import "slices"

// Step is one event of a backfill: the one that brings its user in step or, if it
// is interim, one before it that frees the user's address.
type Step struct {
	Difference
	Interim bool
}

// Plan orders the events that bring users in step. Only one user can have an
// address, so whoever has it gives it up before another gets it: first the
// deletions, then along the chain of who waits for whom. If users swap addresses
// in a ring, one of them gets an interim one. Differences that no event can fix
// are left out; an event that is sure to be rejected, for a second user with the
// same address there, comes last.
func Plan(list []Difference) []Step {
	p := plan{list: list, holder: map[string]int{}, waiting: map[string][]int{}, placed: make([]bool, len(list))}
	wanted := map[string]bool{}
	var last []Step
	for i, d := range list {
		switch {
		case d.State == Extra:
			p.steps = append(p.steps, Step{Difference: d})
		case !d.fixable(): // it keeps its address, and nobody waits for it
		case wanted[d.There]: // only one of two users with the same address there can have it
			last = append(last, Step{Difference: d})
		default:
			wanted[d.There] = true
			if d.State == Email {
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

// Unfixable returns the users whose event is sure to be rejected because another
// user has the address, by id, with the id of that other user. holders are the
// users here, by the addresses that some want.
func Unfixable(list []Difference, holders map[string]string) map[string]string {
	gives, first, unfixable := map[string]bool{}, map[string]string{}, map[string]string{}
	for _, d := range list {
		gives[d.UserID] = d.State == Extra || d.State == Email && d.fixable()
		switch earlier, twice := first[d.There]; {
		case d.State == Extra || !d.fixable():
		case twice:
			unfixable[d.UserID], gives[d.UserID] = earlier, false
		default:
			first[d.There] = d.UserID
		}
	}
	for more := true; more; { // a user that gets no address gives none up
		more = false
		for _, d := range list {
			holder := holders[d.There]
			if unfixable[d.UserID] != "" || d.State == Extra || !d.fixable() || holder == "" || holder == d.UserID || gives[holder] {
				continue
			}
			unfixable[d.UserID], gives[d.UserID], more = holder, false, true
		}
	}
	return unfixable
}

type plan struct {
	list   []Difference
	holder map[string]int
	// waiting are those that want an address that another has.
	waiting map[string][]int
	placed  []bool
	steps   []Step
}

// place adds a user's event, and those of the users that waited for the address.
func (p *plan) place(i int) {
	ready := []int{i}
	for len(ready) > 0 {
		i, ready = ready[0], ready[1:]
		if p.placed[i] {
			continue
		}
		p.placed[i] = true
		p.steps = append(p.steps, Step{Difference: p.list[i]})
		ready = append(ready, p.release(i)...)
	}
}

// release frees a user's address and returns those who waited for it.
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

// breakRing frees the address of one of several users that wait for each other,
// and places all of them.
func (p *plan) breakRing(i int) {
	var way []int
	for !slices.Contains(way, i) { // each waits for one that waits
		way = append(way, i)
		i = p.holder[p.list[i].There]
	}
	p.steps = append(p.steps, Step{Difference: p.list[i], Interim: true})
	for _, next := range p.release(i) {
		p.place(next)
	}
	p.place(i)
}
