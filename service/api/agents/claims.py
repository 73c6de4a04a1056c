"""`/v1/claims` and a mail's own lease: claim, renew, release."""

from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from service.api.agents import bodies, schemas
from service.api.agents.asking import AGENTS, SUPERVISORS, acts, agent, asked
from service.api.agents.views import held, of_item
from service.api.answer import json
from service.api.auth import allow, caller
from service.api.parts import parts
from service.domain.actions import Release
from service.errors import Forbidden

blueprint = Blueprint("claims", __name__, url_prefix="/v1", description="Who works on what")


@blueprint.route("/claims", methods=["POST"])
@acts(blueprint, bodies.ClaimNext)
@blueprint.response(200, schemas.Held)
@blueprint.alt_response(204, description="Nothing waits")
@allow(*AGENTS)
def claim_next() -> Response:
    """Take the most urgent free mail: by due time, then priority, then age.

    Nobody else gets it until the lease ends. Whoever acts on it shows the lease's token.
    """
    body = asked(bodies.ClaimNext)
    item = parts().agents.claims.next(caller(), agent(), body["queues"], body["lease_seconds"])
    return Response(status=204) if item is None else json(held(item))


@blueprint.route("/emails/<uuid:email_id>/claim", methods=["POST"])
@acts(blueprint, bodies.ClaimOne)
@blueprint.response(200, schemas.Held)
@allow(*AGENTS)
def claim_one(email_id: UUID) -> Response:
    """Take a certain mail, which nobody else holds; this wakes a snoozed one."""
    body = asked(bodies.ClaimOne)
    if body["take"] and not caller().roles & set(SUPERVISORS):
        raise Forbidden("Only supervisors take a mail from somebody")
    item = parts().agents.claims.one(
        caller(), agent(), email_id, body["lease_seconds"], take=body["take"]
    )
    return json(held(item))


@blueprint.route("/emails/<uuid:email_id>/renew", methods=["POST"])
@acts(blueprint, bodies.Renewal)
@blueprint.response(200, schemas.Held)
@allow(*AGENTS)
def renew(email_id: UUID) -> Response:
    """Keep a mail for longer, counted from now."""
    body = asked(bodies.Renewal)
    item = parts().agents.claims.renew(
        caller(), agent(), email_id, body["lease_token"], body["lease_seconds"]
    )
    return json(held(item))


@blueprint.route("/emails/<uuid:email_id>/release", methods=["POST"])
@acts(blueprint, bodies.Token)
@blueprint.response(200, schemas.Item)
@allow(*AGENTS)
def release(email_id: UUID) -> Response:
    """Give a mail back."""
    token = asked(bodies.Token)["lease_token"]
    item = parts().agents.actions.do(caller(), agent(), email_id, Release(), token)
    assert item is not None
    return json(of_item(item))
