"""`/v1/batches`: post many e-mails, see what became of them."""

import hashlib
from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint
from sqlalchemy import Row

from service.api import answer_schemas as answers
from service.api import request_schemas as requests
from service.api.answer import json
from service.api.auth import allow, caller
from service.api.body import idempotency_key, json_body
from service.api.openapi import BATCH_BODY, IDEMPOTENCY_KEY, problems
from service.api.parts import parts
from service.api.shape import posted_items
from service.api.submissions import check_items
from service.domain.types import POSTERS, Role
from service.flow.accept import Accepted, Posted, RequestKey
from service.store.idempotency import Answer

blueprint = Blueprint("batches", __name__, url_prefix="/v1/batches", description="Batches")


@blueprint.route("")
class Batches(MethodView):
    """All batches."""

    @blueprint.doc(requestBody=BATCH_BODY, parameters=[IDEMPOTENCY_KEY])
    @blueprint.arguments(requests.BatchQuery, location="query", as_kwargs=True)
    @blueprint.response(202, answers.BatchReceipt, description="Stored; being decided")
    @blueprint.alt_response(200, schema=answers.BatchReceipt, description="All had come before")
    @problems(blueprint, 400, 401, 403, 409, 413, 415, 422, 429, 503)
    @allow(*POSTERS)
    def post(self, *, atomic: bool) -> Response:
        """Post up to 1,000 e-mails.

        Each is stored by itself: a wrong one is answered with its error and does not keep the
        others out, unless `atomic`. What the answer lists with an id is durable.
        """
        value, body = json_body()
        request_key = _request_key(body, atomic=atomic)
        items = posted_items(value)
        submissions, rejections = check_items(items, caller(), parts().rules)
        posted = Posted(tuple(submissions), tuple(rejections), atomic)
        made = parts().intake.batch(caller(), posted, request_key, _receipt)
        return json(made.body, made.status, location=made.location)


@blueprint.route("/<uuid:batch_id>")
class Batch(MethodView):
    """One batch."""

    @blueprint.arguments(requests.PageQuery, location="query", as_kwargs=True)
    @blueprint.response(200, answers.BatchPage)
    @problems(blueprint, 401, 403, 404, 422, 503)
    @allow(*Role)
    def get(self, *, batch_id: UUID, wait: float, limit: int, cursor: str) -> Response:
        """See how far a batch is and where its e-mails went, a page at a time.

        With `wait`, the answer comes when the batch is done or after that many seconds; when too
        many wait already, it comes at once. `Retry-After` says when to ask again.
        """
        desk, after = parts().desk, int(cursor)
        batch, results = desk.batch(caller(), batch_id, after=after, limit=limit)
        if batch.waiting and wait:
            parts().waiting_room.wait(batch_id, wait)
            batch, results = desk.batch(caller(), batch_id, after=after, limit=limit)
        answer = json(_page(batch, results, after + len(results)))
        if batch.waiting:
            answer.headers["Retry-After"] = "1"
        return answer


def _request_key(body: bytes, *, atomic: bool) -> RequestKey | None:
    key = idempotency_key()
    if key is None:
        return None
    # `atomic` changes what the request means, so it is part of what must be the same
    return RequestKey(key, hashlib.sha256(bytes([atomic]) + body).digest())


def _receipt(accepted: Accepted) -> Answer:
    new = accepted.new
    body: dict[str, Any] = {
        "id": str(accepted.batch_id),
        "status": "processing" if new else "done",
        "counts": {
            "total": len(accepted.receipts) + len(accepted.rejections),
            "accepted": new,
            "duplicates": len(accepted.receipts) - new,
            "rejected": len(accepted.rejections),
        },
        "items": _items(accepted),
    }
    status = 202 if new or accepted.rejections else 200
    return Answer(status, f"/v1/batches/{accepted.batch_id}", body)


def _items(accepted: Accepted) -> list[dict[str, Any]]:
    stored: list[dict[str, Any]] = [
        {
            "index": r.index,
            "id": str(r.email_id),
            "external_id": r.external_id,
            "duplicate": r.duplicate,
        }
        for r in accepted.receipts
    ]
    refused: list[dict[str, Any]] = [
        {
            "index": r.index,
            "external_id": r.external_id,
            "error": {"code": r.code, "detail": r.detail, "field": r.field},
        }
        for r in accepted.rejections
    ]
    return sorted(stored + refused, key=lambda item: int(item["index"]))


def _page(batch: Row[Any], results: Any, reached: int) -> dict[str, Any]:
    rejected, duplicates = len(batch.errors), len(batch.duplicates)
    return {
        "id": batch.id,
        "status": "processing" if batch.waiting else "done",
        "created_at": batch.created_at,
        "counts": {
            "total": batch.total,
            "accepted": batch.stored - duplicates,
            "duplicates": duplicates,
            "rejected": rejected,
            "decided": batch.stored - batch.waiting,
            "waiting": batch.waiting,
        },
        "results": [_result(row) for row in results],
        "next_cursor": str(reached) if reached < batch.total else None,
    }


def _result(row: Row[Any]) -> dict[str, Any]:
    head = {"index": row.position, "external_id": row.external_id}
    if row.email_id is None:
        return {**head, "error": row.error}
    return {
        **head,
        "id": row.email_id,
        "duplicate": row.duplicate,
        "status": "waiting" if row.category is None else "decided",
        "category": row.category,
        "confidence": row.confidence,
        "queue": row.queue,
        "reason": row.reason,
    }
