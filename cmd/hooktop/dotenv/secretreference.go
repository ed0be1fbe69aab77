package dotenv

import (
	"regexp"
	"strings"
)

// Reference is a value that stands for a secret without being one: a tool
// replaces it.
type Reference struct {
	// What says what kind of value it is, and shows nothing of it.
	What string
	// run is the tool's command for running another with the secrets, which are in
	// FILE; "" if it has none that reads files.
	run string
	// instead says what to do if there is no such command.
	instead string
}

// kind is one form of references, by what a value begins with.
type kind struct {
	form *regexp.Regexp
	Reference
}

func form(expression, what, run, instead string) kind {
	return kind{regexp.MustCompile(expression), Reference{what, run, instead}}
}

// kinds are the forms that are known. The first that fits counts.
var kinds = []kind{
	form(`^op://`, "a 1Password reference (op://…)", "op run --env-file=FILE --", ""),
	form(`^encrypted:`, "encrypted by dotenvx (encrypted:…)", "dotenvx run -f FILE --", ""),
	form(`^pass://`, "a Proton Pass reference (pass://…)", "pass-cli run --env-file FILE --", ""),
	form(`^(op|exec|vault|infisical|doppler|aws\w*|gcp\w*|azure\w*|bitwarden|keeper)\(`, "a varlock function", "varlock run --", ""),
	form(`^ref\+[\w-]+:`, "a vals reference (ref+…)", "", "have vals exec set NAME to the secret itself"),
	form(`^(>>)?vault:`, "a HashiCorp Vault reference (vault:…)", "", "have vault-env set NAME to the secret itself"),
	form(`^keeper://`, "a Keeper reference (keeper://…)", "", "have ksm exec set NAME to the secret itself"),
	form(`^dl://`, "a Dashlane reference (dl://…)", "", "have dcli exec set NAME to the secret itself"),
	form(`^(berglas|sm)://`, "a Google Secret Manager reference", "", "have berglas exec set NAME to the secret itself"),
	form(`^(vault|infisical|doppler|bws|akeyless|conjur|gopass|bitwarden|akv|azkv|keyvault|ssm|awssm|awssecrets|gcpsm|gcpsecrets|secretsmanager|secretmanager)://`, "a reference that a secrets tool replaces", "", ""),
	form(`^arn:aws[\w-]*:(secretsmanager|ssm):`, "the name of a secret at AWS (arn:aws:…)", "", ""),
	form(`^projects/[^/]+/secrets/`, "the name of a secret at Google Cloud (projects/…/secrets/…)", "", ""),
	form(`^@Microsoft\.KeyVault\(`, "an Azure Key Vault reference (@Microsoft.KeyVault(…))", "", ""),
	form(`^\$\{\{`, "a GitHub Actions expression (${{ … }})", "", "set NAME under env: of the step that runs hooktop"),
	form(`^\$\{[\w-]+\.`, "a reference that a secrets tool replaces (${….…})", "", "start hooktop with that tool: infisical run -- hooktop, doppler run -- hooktop"),
	form(`^(\{\{|<%|\[\[)`, "a placeholder in a template", "", "have its tool fill in the template first, such as op inject or envsubst"),
	form(`^(\$\(|`+"`"+`)`, "a shell command ($(…)), which nothing runs in a .env file", "", "run it in the shell: NAME=$(…) hooktop"),
	form(`^(/run/secrets/|file:)`, "the path of a file that holds the secret", "", "read the file in the shell: NAME=$(cat FILE) hooktop"),
	form(`^(process\.env|import\.meta\.env|os\.environ|env\()`, "code that reads another variable", "", ""),
	form(`^\$\{?\w`, "a reference to another variable ($…), which dotenv does not expand", "", "write the secret itself into NAME; hooktop expands references only where package.json has next, as Next.js does"),
	form(`^%\w+%$`, "a reference to another variable (%…%), which nothing expands in a .env file", "", ""),
}

// FindReference reports whether a value is a reference instead of a secret.
func FindReference(value string) (Reference, bool) {
	value = strings.TrimLeft(strings.TrimSpace(value), `"'`)
	for _, k := range kinds {
		if k.form.MatchString(value) {
			return k.Reference, true
		}
	}
	return Reference{}, false
}

// Fix says what to do about a reference that stands in a variable, and in a .env
// file; file is "" for the process's own environment.
func (r Reference) Fix(name, file string) string {
	switch {
	case r.run != "" && file == "":
		option := regexp.MustCompile(` -\S+[ =]FILE`)
		return "run hooktop under the tool that replaces it: " + option.ReplaceAllString(r.run, "") + " hooktop"
	case r.run != "":
		return "run hooktop under the tool that replaces it: " + strings.ReplaceAll(r.run, "FILE", file) + " hooktop"
	case r.instead != "":
		return strings.ReplaceAll(r.instead, "NAME", name)
	}
	return "have that tool set " + name + " to the secret itself, or write the secret there"
}
