"""How right the model is: by spot checks, without bias; and by what people corrected, with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row

from service.domain.spot_checks import Estimate, Group, estimate
from service.domain.types import Principal
from service.store import engine as database
from service.store import handled, spot_checks

DAYS = 30
LEAST_LABELLED = 30  # of a category; fewer say next to nothing of it


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Of one version of the model, on mail that it decided.

    `checked` is the estimate from spot checks, None while nothing was labelled; `waiting` are spot
    checks without a label. `stood` is the share of completed mails whose category nobody changed,
    of `completed`: an estimate from above.
    """

    version: str
    checked: Estimate | None
    waiting: int
    categories: Mapping[str, Estimate]
    stood: float | None
    completed: int


def accuracy(engine: Engine, days: int) -> list[Accuracy]:
    """Of each version that decided mail in the last days."""
    return database.run(engine, lambda connection: of(connection, days))


def of(connection: Connection, days: int, who: Principal | None = None) -> list[Accuracy]:
    """The same in a transaction that is open, of what came to a key's mailboxes and queues."""
    rows = spot_checks.counts(connection, days, who)
    stood = {row.model_version: row for row in handled.stood(connection, days, who)}
    versions = sorted({row.model_version for row in rows} | stood.keys())
    return [_of(v, [r for r in rows if r.model_version == v], stood.get(v)) for v in versions]


def _of(version: str, rows: Sequence[Row[Any]], stood: Row[Any] | None) -> Accuracy:
    names = {row.category for row in rows}
    found = {name: estimate(_groups([r for r in rows if r.category == name])) for name in names}
    return Accuracy(
        version,
        estimate(_groups(rows)),
        sum(row.chosen - row.labelled for row in rows),
        {n: e for n, e in sorted(found.items()) if e and e.labelled >= LEAST_LABELLED},
        stood.stood / stood.emails if stood else None,
        stood.emails if stood else 0,
    )


def _groups(rows: Sequence[Row[Any]]) -> list[Group]:
    """One group for each probability that mails were chosen with."""
    shares = sorted({row.share for row in rows})
    return [
        Group(
            share,
            *(
                sum(getattr(row, name) for row in rows if row.share == share)
                for name in ("chosen", "labelled", "right")
            ),
        )
        for share in shares
    ]
