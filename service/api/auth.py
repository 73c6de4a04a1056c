"""Bearer API keys (RFC 6750): who asks, and whether the role allows it."""

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import structlog
from flask import g, request

from service.api.parts import parts
from service.domain.types import Principal, Role
from service.errors import Forbidden, Unauthorized

P = ParamSpec("P")
R = TypeVar("R")

_SCHEME = "Bearer "


def allow(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only keys with one of the roles in; the view finds them in `caller()`."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            g.principal = _authenticate()
            structlog.contextvars.bind_contextvars(client=g.principal.client_name)
            if not g.principal.roles & set(roles):
                raise Forbidden
            return view(*args, **kwargs)

        return checked

    return decorate


def caller() -> Principal:
    """Who makes the current request."""
    principal: Principal = g.principal
    return principal


def _authenticate() -> Principal:
    header = request.headers.get("Authorization", "")
    if not header.startswith(_SCHEME) or not header.isascii():
        raise Unauthorized
    return parts().keyring.principal(header.removeprefix(_SCHEME).strip())
