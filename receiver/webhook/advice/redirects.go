package advice

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hooktop/hooktop/receiver/webhook"
	"github.com/hooktop/hooktop/receiver/webhook/lazyregexp"
)

// redirected explains a redirect. It never suggests another host: that may be
// production.
func (e *evidence) redirected() Advice {
	to := e.f.Header.Get("Location")
	if e.f.Status == http.StatusNotModified {
		return certain(PathRedirect, "The app answered 304: use your copy. Nothing had asked for that, and senders count it as a failure.", "Make the route answer 2xx once it has verified the event.")
	}
	if to == "" {
		return certain(PathRedirect, "The app answers with a redirect that has no Location. "+unfollowed, "Make the route answer 2xx once it has verified the event.")
	}
	target, location := e.addresses(to)
	through, _ := e.passedThrough()
	says := "The app redirects to " + quotable(webhook.WithoutPassword(to)) + ". " + unfollowed
	switch {
	case location == nil:
		return certain(PathRedirect, says, "Make the route answer 2xx once it has verified the event.")
	case e.toSignIn(location) && through:
		return certain(AuthInHandler, says+" The middleware let the request through (x-middleware-rewrite is its own path), so the route's own handler sends signed-out users there to sign in.", "Remove the check for a signed-in user from the handler: the signature proves the sender.")
	case vercelSignOn(location):
		return certain(DeploymentProtection, says+" It is the sign-in of Vercel's deployment protection, in front of the app.", vercelFix)
	case e.f.Header.Get("X-Clerk-Redirect-To") == "true": // only the middleware sets it
		return certain(AuthMiddleware, says+" Clerk's middleware, in front of the webhook code, sends signed-out users there to sign in.", e.exempt())
	case e.toSignIn(location) && comesBack(location, e.path()):
		return certain(AuthMiddleware, says+" Auth sends signed-out users there to sign in, and back afterwards.", e.exempt())
	case e.toSignIn(location):
		return likely(AuthMiddleware, []Cause{AuthInHandler}, says+" It is where signed-out users sign in. Probably auth in front of the webhook code sends them there; or the route's handler does."+tellHandler, e.exempt())
	case !sameHost(target, location) && !samePath(target, location):
		return likely(HostRedirect, []Cause{AuthMiddleware, PathRedirect}, says+" That is another host, and a test event should not go there. Perhaps auth sends signed-out users there; or all requests go there.",
			"If auth redirects: "+lowerFirst(e.exempt())+" If not, leave this path out of the app's redirect to "+quotable(location.Hostname())+".")
	case !sameHost(target, location):
		return certain(HostRedirect, says+" That is another host, and a test event should not go there.",
			"Leave this path out of the app's redirect to "+quotable(location.Hostname())+", or make that redirect only in production.")
	case target.Scheme != location.Scheme && samePath(target, location):
		return certain(SchemeRedirect, says, "Start with --forward-to "+bareURL(location)+" to send there, or leave this path out of the redirect.")
	case localized(target, location) && isWord(location):
		return likely(LocaleRedirect, []Cause{PathRedirect}, says+" What it puts before the path may be a language (i18n); or the path has another prefix.",
			"If it is a language, leave the webhook path out of the locale middleware: "+e.localeMatcher()+" If the route has moved, set --forward-to to its new address.")
	case localized(target, location):
		return certain(LocaleRedirect, says+" It puts a language before the path (i18n).",
			"Leave the webhook path out of the locale middleware: "+e.localeMatcher())
	case target.Path+"/" == location.Path, target.Path == location.Path+"/":
		return certain(SlashRedirect, says+" Only the trailing slash differs.", "Start with --forward-to "+bareURL(location)+" to send there, and give the endpoint the same path.")
	}
	return e.elsewhere(says, location)
}

const unfollowed = "Webhook senders do not follow redirects: they count this as a failure."

// elsewhere explains a redirect to another path of the app.
func (e *evidence) elsewhere(says string, location *url.URL) Advice {
	tell := " To tell which, open it in a browser: if only signed-out users are redirected, auth is the cause."
	if strings.Contains(location.Path, "webhook") || e.f.Status == http.StatusMovedPermanently || e.f.Status == http.StatusPermanentRedirect {
		return likely(PathRedirect, []Cause{AuthMiddleware}, says+" Probably the route has moved, or auth sends signed-out users there."+tell,
			"If the webhook route is there, start with --forward-to "+bareURL(location)+" to send there. If auth redirects: "+lowerFirst(e.exempt()))
	}
	return likely(AuthMiddleware, []Cause{PathRedirect}, says+" Probably auth in front of the route sends signed-out users there, or the route has moved."+tell,
		e.exempt()+" If the route has moved, set --forward-to to its new address.")
}

// addresses returns the target, and where a redirect from it leads; location is nil
// if that is not a web address.
func (e *evidence) addresses(to string) (target, location *url.URL) {
	target, err := url.Parse(e.f.Target)
	if err != nil || target.Host == "" {
		target = &url.URL{Scheme: "http", Host: "localhost", Path: e.path()}
	}
	location, err = url.Parse(to)
	if err != nil {
		return target, nil
	}
	location = target.ResolveReference(location)
	if location.Scheme != "http" && location.Scheme != "https" {
		return target, nil
	}
	return target, location
}

