"""History once more under another `routing.yaml`: reads only, and decides nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row

from service.domain.routing import Facts, Routing
from service.domain.simulation import Past, reroute
from service.domain.types import Priority
from service.store import engine as database
from service.store import history

ASK_MODEL = "(ask the model)"
_PAGE = 1000
_EXAMPLES = 3


@dataclass(slots=True)
class Difference:
    """How many mails went from which queue to which, with the ids of some that moved."""

    emails: int = 0
    queues: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: defaultdict[tuple[str, str], list[UUID]] = field(
        default_factory=lambda: defaultdict(list)
    )

    @property
    def moved(self) -> int:
        """How many would lie in another queue."""
        return sum(count for (old, new), count in self.queues.items() if old != new)

    def add(self, email_id: UUID, old: str, new: str) -> None:
        """Count one mail."""
        self.emails += 1
        self.queues[old, new] += 1
        if old != new and len(self.examples[old, new]) < _EXAMPLES:
            self.examples[old, new].append(email_id)


def simulate(engine: Engine, routing: Routing, since: datetime) -> Difference:
    """Compare where mail that came since then went with where it would go."""
    difference = Difference()
    for past in _pasts(engine, since):
        route = reroute(routing, past)
        difference.add(past.email_id, past.queue, route.queue if route else ASK_MODEL)
    return difference


def _pasts(engine: Engine, since: datetime) -> Iterator[Past]:
    after = UUID(int=0)
    while page := _page(engine, since, after):
        yield from map(_past, page)
        after = page[-1].id


def _page(engine: Engine, since: datetime, after: UUID) -> Sequence[Row[Any]]:
    return database.run(engine, lambda c: history.first_decisions(c, since, after, _PAGE))


def _past(row: Row[Any]) -> Past:
    domain = (row.sender or "").rpartition("@")[2].lower()
    facts = Facts(row.mailbox, Priority(row.priority), row.machine, domain)
    return Past(row.id, facts, row.label, row.confidence, row.queue, row.reason)
