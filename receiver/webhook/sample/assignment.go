// Package sample holds what made-up events share, whoever sends them: people, ids,
// and values that a person sets in a body. It makes no event: the providers do,
// each in its sender's form.
package sample

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
)

// ParseAssignment reads PATH=VALUE. The value is JSON where it reads as JSON
// (true, 12, "12", null, {…}) and else a string.
func ParseAssignment(s string) (webhook.Assignment, error) {
	path, value, ok := strings.Cut(s, "=")
	if !ok || path == "" {
		return webhook.Assignment{}, webhook.NewMistake(fmt.Sprintf("--set %s has no path and value", webhook.QuoteShort(s)), "write --set data.first_name=Ada")
	}
	if _, err := splitPath(path); err != nil {
		return webhook.Assignment{}, err
	}
	if json.Valid([]byte(value)) {
		return webhook.Assignment{Path: path, Value: json.RawMessage(value)}, nil
	}
	text, err := json.Marshal(value)
	return webhook.Assignment{Path: path, Value: text}, err
}

// Assign replaces values in a decoded JSON document, in place. What is missing
// on the way is made; an index may be one past an array's end.
func Assign(doc map[string]any, set []webhook.Assignment) error {
	for _, a := range set {
		var value any
		decoder := json.NewDecoder(bytes.NewReader(a.Value))
		decoder.UseNumber() // a long number is sent as it was written
		if err := decoder.Decode(&value); err != nil {
			return fmt.Errorf("value for %s: %w", webhook.QuoteShort(a.Path), err)
		}
		steps, err := splitPath(a.Path)
		if err != nil {
			return err
		}
		if _, err := put(doc, steps, value, a.Path); err != nil {
			return err
		}
	}
	return nil
}

// put returns node with value at the end of the steps.
func put(node any, steps []any, value any, path string) (any, error) {
	if len(steps) == 0 {
		return value, nil
	}
	switch step := steps[0].(type) {
	case string:
		object, ok := node.(map[string]any)
		if node == nil {
			object, ok = map[string]any{}, true
		}
		if !ok {
			return nil, wrongKind(path, step, "an object")
		}
		child, err := put(object[step], steps[1:], value, path)
		object[step] = child
		return object, err
	case int:
		array, ok := node.([]any)
		if node != nil && !ok {
			return nil, wrongKind(path, strconv.Itoa(step), "an array")
		}
		if step > len(array) {
			return nil, webhook.NewMistake(fmt.Sprintf("--set %s: index %d is beyond the array's %d values", webhook.QuoteShort(path), step, len(array)),
				fmt.Sprintf("the next free index is %d", len(array)))
		}
		if step == len(array) {
			array = append(array, nil)
		}
		child, err := put(array[step], steps[1:], value, path)
		array[step] = child
		return array, err
	}
	return node, nil
}

func wrongKind(path, step, kind string) error {
	return webhook.NewMistake(fmt.Sprintf("--set %s: the parent of %s is not %s", webhook.QuoteShort(path), webhook.QuoteShort(step), kind),
		"paths look like data.email_addresses[0].email_address")
}

// splitPath reads a.b[0].c into names and indexes.
func splitPath(path string) ([]any, error) {
	bad := webhook.NewMistake(fmt.Sprintf("--set: %s is not a path", webhook.QuoteShort(path)), "paths look like data.email_addresses[0].email_address")
	var steps []any
	for part := range strings.SplitSeq(path, ".") {
		name, rest, _ := strings.Cut(part, "[")
		if name == "" {
			return nil, bad
		}
		steps = append(steps, name)
		if rest == "" && !strings.Contains(part, "[") {
			continue
		}
		for index := range strings.SplitSeq(rest, "[") {
			n, err := strconv.Atoi(strings.TrimSuffix(index, "]"))
			if err != nil || n < 0 || !strings.HasSuffix(index, "]") {
				return nil, bad
			}
			steps = append(steps, n)
		}
	}
	return steps, nil
}

// Set returns an assignment of a value that encodes as JSON.
func Set(path string, value any) webhook.Assignment {
	text, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("sample: %s: %v", path, err))
	}
	return webhook.Assignment{Path: path, Value: text}
}
