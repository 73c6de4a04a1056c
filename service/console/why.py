"""View: which words made the model's decision, marked in the text that it read.

Asked for by people only, and never with the mail itself: a worker takes up to a second for it.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, render_template

from service.console.marking import marked
from service.console.parts import parts
from service.console.session import by, who
from service.errors import NotExplained, Unexplained
from service.flow.explain import Why

_SECONDS = 2.0  # somebody looks on; what comes later is there when they ask again


def register(blueprint: Blueprint) -> None:
    """Add the view."""
    blueprint.add_url_rule("/mails/<uuid:email_id>/why", "why", why)


def why(email_id: UUID) -> str:
    """The marked text; where there is none, a sentence that says why not."""
    try:
        found = parts().explanations.why(who(), by(), email_id, _SECONDS)
    except (NotExplained, Unexplained) as error:
        return render_template("_why.html", id=email_id, lack=error.code)
    return render_template("_why.html", id=email_id, lack=None, **_shown(email_id, found))


def _shown(email_id: UUID, why: Why) -> dict[str, Any]:
    """What is shown; `decided` only where another model than today's decided otherwise."""
    _, decisions = parts().desk.email(who(), email_id)
    decided = decisions[-1].category
    label = why.found["label"]
    return {
        "marked": marked(why.text, why.found["words"], why.found["sentences"]),
        "label": label,
        "decided": None if decided == label else decided,
        "complete": why.found["complete"],
    }