// sameHost treats all names of this machine as one host.
func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) || isLoopback(a.Hostname()) && isLoopback(b.Hostname())
}

func isLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || ip.IsUnspecified())
}

func samePath(a, b *url.URL) bool {
	return strings.Trim(a.Path, "/") == strings.Trim(b.Path, "/")
}

// signInPage matches the path of a sign-in page.
var signInPage = lazyregexp.New(`(?i)(^|/)(sign-?in|sign_in|log-?in|log_in|sign-?up|sign_up)(/|$|\.)`)

// toSignIn reports whether a redirect leads to a sign-in page: by its host, or by
// its path.
func (e *evidence) toSignIn(to *url.URL) bool {
	host := strings.ToLower(to.Hostname())
	return strings.HasSuffix(host, ".accounts.dev") || strings.HasSuffix(host, ".auth0.com") || strings.HasSuffix(host, ".cloudflareaccess.com") ||
		signInPage.MatchString(to.Path) && !strings.Contains(to.Path, "webhook")
}

// comesBack reports whether a sign-in page is told to lead back to a path, as auth in
// front of a route tells it.
func comesBack(to *url.URL, path string) bool {
	for _, values := range to.Query() {
		for _, v := range values {
			if back, err := url.Parse(v); err == nil && samePath(back, &url.URL{Path: path}) {
				return true
			}
		}
	}
	return false
}

// vercelSignOn reports whether a redirect leads to the sign-in of Vercel.
func vercelSignOn(to *url.URL) bool {
	return strings.EqualFold(to.Hostname(), "vercel.com") && strings.HasPrefix(to.Path, "/sso")
}

// isWord reports whether the language that a path begins with is also a word that
// paths begin with for other reasons.
func isWord(to *url.URL) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(to.Path, "/"), "/")
	return slices.Contains([]string{"am", "as", "be", "he", "id", "io", "is", "my", "or", "so", "to"}, strings.ToLower(first))
}

// languages are the codes of ISO 639-1.
const languages = " aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu "

// localized reports whether a redirect only puts a language before the path.
func localized(target, to *url.URL) bool {
	first, rest, _ := strings.Cut(strings.TrimPrefix(to.Path, "/"), "/")
	code, _, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(first), "_", "-"), "-")
	return strings.Trim(rest, "/") == strings.Trim(target.Path, "/") && rest != "" && len(first) <= 7 && len(code) == 2 && strings.Contains(languages, " "+code+" ")
}

// localeMatcher says where the path is left out.
func (e *evidence) localeMatcher() string {
	if e.name == NextJS || e.name == "" && e.byClerk() {
		return "in " + e.middleware() + ", call the i18n middleware only for paths that do not begin with /api."
	}
	return "i18n is for pages, so skip paths such as " + quotable(e.path()) + "."
}

// middleware names the file of Next.js' middleware.
func (e *evidence) middleware() string {
	if e.app.Middleware != "" {
		return e.app.Middleware
	}
	return "proxy.ts (middleware.ts before Next.js 16)"
}

// bareURL returns an address without its password and query, which may hold
// secrets.
func bareURL(u *url.URL) string {
	bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return bare.String()
}

// exempt says how to leave the webhook's route out of auth.
func (e *evidence) exempt() string {
	switch {
	case e.stack.auth != "" && e.name == NextJS && e.app.Middleware != "":
		return "In " + e.middleware() + " " + bareMiddleware + "."
	case e.stack.auth != "":
		return e.inStack(e.stack.auth)
	case e.byClerk():
		return "If it is a Next.js app: in proxy.ts (middleware.ts before Next.js 16) " + bareMiddleware + ". Elsewhere register the webhook route before the auth middleware."
	}
	return "Exempt the webhook path from auth: the signature proves the sender."
}

// byClerk reports whether Clerk's middleware saw the request.
func (e *evidence) byClerk() bool {
	return anyHeader(e.f.Header, "X-Clerk-")
}

// passedThrough reports whether Next.js' middleware passed the request on to this
// path, and rewritten the other path that it was rewritten to.
func (e *evidence) passedThrough() (through bool, rewritten string) {
	to := e.f.Header.Get("X-Middleware-Rewrite")
	if to == "" {
		return e.f.Header.Get("X-Middleware-Next") == "1", ""
	}
	u, err := url.Parse(to)
	switch {
	case err != nil:
		return false, ""
	case samePath(u, &url.URL{Path: e.path()}):
		return true, ""
	}
	return false, u.Path
}

// hidden reports whether auth.protect() in Clerk's middleware answered.
func (e *evidence) hidden() bool {
	for _, value := range e.f.Header.Values(webhook.AuthReason) {
		reasons := strings.Split(value, ",")
		if slices.ContainsFunc(reasons, func(r string) bool { return strings.TrimSpace(r) == "protect-rewrite" }) {
			return true
		}
	}
	return false
}
