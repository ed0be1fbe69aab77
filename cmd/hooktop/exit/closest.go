package exit

// Closest returns the name nearest to word: the one that takes the fewest changed,
// added or removed letters, and at most that many. It returns "" if none is near.
func Closest(word string, names []string, most int) (closest string) {
	for _, name := range names {
		if d := distance(word, name); d <= most {
			closest, most = name, d-1
		}
	}
	return closest
}

// distance returns how many letters have to be changed, added or removed to
// make one text of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
