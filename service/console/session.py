"""Who uses the console: the session's cookie, and proof that a form was ours.

The cookie holds a random token. It is `__Host-` and `Secure` where the console is reached by
https, never readable by script, and not sent along with what other sites post.
"""

import hmac
import secrets
from urllib.parse import urlsplit

from flask import Request, Response, g, redirect, request, url_for

from service.console.parts import parts
from service.domain.accounts import Account
from service.domain.items import Actor
from service.domain.types import Principal
from service.errors import Forbidden
from service.flow.signing_in import form_token

_FORM_FIELD = "form_token"
_FORM_HEADER = "X-Form-Token"
_OPENING_SECONDS = 3600


def cookie_name(kind: str = "session") -> str:
    """The name of a cookie; browsers let nobody but this very host set a `__Host-` one."""
    return f"{'__Host-' if parts().secure else ''}aiguilleur-{kind}"


def account() -> Account:
    """Whose session this is."""
    found: Account = g.account
    return found


def who() -> Principal:
    """What they may see and do."""
    return account().principal


def by() -> Actor:
    """They, as leases and trails name them."""
    return account().actor


def token() -> str | None:
    """The session's token, as the browser sent it."""
    return request.cookies.get(cookie_name())


def own_form_token() -> str:
    """What this page's forms must carry."""
    return form_token(token() or "") if g.get("account") else str(g.opening_token)


def admit(*, public: bool) -> Response | None:
    """Let the request through, or answer it: no session, or a form of another site's.

    Raises:
        Forbidden: the form is not ours.

    """
    _require_same_origin(request)
    active = "live" not in request.args
    sent = token()
    g.account = parts().signing_in.account(sent, active=active) if sent else None
    if g.account is None and public:
        _check_opening()
    elif g.account is None:
        return to_sign_in()
    elif request.method == "POST" and not _carries(form_token(sent or "")):
        raise Forbidden("This form is not from this console, or its session is over")
    return None


def to_sign_in() -> Response:
    """The way to the sign-in page, for a browser or for a piece of a page."""
    where = url_for("console.sign_in")
    if request.headers.get("HX-Request"):
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = where
        return answer
    return Response(status=303, headers={"Location": where})


def enter(session_token: str) -> Response:
    """The way in, with the session's cookie."""
    answer = redirect(url_for("console.home"), 303)
    assert isinstance(answer, Response)
    _set(answer, "session", session_token)
    _unset(answer, "opening")
    return answer


def leave() -> Response:
    """The way out, without the cookie."""
    answer = to_sign_in()
    _unset(answer, "session")
    return answer


def keep_opening(answer: Response) -> Response:
    """Give who is not signed in a token of their own, which the sign-in form must carry."""
    opening = g.get("opening_token")
    if opening and request.cookies.get(cookie_name("opening")) != opening:
        _set(answer, "opening", opening, _OPENING_SECONDS)
    return answer


def remember_state(answer: Response, state: str) -> None:
    """Bind a sign-in through the provider to this browser."""
    _set(answer, "state", state, 600)


def is_own_state(state: str) -> bool:
    """Whether this browser began the sign-in that the provider answers."""
    kept = request.cookies.get(cookie_name("state"), "")
    return bool(kept) and hmac.compare_digest(kept.encode(), state.encode())


def _check_opening() -> None:
    kept = request.cookies.get(cookie_name("opening"), "")
    g.opening_token = kept if 20 <= len(kept) <= 100 else secrets.token_urlsafe(24)
    if request.method == "POST" and not (kept and _carries(kept)):
        raise Forbidden("The sign-in page was open for too long: open it again")


def _carries(expected: str) -> bool:
    given = request.headers.get(_FORM_HEADER) or request.form.get(_FORM_FIELD, "")
    return hmac.compare_digest(given.encode(), expected.encode())


def _require_same_origin(asked: Request) -> None:
    """Browsers say where a request comes from; one that changes something comes from here."""
    if asked.method in {"GET", "HEAD"}:
        return
    site = asked.headers.get("Sec-Fetch-Site", "same-origin")
    origin = asked.headers.get("Origin")
    own = {asked.host, urlsplit(parts().url or asked.host_url).netloc}
    if site not in {"same-origin", "none"} or (origin and urlsplit(origin).netloc not in own):
        raise Forbidden("This form is not from this console")


def _set(answer: Response, kind: str, value: str, seconds: int | None = None) -> None:
    """A cookie for all of this host; without `seconds` it ends with the browser."""
    secure = parts().secure
    answer.set_cookie(
        cookie_name(kind), value, seconds, path="/", secure=secure, httponly=True, samesite="Lax"
    )


def _unset(answer: Response, kind: str) -> None:
    secure = parts().secure
    answer.delete_cookie(cookie_name(kind), path="/", secure=secure, httponly=True, samesite="Lax")
