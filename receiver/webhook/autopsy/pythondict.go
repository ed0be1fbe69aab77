package autopsy

import "bytes"

// pythonDict: the JSON was parsed, and what Python's str makes of it was sent. That is
// read as JSON again and written in every style that a sender may have.
func (s *search) pythonDict() *Finding {
	arrived := bytes.TrimSpace(s.body)
	if !bytes.HasPrefix(arrived, []byte("{'")) || len(arrived) > bodyReadMost || !s.budget.Spend(2*writing*len(arrived)) {
		return nil
	}
	text, ok := pythonToJSON(arrived)
	if !ok {
		return nil
	}
	tree, err := parseJSON(text)
	if err != nil {
		return nil
	}
	var has features
	has.look(tree)
	for _, style := range has.styles() {
		if s.budget.left < reserve {
			return nil
		}
		body, ok := tree.write(style.json(), writtenMost)
		if !s.budget.Spend(writing*len(body)) || !ok {
			return nil
		}
		if secret, ok := s.signer(body); ok {
			return &Finding{Cause: Wrapped, Secret: secret, Wrapping: InPythonDict}
		}
	}
	return nil
}

// pythonToJSON writes Python's dicts, lists, strings and constants as JSON.
func pythonToJSON(python []byte) (text []byte, ok bool) {
	words := map[string]string{"True": "true", "False": "false", "None": "null"}
	for i := 0; i < len(python); {
		c := python[i]
		switch {
		case c == '\'' || c == '"':
			var more int
			if text, more = pythonString(text, python[i:]); more == 0 {
				return nil, false
			}
			i += more
		case 'A' <= c && c <= 'Z':
			end := i
			for end < len(python) && python[end] != ',' && python[end] != '}' && python[end] != ']' {
				end++
			}
			word, known := words[string(python[i:end])]
			if !known {
				return nil, false
			}
			text, i = append(text, word...), end
		default:
			text = append(text, c)
			i++
		}
	}
	return text, true
}

// pythonString appends a Python string as a JSON one, and returns how many bytes it
// took; 0 if it does not end.
func pythonString(text, python []byte) (longer []byte, took int) {
	quote := python[0]
	text = append(text, '"')
	for i := 1; i < len(python); i++ {
		switch c := python[i]; {
		case c == quote:
			return append(text, '"'), i + 1
		case c == '"':
			text = append(text, '\\', '"')
		case c == '\\' && i+1 < len(python):
			i++
			switch e := python[i]; e {
			case '\'':
				text = append(text, '\'')
			case 'x':
				text = append(text, `\u00`...)
			default:
				text = append(text, '\\', e)
			}
		default:
			text = append(text, c)
		}
	}
	return text, 0
}
