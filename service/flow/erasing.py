"""Letting mail go: what is old enough, or what a person asked us to forget, page by page.

Each page is a transaction of its own, with its audit entries: stopped at any moment, it can be run
again and goes on where it was.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine

from mail.parse import sender_of
from service.domain.items import Actor
from service.domain.types import Kind
from service.flow.read import message_bytes
from service.store import audit, erasure, shadow, waiting
from service.store import engine as database

_PAGE = 500  # mails in one transaction

Select = Callable[[Connection, int], list[UUID]]


@dataclass(slots=True)
class Report:
    """What went: rows by table, and the exported files that hold some of it still."""

    rows: Counter[str] = field(default_factory=Counter)
    exports: Counter[str] = field(default_factory=Counter)

    @property
    def emails(self) -> int:
        """How many mails."""
        return self.rows["emails"]

    def add(self, other: "Report") -> None:
        """Count what another part of the work found."""
        self.rows.update(other.rows)
        self.exports.update(other.exports)


def purge(engine: Engine, by: Actor, days: float, also_open: Sequence[str] = ()) -> Report:
    """Erase mail that was completed more than `days` ago, and what a shadow said that long ago.

    Args:
        engine: the database.
        by: who is noted in the audit trail.
        days: how long completed mail is kept.
        also_open: queues whose mail goes too, that long after it came, though nobody completed it.

    """
    before = datetime.now(UTC) - timedelta(days=days)
    report = _erase(engine, by, "purged", lambda c, most: erasure.completed(c, before, most))
    if also_open:
        report.add(
            _erase(
                engine, by, "purged", lambda c, most: erasure.still_open(c, also_open, before, most)
            )
        )
    report.rows["batches"] = database.run(engine, lambda c: erasure.drop_empty_batches(c, before))
    report.rows["shadow_predictions"] += database.run(engine, lambda c: shadow.drop_old(c, before))
    return report


def forget(engine: Engine, by: Actor, address: str) -> Report:
    """Erase every mail that this address sent: decided or waiting, open or completed."""
    unread = _unread(engine, address)
    report = _erase(engine, by, "erased", lambda c, most: erasure.left(c, unread, most))
    read = _erase(engine, by, "erased", lambda c, most: erasure.of_sender(c, address, most))
    report.add(read)
    return report


def _unread(engine: Engine, address: str) -> list[UUID]:
    """Waiting mail of this sender, which only its raw bytes tell."""
    found: list[UUID] = []
    after = UUID(int=0)
    while page := _page_of_waiting(engine, after):
        found += [email_id for email_id, sender in page if sender == address.lower()]
        after = page[-1][0]
    return found


def _page_of_waiting(engine: Engine, after: UUID) -> list[tuple[UUID, str]]:
    rows = database.run(engine, lambda c: waiting.contents(c, after, _PAGE))
    found = [(row.id, sender_of(message_bytes(Kind(row.kind), bytes(row.content)))) for row in rows]
    return [(email_id, sender.address.lower() if sender else "") for email_id, sender in found]


def _erase(engine: Engine, by: Actor, action: str, select: Select) -> Report:
    report = Report()

    def page(connection: Connection) -> Report:
        ids = select(connection, _PAGE)
        exports = erasure.exports(connection, ids)
        rows = erasure.erase(connection, ids)
        audit.append(connection, by, *(audit.Entry(email_id, action) for email_id in ids))
        return Report(Counter(rows), Counter(exports))

    while True:
        gone = database.run(engine, page)
        if not gone.emails:
            return report
        report.add(gone)
