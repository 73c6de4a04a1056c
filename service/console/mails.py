"""Views: one mail to read: its head (state, prediction, actions), its text, notes, its trail."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from sqlalchemy import Row

from mail.message_parts import SegmentKind
from mail.segment import Segmentation
from mail.unwrap import unwrapped
from service.console import present
from service.console.parts import parts
from service.console.session import account, by, who
from service.errors import InvalidRequest, NotInQueue

_MOST_NOTE = 10_000
_MOST_TRAIL = 500


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    blueprint.add_url_rule("/mails/<uuid:email_id>/head", "head", head)
    blueprint.add_url_rule("/mails/<uuid:email_id>/raw", "raw", raw)
    blueprint.add_url_rule("/mails/<uuid:email_id>/notes", "note", note, methods=["POST"])
    blueprint.add_url_rule("/mails/<uuid:email_id>/trail", "trail", trail)


def is_piece() -> bool:
    """Whether htmx asks, for a piece of a page it has."""
    restores = request.headers.get("HX-History-Restore-Request")
    return bool(request.headers.get("HX-Request")) and not restores


def pane(email_id: UUID) -> str:
    """The reading pane."""
    return render_template("_mail.html", opened=opened(email_id))


def opened(email_id: UUID) -> dict[str, Any]:
    """All that the reading pane shows; the trail notes who reads."""
    said = parts().team.look.text(who(), by(), email_id)
    notes = parts().team.look.notes(who(), email_id)
    shown = _head(email_id)
    fields = shown["email"].fields or {}
    return {
        **shown,
        "from": present.address(fields["from"]) if fields.get("from") else None,
        "to": [present.address(a) for a in fields.get("to", [])],
        "cc": [present.address(a) for a in fields.get("cc", [])],
        "attachments": [
            {**one, "size": present.size(one["size"])} for one in fields.get("attachments", [])
        ],
        "defects": fields.get("defects", []),
        "messages": messages(said.segmentation),
        "has_html": said.has_html,
        "unread": said.unread,
        "notes": [_note(row) for row in notes],
    }


def head(email_id: UUID) -> str:
    """The head of the pane, after something was done to the mail."""
    return render_template("_head.html", opened=_head(email_id))


def queue_of(email_id: UUID) -> str:
    """The queue that a mail is in, or was completed in."""
    open_row, done_row = parts().team.look.item(who(), email_id)
    row = open_row or done_row
    assert row is not None
    return str(row.queue)


def raw(email_id: UUID) -> Response:
    """The message as it came, to be kept as a file."""
    content = parts().team.look.original(who(), by(), email_id)
    answer = Response(content, content_type="message/rfc822")
    answer.headers["Content-Disposition"] = f'attachment; filename="{email_id}.eml"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def note(email_id: UUID) -> str:
    """Add a note; the answer is all of them."""
    words = request.form.get("text", "").replace("\0", "").strip()
    if not 0 < len(words) <= _MOST_NOTE:
        raise InvalidRequest(f"A note has 1 to {_MOST_NOTE} characters")
    parts().team.look.note(who(), by(), email_id, words)
    notes = [_note(row) for row in parts().team.look.notes(who(), email_id)]
    return render_template("_notes.html", notes=notes, id=email_id)


def trail(email_id: UUID) -> str:
    """Who did what, for supervisors."""
    rows: list[dict[str, Any]] = []
    if account().supervises:
        found = parts().team.look.trail(who(), email_id, after=0, limit=_MOST_TRAIL)
        rows = [
            {
                "at": row.at,
                "action": row.action,
                "by": present.person(row.by_client, row.by_agent),
                "detail": _detail(row.detail),
            }
            for row in found
        ]
    return render_template("_trail.html", rows=rows)


def messages(segmentation: Segmentation) -> list[dict[str, Any]]:
    """The newest message first, each older one below it, with what it is worth folding."""
    senders = {quoted.number: quoted.sender for quoted in segmentation.quoted}
    shown = []
    for number in segmentation.messages or [0]:
        said = unwrapped(segmentation.said(number))
        rest = _rest(segmentation, number)
        author = senders.get(number)
        shown.append(
            {
                "number": number,
                "main": number == segmentation.main,
                "author": present.address({"name": author.name, "address": author.address})
                if author
                else None,
                "said": said,
                "rest": rest,
            }
        )
    return shown


def _rest(segmentation: Segmentation, number: int) -> str:
    """Signature and disclaimer of one message."""
    kinds = {SegmentKind.SIGNATURE, SegmentKind.DISCLAIMER}
    spans = (s for s in segmentation.segments if s.message == number and s.kind in kinds)
    return "".join(segmentation.text[s.start : s.end] for s in spans).strip()


def _head(email_id: UUID) -> dict[str, Any]:
    email, decisions = parts().desk.email(who(), email_id)
    if not decisions:
        raise NotInQueue
    open_row, done_row = parts().team.look.item(who(), email_id)
    if open_row is not None:
        line = present.line(open_row, by())
    else:
        assert done_row is not None
        line = present.completed(done_row, email)
    return {
        "line": line,
        "email": email,
        "first": _decision(decisions[-1]),
        "later": [_decision(row) for row in decisions[:-1]],
        "supervises": account().supervises,
        "categories": list(parts().routing.categories.values()),
    }


def _decision(row: Row[Any]) -> dict[str, Any]:
    return {
        "category": row.category,
        "queue": row.queue,
        "confidence": present.percent(row.confidence),
        "threshold": present.percent(row.threshold),
        "reason": present.reason(row),
        "top": present.top(row),
        "model": f"{row.model_name} {row.model_version}".strip(),
        "at": row.decided_at,
        "by": present.person(row.by_client, row.by_agent) if row.by_client else None,
        "note": row.note,
    }


def _note(row: Row[Any]) -> dict[str, Any]:
    return {"at": row.at, "by": present.person(row.by_client, row.by_agent), "text": row.text}


def _detail(detail: dict[str, Any]) -> str:
    return ", ".join(f"{name}: {value}" for name, value in detail.items() if value is not None)
