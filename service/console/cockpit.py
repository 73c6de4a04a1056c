"""Views: all models over time for supervisors, and for admins the change of who decides."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from model.artifact import ArtifactError
from service.console.cockpit_page import Wanted, shown
from service.console.language import Tongue, language, maybe, say
from service.console.parts import parts
from service.console.session import account, by
from service.domain.models import CHAMPION, Refused
from service.domain.types import ALL, Role
from service.errors import Forbidden
from service.flow.cockpit import Cockpit, key, look
from service.flow.registry import roll_back

_MOST_REASON = 1000
_CONFLICT = 409


def register(blueprint: Blueprint) -> None:
    """Add the views."""
    blueprint.add_url_rule("/models", "models", models)
    blueprint.add_url_rule("/models/promote", "promote", _promote, methods=["POST"])
    blueprint.add_url_rule("/models/roll-back", "roll_back", _roll_back, methods=["POST"])


def models() -> str:
    """Every model on the same mail, who was champion when, and what each change did."""
    if not account().supervises:
        raise Forbidden("Only supervisors see the figures")
    return _page()


def _done(seen: Cockpit) -> str:
    """What was just done; a link that somebody else made up says nothing that is not so."""
    done, version = request.args.get("done", ""), request.args.get("version")
    if done not in {"promote", "roll_back"} or version != (seen.champion or ""):
        return ""
    return say(f"cockpit.done.{done}", version=version or "MODEL_PATH")


def _page(said: str = "", *, refused: bool = False) -> str:
    seen = look(parts().engine, request.args.get("set", ""))
    wanted = Wanted(_number(request.args.get("page", "")), version=request.args.get("model", ""))
    page = shown(seen, Tongue(language()), title, wanted, datetime.now(UTC))
    return render_template(
        "cockpit.html",
        live=True,
        chosen_set=key(seen.on) if seen.on else "",
        change=_change(seen) if _may_change() else [],
        said=said or _done(seen),
        refused=refused,
        **page,
    )


def title(category: str) -> str:
    """A category as people call it."""
    known = parts().routing.categories.get(category)
    return known.title if known else maybe(f"category.{category}", category)


def _may_change() -> bool:
    """Another champion is everybody's: an admin who is limited to some mail is not asked."""
    me = account()
    return Role.ADMIN in me.roles and me.mailboxes == ALL and me.queues == ALL


def _change(seen: Cockpit) -> list[dict[str, Any]]:
    """What may be done: the challenger promoted, the champion before brought back."""
    offered = []
    if seen.challenger and parts().registry is not None:
        offered.append({"view": "promote", "version": seen.challenger})
    if seen.may_go_back:
        offered.append({"view": "roll_back", "version": seen.back_to or ""})
    return [{**one, "champion": seen.champion or ""} for one in offered]


def _promote() -> Response:
    version = request.form.get("version", "")

    def do(reason: str) -> object:
        registry = parts().registry
        if registry is None:
            raise Refused("This process has no store of models: AIGUILLEUR_MODEL_STORE names it.")
        return registry().promote(version, CHAMPION, by(), reason, _champion())

    return _changed("promote", version, do)


def _roll_back() -> Response:
    version = request.form.get("version", "")
    return _changed(
        "roll_back",
        version,
        lambda reason: roll_back(
            parts().engine, by(), reason, _champion(), parts().routing.categories
        ),
    )


def _champion() -> str:
    """Who the page said is champion; empty for the model of MODEL_PATH."""
    return request.form.get("champion", "")


def _changed(view: str, version: str, do: Callable[[str], object]) -> Response:
    """Do it, and show the page with what came of it."""
    if not _may_change():
        raise Forbidden("Only admins of all mail change which model decides")
    reason = request.form.get("reason", "").replace("\0", "").strip()
    if not 0 < len(reason) <= _MOST_REASON:
        return Response(_page(say("cockpit.no_reason"), refused=True), 422)
    try:
        do(reason)
    except (Refused, ArtifactError) as error:
        return Response(_page(str(error), refused=True), _CONFLICT)
    answer = redirect(url_for("console.models", done=view, version=version), 303)
    assert isinstance(answer, Response)
    return answer


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
