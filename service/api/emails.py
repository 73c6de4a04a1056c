"""`/v1/emails`: post one raw message, see one e-mail whole."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import Row

from service.api import answer_schemas as answers
from service.api import request_schemas as requests
from service.api.agents.views import name
from service.api.answer import json
from service.api.auth import allow, caller
from service.api.body import message_body
from service.api.openapi import MESSAGE_BODY, problems
from service.api.parts import parts
from service.api.submissions import check_raw
from service.domain.types import POSTERS, Priority, Rejection, Role
from service.errors import FieldError, Forbidden, InvalidRequest, ServiceError
from service.flow.accept import FORBIDDEN_CODES

blueprint = Blueprint("emails", __name__, url_prefix="/v1/emails", description="E-mails")


@blueprint.route("")
class Emails(MethodView):
    """All e-mails."""

    @blueprint.doc(requestBody=MESSAGE_BODY)
    @blueprint.arguments(requests.EmailQuery, location="query")
    @blueprint.response(202, answers.EmailReceipt, description="Stored; being decided")
    @blueprint.alt_response(200, schema=answers.EmailReceipt, description="Had come before")
    @problems(blueprint, 400, 401, 403, 409, 413, 415, 422, 429, 503)
    @allow(*POSTERS)
    def post(self, options: dict[str, Any]) -> Response:
        """Post one message as its RFC 5322 bytes, as a mail gateway does.

        The same message again, whatever its trace headers, gets the first answer.
        """
        raw = message_body(parts().settings.max_message_bytes)
        checked = check_raw(raw, options, caller(), parts().rules)
        if isinstance(checked, Rejection):
            raise _refusal(checked)
        receipt = parts().intake.one(caller(), checked)
        body = {
            "id": receipt.email_id,
            "external_id": receipt.external_id,
            "duplicate": receipt.duplicate,
        }
        status = 200 if receipt.duplicate else 202
        return json(body, status, location=f"/v1/emails/{receipt.email_id}")


@blueprint.route("/<uuid:email_id>")
class Email(MethodView):
    """One e-mail."""

    @blueprint.response(200, answers.Email)
    @problems(blueprint, 401, 403, 404, 503)
    @allow(*Role)
    def get(self, *, email_id: UUID) -> Response:
        """See what an e-mail says, where it went, why, and by which versions."""
        email, decisions = parts().desk.email(caller(), email_id)
        return json(_email(email, decisions, team=email.for_team))


def _refusal(rejection: Rejection) -> ServiceError:
    fault = FieldError(rejection.field, rejection.code, rejection.detail)
    kind = Forbidden if rejection.code in FORBIDDEN_CODES else InvalidRequest
    return kind(errors=[fault])


def _email(email: Row[Any], decisions: Sequence[Row[Any]], *, team: bool) -> dict[str, Any]:
    fields = email.fields or {}
    history = [_decision(row, team=team) for row in decisions]
    return {
        "id": email.id,
        "external_id": email.external_id,
        "batch_id": email.batch_id,
        "mailbox": email.mailbox,
        "kind": email.kind,
        "size": email.size,
        "received_at": email.received_at,
        "status": "decided" if history else "waiting",
        **{name: fields.get(name) for name in ("message_id", "subject", "from", "date", "machine")},
        **{name: fields.get(name, []) for name in ("to", "cc", "attachments", "defects")},
        "decision": history[0] if history else None,
        "history": history[1:],
        "timings": _timings(email, decisions[-1]) if history else None,
        "possible_duplicate_of": email.possible_duplicate_of,
    }


def _decision(row: Row[Any], *, team: bool) -> dict[str, Any]:
    """One decision; who made it, and why, concerns only those who work on this mail."""
    who = name(row.by_client, row.by_agent) if row.by_client else None
    return {
        "category": row.category,
        "confidence": row.confidence,
        "threshold": row.threshold,
        "scores": row.scores,
        "queue": row.queue,
        "priority": Priority(row.priority).name.lower(),
        "reason": row.reason,
        "model": {"name": row.model_name, "version": row.model_version},
        "text_version": row.text_version,
        "routing_version": row.routing_version,
        "source": row.source,
        "decided_at": row.decided_at,
        **({"by": who, "note": row.note} if team else {}),
    }


def _timings(email: Row[Any], first: Row[Any]) -> dict[str, float]:
    return {
        "waited_seconds": first.waited_seconds,
        "inference_seconds": first.inference_seconds,
        "total_seconds": (first.decided_at - email.received_at).total_seconds(),
    }
