"""Views: queues with their counts, a queue's mail, search."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, render_template, request, url_for

from service.console import mails, present
from service.console.parts import parts
from service.console.present import Line
from service.console.session import by, who
from service.errors import NoQueues, NotFound
from service.store.lists import Filter

PAGE, MOST = 50, 200
VIEWS = ("open", "free", "mine", "snoozed", "late")


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    blueprint.add_url_rule("", "home", home)
    blueprint.add_url_rule("/queues/<name>", "queue", queue)
    blueprint.add_url_rule("/queues/<name>/<uuid:email_id>", "queued", queue)
    blueprint.add_url_rule("/mails/<uuid:email_id>", "mail", mail)
    blueprint.add_url_rule("/search", "search", search)
    blueprint.add_url_rule("/live/queues", "live_queues", live_queues)
    blueprint.add_url_rule("/live/queues/<name>", "live_list", live_list)


def home() -> Response:
    """On to the queue that needs people most."""
    queues = _queues()
    if not queues:
        raise NoQueues
    worst = max(queues, key=lambda q: (q["breached"], q["breach_soon"], q["waiting"]))
    return Response(status=303, headers={"Location": url_for("console.queue", name=worst["name"])})


def queue(name: str, email_id: UUID | None = None) -> str:
    """A queue's mail, and one of them to read; htmx asks for the latter alone."""
    if email_id and mails.is_piece():
        return mails.pane(email_id)
    return _page(_listed(name), email_id)


def mail(email_id: UUID) -> str:
    """A mail, wherever it is."""
    if mails.is_piece():
        return mails.pane(email_id)
    where = mails.queue_of(email_id)
    # mail may lie in a queue that `routing.yaml` no longer names
    known = where in parts().routing.queues
    return _page(_listed(where) if known else _found("", [], PAGE), email_id)


def search() -> str:
    """What was found; the list in place of a queue's."""
    asked = request.args.get("q", "").strip()[:200]
    limit = _limit()
    rows = parts().team.look.search(who(), asked, queue=None, before=None, limit=limit + 1)
    return _page(_found(asked, rows, limit), None)


def live_queues() -> str:
    """The queues' counts, for a page that refreshes them."""
    return render_template("_queues.html", queues=_queues(), active=request.args.get("active"))


def live_list(name: str) -> str:
    """A queue's list, for a page that refreshes it."""
    return render_template("_list.html", **_listed(name))


def _page(shown: dict[str, Any], email_id: UUID | None) -> str:
    opened = mails.opened(email_id) if email_id else None
    return render_template(
        "queue.html", queues=_queues(), active=shown["queue"], opened=opened, **shown
    )


def _queues() -> list[dict[str, Any]]:
    return [
        {**found, "oldest": _age(found["oldest_age_seconds"])}
        for found in parts().desk.queues(who())
    ]


def _age(seconds: Any) -> str | None:
    return None if seconds is None else present.span(float(seconds))


def _listed(name: str) -> dict[str, Any]:
    if name not in parts().routing.queues:
        raise NotFound
    view = request.args.get("view", "open")
    view = view if view in VIEWS else "open"
    limit = _limit()
    rows = parts().team.look.queue(who(), name, _filter(view), after=None, limit=limit)
    return {
        "queue": name,
        "view": view,
        "views": VIEWS,
        "limit": limit,
        "more": min(limit + PAGE, MOST) if len(rows) == limit and limit < MOST else None,
        "lines": _lines(rows),
    }


def _found(asked: str, rows: Any, limit: int) -> dict[str, Any]:
    """The newest of what was found; `rows` has one more than is shown where there are more."""
    rest = len(rows) > limit
    return {
        "lines": [present.found(row) for row in rows[:limit]],
        "asked": asked,
        "queue": None,
        "rest": rest,
        "more": min(limit + PAGE, MOST) if rest and limit < MOST else None,
    }


def _lines(rows: Any) -> list[Line]:
    return [present.line(row, by()) for row in rows]


def _filter(view: str) -> Filter:
    if view == "mine":
        return Filter(mine=by())
    if view == "late":
        return Filter(sla="breached")
    return Filter(state=None if view == "open" else view)


def _limit() -> int:
    asked = request.args.get("limit", "")
    return min(max(int(asked), 1), MOST) if asked.isascii() and asked.isdigit() else PAGE
