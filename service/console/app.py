"""The console's blueprint: a session before every view, headers after it, readable errors."""

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import orjson
from flask import (
    Blueprint,
    Flask,
    Response,
    g,
    render_template,
    request,
    send_from_directory,
    url_for,
)
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.exceptions import NotFound as NoPage

from service import log
from service.console import (
    actions,
    as_sent,
    checks,
    cockpit,
    language,
    mails,
    overview,
    queues,
    session,
    signing_in,
    why,
)
from service.console.parts import ConsoleParts, attach, parts
from service.errors import BadRequest, NotFound, ServiceError, TooLarge

_log = log.get(__name__)
_HERE = Path(__file__).parent
_FOLDERS = (_HERE / "static", _HERE / "vendor" / "htmx.org", _HERE / "vendor" / "chart.js")
_MOST_FORM_BYTES = 200_000
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "font-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    # not `no-referrer`: browsers would then post our own forms with `Origin: null`
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Vary": "Cookie, HX-Request",
}


def register(app: Flask, made: ConsoleParts) -> None:
    """Add the console to an app."""
    attach(app, made)
    app.register_blueprint(_blueprint())


def _blueprint() -> Blueprint:
    made = Blueprint("console", __name__, url_prefix="/console", template_folder="templates")
    made.add_url_rule("/assets/<name>", "asset", _asset)
    made.add_url_rule("/language", "choose_language", _choose_language, methods=["POST"])
    public = signing_in.register(made) | {"choose_language"}
    for part in (queues, mails, as_sent, why, actions, checks, overview, cockpit):
        part.register(made)
    made.before_request(lambda: _admit(public))
    made.after_request(_harden)
    made.register_error_handler(ServiceError, _refused)
    made.register_error_handler(HTTPException, _refused_by_flask)
    made.register_error_handler(Exception, _unexpected)
    made.context_processor(_context)
    return made


def _admit(public: frozenset[str]) -> Response | None:
    request.max_content_length = _MOST_FORM_BYTES
    name = (request.endpoint or "").removeprefix("console.")
    return None if name == "asset" else session.admit(public=name in public)


def _harden(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return session.keep_opening(response)


def _refused(error: ServiceError) -> Response:
    """A page, or the words that a piece of a page shows in its place."""
    if error.status >= 500:
        _log.warning("answered_error", code=error.code, detail=error.detail)
    said = language.maybe(f"error.{error.code}", error.detail)
    if request.headers.get("HX-Request"):
        answer = Response(render_template("_toast.html", said=said, bad=True), error.status)
        answer.headers["HX-Retarget"] = "#toast"
        answer.headers["HX-Reswap"] = "innerHTML"
        answer.headers["HX-Trigger"] = orjson.dumps({"refused": {"code": error.code}}).decode()
        return answer
    return Response(render_template("error.html", said=said), error.status)


def _refused_by_flask(error: HTTPException) -> Response:
    if isinstance(error, NoPage):
        return _refused(NotFound())
    return _refused(TooLarge() if isinstance(error, RequestEntityTooLarge) else BadRequest())


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected_error", exc_info=error)
    return _refused(ServiceError())


def _context() -> dict[str, object]:
    return {
        "say": language.say,
        "maybe": language.maybe,
        "language": language.language(),
        "asset": _address,
        "form_token": session.own_form_token,
        "routing": parts().routing,
        "account": g.get("account"),
    }


@cache
def _file(name: str) -> tuple[Path, str]:
    for folder in _FOLDERS:
        if (folder / name).is_file():
            return folder, hashlib.sha256((folder / name).read_bytes()).hexdigest()[:12]
    raise NoPage


def _address(name: str) -> str:
    """An asset's address, which changes with its content."""
    return url_for("console.asset", name=name, v=_file(name)[1])


def _asset(name: str) -> Response:
    answer = send_from_directory(_file(name)[0], name, max_age=31_536_000)
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _page_before() -> str:
    """The page that a form was on, where the browser says so and it is ours."""
    before = urlsplit(request.referrer or "")
    ours = before.netloc == request.host and before.path.startswith("/console/")
    return urlunsplit(("", "", before.path, before.query, "")) if ours else url_for("console.home")


def _choose_language() -> Response:
    chosen = request.form.get("language", "")
    answer = Response(status=303, headers={"Location": _page_before()})
    if chosen in language.LANGUAGES:
        secure = parts().secure
        answer.set_cookie(
            language.COOKIE,
            chosen,
            max_age=31_536_000,
            secure=secure,
            samesite="Lax",
            path="/console",
        )
    return answer
