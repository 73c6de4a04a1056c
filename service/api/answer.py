"""JSON answers."""

from typing import Any

import orjson
from flask import Response


def json(
    body: Any,
    status: int = 200,
    *,
    location: str | None = None,
    content_type: str = "application/json",
) -> Response:
    """An answer with `body` as JSON (UUIDs and times as strings, RFC 3339)."""
    response = Response(
        orjson.dumps(body, option=orjson.OPT_UTC_Z), status, content_type=content_type
    )
    if location is not None:
        response.headers["Location"] = location
    return response
