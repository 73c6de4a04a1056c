"""Why a mail was given its category: computed by a worker, which has the model; read by the API.

API: decided by the model? -> ask -> wait -> places in the text -> words
worker: id -> content -> text -> occlusion -> places and weights
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from mail.text import TEXT_VERSION, model_input
from model.explain import explain
from service import log
from service.domain.items import Actor
from service.domain.types import Kind, Principal
from service.errors import NotExplained, NotFound, Unexplained
from service.flow.explanations import WAIT_SECONDS, Requests
from service.flow.read import parse_content
from service.flow.serving import Serving
from service.store import audit, lists, read
from service.store import engine as database

_log = log.get(__name__)


@dataclass(frozen=True, slots=True)
class Why:
    """What the model read, and the weights of its parts as `model.explain` gives them."""

    text: str
    found: dict[str, Any]


class Explanations:
    """The API's side; that parts of a mail were read is noted, as for its text."""

    def __init__(self, engine: Engine, requests: Requests) -> None:
        self._engine = engine
        self._requests = requests

    def why(self, who: Principal, by: Actor, email_id: UUID, seconds: float = WAIT_SECONDS) -> Why:
        """The explanation of a mail's category.

        Raises:
            NotFound: unknown, or not theirs to see.
            NotExplained: not decided yet, or without the model.
            Unexplained: no worker answered in time, or none runs the text version of this API.

        """

        def work(connection: Connection) -> tuple[Row[Any] | None, Sequence[Row[Any]]]:
            row = lists.content(connection, who, email_id)
            if row is not None:
                audit.append(connection, by, audit.Entry(email_id, "read"))
            return row, read.decisions(connection, email_id) if row is not None else ()

        row, decisions = database.run(self._engine, work)
        if row is None:
            raise NotFound
        if not any(decision.scores for decision in decisions):
            raise NotExplained
        found = self._requests.ask(email_id, seconds)
        if found is None or found["text_version"] != TEXT_VERSION:
            raise Unexplained
        return Why(model_input(parse_content(Kind(row.kind), bytes(row.content))), found)


class Explainer:
    """A worker's side: explains by the classifier that serves there."""

    def __init__(self, engine: Engine, serving: Serving) -> None:
        self._engine = engine
        self._serving = serving

    def explain(self, email_id: UUID) -> dict[str, Any] | None:
        """Places and weights, never text; None where the mail is gone or says nothing."""
        row = database.run(self._engine, lambda c: read.content(c, email_id))
        if row is None:
            return None
        text = model_input(parse_content(Kind(row.kind), bytes(row.content)))
        if not text.strip():
            return None
        classifier = self._serving.now()
        try:
            found = explain(classifier, text)
        except Exception:  # noqa: BLE001  # as in deciding: one mail's fault stops no other
            _log.exception("explain_failed", email_id=str(email_id))
            return None
        return {
            **asdict(found),
            "model": {"name": classifier.name, "version": classifier.version},
            "text_version": TEXT_VERSION,
        }
