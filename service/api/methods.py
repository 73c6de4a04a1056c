"""Refuses unknown HTTP methods before anything counts them: each would be a series of its own."""

from collections.abc import Callable, Iterable
from typing import Any

from service.api.problems import problem

_KNOWN = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


def known_only(app: Wsgi) -> Wsgi:
    """A WSGI app that answers 405 to the others itself."""

    def checked(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in _KNOWN:
            return app(environ, start_response)
        answer = problem(405, "method_not_allowed", "Method Not Allowed", "Unknown HTTP method")
        answer.headers["Allow"] = ", ".join(sorted(_KNOWN))
        return answer(environ, start_response)

    return checked
