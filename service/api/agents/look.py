"""What agents look at: queues page by page, a mail's work, text, notes and trail, the search."""

from typing import Any
from uuid import UUID

from flask import Response
from flask.views import MethodView
from flask_smorest import Blueprint

from service.api.agents import bodies, schemas
from service.api.agents.asking import AGENTS, SUPERVISORS, acts, agent, as_agent, asked
from service.api.agents.views import completion, cursor, name, of_row, place
from service.api.answer import json
from service.api.auth import allow, caller
from service.api.openapi import problems
from service.api.parts import parts
from service.store.lists import Filter

blueprint = Blueprint("look", __name__, url_prefix="/v1", description="What agents look at")


@blueprint.route("/queues/<string:queue>/emails")
@blueprint.arguments(bodies.QueueQuery, location="query")
@blueprint.response(200, schemas.QueuePage)
@as_agent(blueprint, 401, 403, 404, 422, 503)
@allow(*AGENTS)
def listing(options: dict[str, Any], queue: str) -> Response:
    """See a queue in the order in which its mail is worked, a page at a time."""
    chosen = {key: options[key] for key in ("state", "sla", "category", "mailbox")}
    wanted = Filter(**chosen, mine=agent() if options["mine"] else None)
    after, limit = place(options["cursor"]), options["limit"]
    rows = parts().agents.look.queue(caller(), queue, wanted, after=after, limit=limit)
    following = cursor(rows[-1]) if len(rows) == limit else None
    return json({"items": [of_row(row) for row in rows], "next_cursor": following})


@blueprint.route("/search")
@blueprint.arguments(bodies.SearchQuery, location="query")
@blueprint.response(200, schemas.FoundPage)
@problems(blueprint, 401, 403, 422, 503)
@allow(*AGENTS)
def search(options: dict[str, Any]) -> Response:
    """Find mail by words of sender, subject and text, and by numbers however they are grouped.

    Case and accents do not count, a word finds longer ones, all words must be there.
    """
    limit = options["limit"]
    rows = parts().agents.look.search(
        caller(), options["q"], queue=options["queue"], before=options["cursor"], limit=limit
    )
    found = [
        {
            "id": row.id,
            "received_at": row.received_at,
            "mailbox": row.mailbox,
            "subject": row.subject,
            "from": row.sender,
            "category": row.category,
            "queue": row.queue,
            "open": row.open,
        }
        for row in rows
    ]
    following = str(rows[-1].id) if len(rows) == limit else None
    return json({"items": found, "next_cursor": following})


@blueprint.route("/emails/<uuid:email_id>/work")
@blueprint.response(200, schemas.Work)
@problems(blueprint, 401, 403, 404, 409, 503)
@allow(*AGENTS)
def work(email_id: UUID) -> Response:
    """See how the work on a mail stands."""
    open_row, done_row = parts().agents.look.item(caller(), email_id)
    item = of_row(open_row) if open_row else None
    done = completion(done_row) if done_row else None
    state = item["state"] if item else "done"
    return json({"id": email_id, "state": state, "item": item, "completion": done})


@blueprint.route("/emails/<uuid:email_id>/text")
@blueprint.response(200, schemas.Text)
@as_agent(blueprint, 401, 403, 404, 503)
@allow(*AGENTS)
def text(email_id: UUID) -> Response:
    """Read a mail; the trail notes who did. Its segments tell who wrote which part."""
    found = parts().agents.look.text(caller(), agent(), email_id)
    segmentation = found.segmentation
    segments = [
        {"kind": s.kind, "start": s.start, "end": s.end, "message": s.message}
        for s in segmentation.segments
    ]
    return json(
        {
            "subject": found.subject,
            "text": segmentation.text,
            "from_html": found.from_html,
            "unread": found.unread,
            "main": segmentation.main,
            "segments": segments,
        }
    )


@blueprint.route("/emails/<uuid:email_id>/explanation")
@blueprint.response(200, schemas.Explanation)
@as_agent(blueprint, 401, 403, 404, 409, 503)
@allow(*AGENTS)
def explanation(email_id: UUID) -> Response:
    """See which words and sentences made the model's decision; the trail notes who did.

    A worker works it out, usually within a second; ask again after a 503. The weight is what the
    log-odds of the category lose without the part.
    """
    why = parts().explanations.why(caller(), agent(), email_id)
    found = {
        kind: [{**span, "text": why.text[span["start"] : span["end"]]} for span in why.found[kind]]
        for kind in ("sentences", "words")
    }
    return json(
        {
            "id": email_id,
            "text": why.text,
            "category": why.found["label"],
            **{name: why.found[name] for name in ("score", "model", "complete")},
            **found,
        }
    )


@blueprint.route("/emails/<uuid:email_id>/notes")
class Notes(MethodView):
    """Notes on a mail."""

    @acts(blueprint, bodies.NoteBody)
    @blueprint.response(201, schemas.Note)
    @allow(*AGENTS)
    def post(self, *, email_id: UUID) -> Response:
        """Note something on a mail, whoever holds it."""
        words = asked(bodies.NoteBody)["text"]
        row = parts().agents.look.note(caller(), agent(), email_id, words)
        return json(_note(row), 201)

    @blueprint.response(200, schemas.Notes)
    @problems(blueprint, 401, 403, 404, 503)
    @allow(*AGENTS)
    def get(self, *, email_id: UUID) -> Response:
        """See what was noted, oldest first."""
        rows = parts().agents.look.notes(caller(), email_id)
        return json({"notes": [_note(row) for row in rows]})


@blueprint.route("/emails/<uuid:email_id>/audit")
@blueprint.arguments(bodies.TrailQuery, location="query")
@blueprint.response(200, schemas.Trail)
@problems(blueprint, 401, 403, 404, 422, 503)
@allow(*SUPERVISORS)
def audit(options: dict[str, Any], email_id: UUID) -> Response:
    """See who read or did what to a mail, oldest first."""
    after, limit = int(options["cursor"]), options["limit"]
    rows = parts().agents.look.trail(caller(), email_id, after=after, limit=limit)
    entries = [
        {
            "at": row.at,
            "action": row.action,
            "by": name(row.by_client, row.by_agent),
            "key": row.by_key,
            "detail": row.detail,
        }
        for row in rows
    ]
    following = str(rows[-1].id) if len(rows) == limit else None
    return json({"entries": entries, "next_cursor": following})


def _note(row: Any) -> dict[str, Any]:
    by = name(row.by_client, row.by_agent)
    return {"id": row.id, "at": row.at, "by": by, "text": row.text}
