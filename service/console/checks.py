"""Views: spot checks, one mail at a time, without a word of what the model said."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import Row

from service.console import mails, present
from service.console.language import say
from service.console.parts import parts
from service.console.session import by, who
from service.errors import NotFound

_FIRST = UUID(int=0)


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    blueprint.add_url_rule("/checks", "checks", checks)
    blueprint.add_url_rule("/checks/<uuid:email_id>", "label", label, methods=["POST"])


def checks() -> str:
    """The oldest mail that nobody has labelled yet, or the next one after a mail."""
    found = parts().team.checks.waiting(who(), after=_after())
    return render_template(
        "checks.html",
        mail=_mail(found[0]) if found else None,
        waiting=parts().team.checks.count(who()),
        categories=list(parts().routing.categories.values()),
    )


def label(email_id: UUID) -> Response:
    """What somebody says of a mail; on to the next one."""
    parts().team.checks.label(who(), by(), email_id, request.form.get("category", ""))
    where = url_for("console.checks", after=email_id)
    return Response(status=303, headers={"Location": where})


def _mail(row: Row[Any]) -> dict[str, Any]:
    said = parts().team.look.text(who(), by(), row.email_id)
    return {
        "id": row.email_id,
        "subject": row.subject or say("mail.no_subject"),
        "sender": present.sender(row.sender),
        "received_at": row.received_at,
        "messages": mails.messages(said.segmentation),
        "unread": said.unread,
    }


def _after() -> UUID:
    try:
        return UUID(request.args["after"]) if "after" in request.args else _FIRST
    except ValueError as error:
        raise NotFound from error
