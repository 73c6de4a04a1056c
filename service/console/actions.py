"""Views: what people do with mail. All but claims can be undone for ten minutes."""

from datetime import UTC, datetime
from uuid import UUID

import orjson
from flask import Blueprint, Response, render_template, request, url_for

from service.console import mails
from service.console.language import say
from service.console.parts import parts
from service.console.session import account, by, who
from service.domain.actions import Action, Complete, Correct, Release, Reroute, Respond, Snooze
from service.errors import FieldError, Forbidden, InvalidRequest, NotInQueue
from service.flow.agents.bulk import Report

LEASE_SECONDS = 300
_MOST = 500
_MOST_REASON = 500
_LEAVES = {"complete", "reroute", "snooze"}  # after these the mail is no longer in the list


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    one = "/mails/<uuid:email_id>"
    blueprint.add_url_rule(f"{one}/claim", "claim", claim, methods=["POST"])
    blueprint.add_url_rule(f"{one}/renew", "renew", renew, methods=["POST"])
    blueprint.add_url_rule("/claims", "claim_next", claim_next, methods=["POST"])
    blueprint.add_url_rule("/actions/<name>", "act", act, methods=["POST"])
    blueprint.add_url_rule("/undo/<uuid:bulk_id>", "undo", undo, methods=["POST"])


def claim(email_id: UUID) -> Response:
    """Take a mail; supervisors may take it from whoever has it."""
    take = request.form.get("take") == "true"
    if take and not account().supervises:
        raise Forbidden("Only supervisors take mail from others")
    parts().team.claims.one(who(), by(), email_id, LEASE_SECONDS, take=take)
    told = {"action": "claim", "ids": [str(email_id)], "refused": []}
    return _told(mails.head(email_id), acted=told)


def renew(email_id: UUID) -> Response:
    """Keep a mail for as long as its page is open."""
    lease = _uuid(request.form.get("lease_token", ""))
    parts().team.claims.renew(who(), by(), email_id, lease, LEASE_SECONDS)
    return Response(status=204)


def claim_next() -> Response:
    """Take the most urgent free mail of a queue, and go to it."""
    queue = request.form.get("queue", "")
    item = parts().team.claims.next(who(), by(), [queue] if queue else None, LEASE_SECONDS)
    if item is None:
        return _told(render_template("_toast.html", said=say("toast.nothing_waits"), bad=False))
    where = url_for("console.queued", name=item.queue, email_id=item.email_id)
    return _told("", claimed={"url": where, "id": str(item.email_id)})


def act(name: str) -> Response:
    """One action on one mail or many, each by itself; what is refused is said."""
    ids = [_uuid(text) for text in request.form.getlist("ids")[:_MOST]]
    if not ids:
        raise InvalidRequest(errors=[FieldError("ids", "required", "Choose a mail first")])
    action = _action(name)
    if isinstance(action, Correct) and len(ids) == 1:
        return _corrected(ids[0], action)
    return _reported(name, parts().team.bulk.do(who(), by(), name, action, ids))


def undo(bulk_id: UUID) -> Response:
    """Put back what an action did."""
    report = parts().team.bulk.undo(who(), by(), bulk_id)
    return _reported("undo", report)


def _corrected(email_id: UUID, action: Correct) -> Response:
    """Completed mail is corrected where it is; only open mail can be put back."""
    report = parts().team.bulk.do(who(), by(), "correct", action, [email_id])
    refused = report.refusals[email_id]
    if refused is None or refused.code != NotInQueue.code:
        return _reported("correct", report)
    parts().team.corrections.correct(who(), by(), email_id, action)
    return _reported("correct", Report(report.id, {email_id: None}))


def _action(name: str) -> Action:
    form = request.form
    reason = form.get("reason", "").replace("\0", "").strip()[:_MOST_REASON]
    match name:
        case "complete":
            return Complete()
        case "release":
            return Release()
        case "respond":
            return Respond()
        case "reroute" if reason:
            return Reroute(form.get("queue", ""), reason)
        case "reroute":
            raise InvalidRequest(errors=[FieldError("reason", "required", say("reroute.why"))])
        case "snooze":
            return Snooze(_moment(form.get("until", "")), reason or None)
        case "correct":
            return Correct(form.get("category", ""), reason or None, form.get("move") == "true")
    raise InvalidRequest(errors=[FieldError("action", "unknown", "There is no such action")])


def _reported(name: str, report: Report) -> Response:
    done = [str(email_id) for email_id, why in report.refusals.items() if why is None]
    refused = {why.code: why for why in report.refusals.values() if why}
    toast = render_template(
        "_toast.html",
        said=say(f"done.{name}", n=len(done)) if done else "",
        refused=[(code, why.detail) for code, why in refused.items()],
        undo=report.id if report.undo_until else None,
        bad=not done,
    )
    kept = [str(email_id) for email_id, why in report.refusals.items() if why]
    gone = name in _LEAVES or bool(report.lost)
    told = {"action": name, "ids": done, "refused": kept, "gone": gone}
    return _told(toast, acted=told)


def _told(body: str, **events: object) -> Response:
    answer = Response(body, content_type="text/html; charset=utf-8")
    if events:
        answer.headers["HX-Trigger"] = orjson.dumps(events).decode()
    return answer


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise InvalidRequest(errors=[FieldError("until", "invalid", "Choose a moment")])
    return moment.astimezone(UTC)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        fault = FieldError("ids", "invalid", "This is no mail's id")
        raise InvalidRequest(errors=[fault]) from error
