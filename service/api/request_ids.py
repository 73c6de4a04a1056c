"""One id a request, the client's own (`X-Request-Id`) or a new one: in its answer and its log.

The lines of accepting name the mails' or the batch's id beside it, and those are in all that
follows, so that a gateway's id leads to the decision.
"""

import re

import structlog
from flask import Flask, Response, request
from uuid_utils.compat import uuid7

HEADER = "X-Request-Id"
_FIT = re.compile(r"[A-Za-z0-9._:+/=-]{1,128}")


def register(app: Flask) -> None:
    """Name every request of this app."""
    app.before_request(_begin)
    app.after_request(_tell)


def _begin() -> None:
    given = request.headers.get(HEADER, "")
    # what is unfit for a log line is not taken over: an address, for one, or a megabyte
    name = given if _FIT.fullmatch(given) else str(uuid7())
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=name)


def _tell(response: Response) -> Response:
    name = structlog.contextvars.get_contextvars().get("request_id")
    if name is not None:
        response.headers[HEADER] = name
    return response
