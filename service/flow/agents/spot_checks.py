"""Spot checks as people work on them: the next mail, without what the model said, and a label.

A label changes nothing of the work on the mail: not its queue, its category or who holds it.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from service.domain.items import Actor
from service.domain.routing import Routing
from service.domain.types import Principal
from service.errors import FieldError, InvalidRequest, NotFound
from service.store import audit
from service.store import engine as database
from service.store import spot_checks as store

_FIRST = UUID(int=0)


class SpotChecks:
    """Mail that was chosen by chance, of what a key may see."""

    def __init__(self, engine: Engine, routing: Routing) -> None:
        self._engine = engine
        self._routing = routing

    def waiting(
        self, who: Principal, *, after: UUID = _FIRST, limit: int = 1
    ) -> Sequence[Row[Any]]:
        """Mails that nobody has labelled yet, oldest first."""
        return database.run(self._engine, lambda c: store.waiting(c, who, after, limit))

    def count(self, who: Principal) -> int:
        """How many those are."""
        return database.run(self._engine, lambda c: store.count_waiting(c, who))

    def label(self, who: Principal, by: Actor, email_id: UUID, category: str) -> None:
        """Say what a mail is about; whoever says it last is right.

        Raises:
            NotFound, InvalidRequest: it was not chosen; there is no such category.

        """
        if category not in self._routing.categories:
            raise InvalidRequest(
                errors=[FieldError("category", "unknown", "There is no category of this name")]
            )

        def work(connection: Connection) -> None:
            if not store.label(connection, who, by, email_id, category):
                raise NotFound
            audit.append(connection, by, audit.Entry(email_id, "checked", {"category": category}))

        database.run(self._engine, work)
