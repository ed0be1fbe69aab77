package command

func (r *reader) script(string) error    { return unread("it is not read yet") }
func (r *reader) powerShell(block) error { return unread("it is not read yet") }
func (r *reader) cmdExe(block) error     { return unread("it is not read yet") }
func (a *arguments) httpie(string, []string) ([]Request, error) {
	return nil, unread("it is not read yet")
}
