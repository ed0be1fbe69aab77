package client

import (
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/saved/command/pasted"
)

// option is an option by its long name.
type option struct {
	name  string
	takes bool // a value
	off   bool // it was given as --no-name
}

// dialect is how a program names its options: the long names of those with a value
// and without, and the letters of some, such as "d:data".
type dialect struct {
	valued, plain, letters []string
	// whole tells that names cannot be cut short.
	whole bool
}

func newDialect(valued, plain, letters string) dialect {
	return dialect{strings.Fields(valued), strings.Fields(plain), strings.Fields(letters), false}
}

// read reads arguments in their order: options, with their values, and other words.
func (d dialect) read(args []string, take func(o option, value string) error, word func(string) error) error {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		var err error
		switch {
		case arg == "--":
			for _, w := range args {
				if err := word(w); err != nil {
					return err
				}
			}
			return nil
		case len(arg) < 2 || arg[0] != '-':
			if err = odd(arg); err == nil {
				err = word(arg)
			}
		case strings.HasPrefix(arg, "--"):
			args, err = d.readLong(arg[2:], args, take)
		default:
			args, err = d.readShort(arg[1:], args, take)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// readLong reads an option such as --header, and returns the words that are left.
func (d dialect) readLong(name string, args []string, take func(option, string) error) ([]string, error) {
	name, value, has := strings.Cut(name, "=")
	o, err := d.long(name)
	switch {
	case err != nil:
		return nil, err
	case has && !o.takes:
		return nil, pasted.Unread("the option --%s takes no value", o.name)
	case o.takes && !has && len(args) == 0:
		return nil, pasted.Unread("the option --%s has no value", o.name)
	case o.takes && !has:
		value, args = args[0], args[1:]
	}
	return args, take(o, value)
}

// readShort reads one or several options of one letter; the value of the last may be
// joined to it.
func (d dialect) readShort(letters string, args []string, take func(option, string) error) ([]string, error) {
	for letters != "" {
		letter := letters[:1]
		o, ok := d.letter(letter)
		if !ok {
			return nil, pasted.Unread("unknown option %s", pasted.Quote("-"+letter))
		}
		value := ""
		switch letters = letters[1:]; {
		case !o.takes:
		case letters != "":
			value, letters = letters, ""
		case len(args) == 0:
			return nil, pasted.Unread("the option -%s has no value", letter)
		default:
			value, args = args[0], args[1:]
		}
		if err := take(o, value); err != nil {
			return nil, err
		}
	}
	return args, nil
}

func (d dialect) letter(letter string) (option, bool) {
	for _, known := range d.letters {
		if name, ok := strings.CutPrefix(known, letter+":"); ok {
			return option{name: name, takes: slices.Contains(d.valued, name), off: letter == "N"}, true
		}
	}
	return option{}, false
}

// long finds an option by its long name: whole, or as much of it as tells it apart.
func (d dialect) long(name string) (option, error) {
	all := append(slices.Clone(d.valued), d.plain...)
	rest, off := strings.CutPrefix(name, "no-")
	if off {
		name, all = rest, slices.Clone(d.plain)
	}
	if !slices.Contains(all, name) {
		begun := slices.DeleteFunc(all, func(long string) bool { return d.whole || !strings.HasPrefix(long, name) })
		switch {
		case len(begun) > 1 && name != "":
			return option{}, pasted.Unread("the option --%s is unknown or ambiguous", name)
		case len(begun) != 1:
			return option{}, pasted.Unread("unknown option %s", pasted.Quote("--"+name))
		}
		name = begun[0]
	}
	return option{name: name, takes: !off && slices.Contains(d.valued, name), off: off}, nil
}

// odd reports a word that stands where a program wants a URL, but was not meant as
// one.
func odd(word string) error {
	for _, mark := range []string{"“", "”", "‘", "’", "„", "—", "–"} {
		if strings.HasPrefix(word, mark) {
			return pasted.Unread("%s has a typographic %s: write plain quotes and dashes", pasted.Quote(word), mark)
		}
	}
	return nil
}
