"""What agents' views share: who acts, bodies checked by a schema, their place in OpenAPI."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import request
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError

from service.api.auth import caller
from service.api.body import json_body
from service.api.openapi import problems
from service.api.problems import field_errors
from service.domain.items import Actor
from service.domain.types import Role
from service.errors import BadRequest, InvalidRequest

V = TypeVar("V", bound=Callable[..., Any])

AGENTS = (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)
SUPERVISORS = (Role.SUPERVISOR, Role.ADMIN)

_AGENT = {
    "in": "header",
    "name": "X-Agent",
    "required": False,
    "description": "Which of the people who share this key acts: a login or an address",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$"},
}


def agent() -> Actor:
    """Who acts.

    Raises:
        BadRequest: `X-Agent` is not 1 to 100 visible ASCII characters.

    """
    name = request.headers.get("X-Agent")
    if name is not None and not (0 < len(name) <= 100 and all("!" <= c <= "~" for c in name)):
        raise BadRequest("X-Agent must be 1 to 100 visible ASCII characters")
    who = caller()
    return Actor(who.key_id, who.client_name, name)


def asked(schema: type[Schema]) -> dict[str, Any]:
    """The body, checked.

    Raises:
        UnsupportedMediaType, InvalidJSON, InvalidRequest: 415, 400, 422.

    """
    value, _ = json_body()
    return checked(schema, value)


def checked(schema: type[Schema], value: Any) -> dict[str, Any]:
    """A value that fits a schema.

    Raises:
        InvalidRequest: one entry for each fault.

    """
    try:
        loaded: dict[str, Any] = schema().load(value)
    except ValidationError as error:
        raise InvalidRequest(errors=field_errors(error.messages)) from error
    return loaded


def acts(blueprint: Blueprint, body: Any) -> Callable[[V], V]:
    """Document a view that changes mail: its body (our schema or OpenAPI's), who acts, errors."""
    content = {"application/json": {"schema": body}}

    def decorate(view: V) -> V:
        documented = problems(blueprint, 400, 401, 403, 404, 409, 413, 415, 422, 503)(view)
        shown: V = blueprint.doc(
            requestBody={"required": True, "content": content}, parameters=[_AGENT]
        )(documented)
        return shown

    return decorate


def as_agent(blueprint: Blueprint, *statuses: int) -> Callable[[V], V]:
    """Document a view without a body that notes who acts."""

    def decorate(view: V) -> V:
        documented = problems(blueprint, 400, *statuses)(view)
        shown: V = blueprint.doc(parameters=[_AGENT])(documented)
        return shown

    return decorate
