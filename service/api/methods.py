"""What is refused before Flask sees it: unknown methods, encoded bodies, bodies cut off.

Each unknown method would be a series of its own in the metrics. An encoded body would be stored as
if it were the mail, half a body as if it were the whole.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response

from service.api.problems import problem

_KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def known_only(app: Wsgi) -> Wsgi:
    """A WSGI app that answers 405 and 415 to the others itself."""

    def checked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        refused = _refused(environ)
        if refused is not None:
            return refused(environ, start_response)
        if environ.get("CONTENT_LENGTH"):
            # gunicorn promises to end the body, and ends it early where the client does: without
            # the promise Werkzeug counts, and refuses what is shorter than was announced
            environ.pop("wsgi.input_terminated", None)
        return app(environ, start_response)

    return checked


def _refused(environ: dict[str, Any]) -> Response | None:
    if environ["REQUEST_METHOD"] not in _KNOWN:
        answer = problem(405, "method_not_allowed", "Method Not Allowed", "Unknown HTTP method")
        answer.headers["Allow"] = ", ".join(sorted(_KNOWN))
        return answer
    encoded = environ.get("HTTP_CONTENT_ENCODING", "identity").strip().lower() != "identity"
    if encoded or environ.get("HTTP_TRANSFER_ENCODING", "chunked").strip().lower() != "chunked":
        detail = "Send the body without a Content-Encoding"
        return problem(415, "unsupported_media_type", "Unsupported media type", detail)
    return None
