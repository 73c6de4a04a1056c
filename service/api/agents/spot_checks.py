"""Spot checks over HTTP: which mails wait for a label, and a label."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint

from service.api.agents import bodies, schemas
from service.api.agents.asking import AGENTS, acts, agent, asked
from service.api.answer import json
from service.api.auth import allow, caller
from service.api.openapi import problems
from service.api.parts import parts

blueprint = Blueprint("spot checks", __name__, url_prefix="/v1", description="Spot checks")


@blueprint.route("/spot-checks")
@blueprint.arguments(bodies.SpotCheckQuery, location="query")
@blueprint.response(200, schemas.SpotCheckPage)
@problems(blueprint, 401, 403, 422, 503)
@allow(*AGENTS)
def waiting(options: dict[str, Any]) -> Response:
    """See mail that was chosen by chance and that nobody has labelled yet, oldest first."""
    limit = options["limit"]
    rows = parts().agents.checks.waiting(
        caller(), after=options["cursor"] or UUID(int=0), limit=limit
    )
    items = [
        {
            "id": row.email_id,
            "received_at": row.received_at,
            "mailbox": row.mailbox,
            "subject": row.subject,
            "from": row.sender,
        }
        for row in rows
    ]
    following = str(rows[-1].email_id) if len(rows) == limit else None
    return json({"items": items, "next_cursor": following})


@blueprint.route("/emails/<uuid:email_id>/spot-check", methods=["PUT"])
@acts(blueprint, bodies.SpotCheckBody)
@blueprint.response(200, schemas.Labelled)
@allow(*AGENTS)
def label(email_id: UUID) -> Response:
    """Say what a mail of a spot check is about. Nothing else about the mail changes."""
    category = asked(bodies.SpotCheckBody)["category"]
    parts().agents.checks.label(caller(), agent(), email_id, category)
    return json({"id": email_id, "category": category})
