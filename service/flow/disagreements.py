"""How champion and challenger agree in a shadow trial, and where somebody should look."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row

from service.domain.disagreements import Disagreement, first, queue_of, worth
from service.domain.routing import UNKNOWN, Routing
from service.domain.trials import SHADOW, Trial
from service.domain.types import Principal
from service.store import engine as database
from service.store import shadow, trials

_LOOKED_AT = 500  # of those where both are surest


@dataclass(frozen=True, slots=True)
class Cell:
    """Mails that the one called `champion` and the other `challenger`, and what people said."""

    champion: str
    challenger: str
    emails: int
    judged: int
    champion_right: int
    challenger_right: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The newest shadow trial: how many mails were `predicted`, and could not be; the matrix.

    `agreed` is of the predicted mails that are compared; `first` is what to look at.
    """

    trial: Trial
    predicted: int
    unpredicted: int
    compared: int
    agreed: int
    matrix: Sequence[Cell]
    first: Sequence[Disagreement]


def comparison(
    engine: Engine, routing: Routing, who: Principal | None, limit: int
) -> Comparison | None:
    """Of the mail in a key's mailboxes and queues, or of all mail where nobody is named.

    None where there was no shadow trial yet.
    """

    def work(connection: Connection) -> Comparison | None:
        trial = trials.newest(connection, SHADOW)
        if trial is None:
            return None
        which = (connection, trial.id, trial.version, UNKNOWN, who)
        cells = [Cell(**row._mapping) for row in shadow.matrix(*which)]
        rows = shadow.different(*which, _LOOKED_AT)
        return Comparison(
            trial,
            *shadow.counts(connection, trial.id),
            sum(cell.emails for cell in cells),
            sum(cell.emails for cell in cells if cell.champion == cell.challenger),
            cells,
            first((_disagreement(routing, row) for row in rows), limit),
        )

    return database.run(engine, work)


def _disagreement(routing: Routing, row: Row[Any]) -> Disagreement:
    """The champion's queue is the one that it was sent to, whatever the routing says by now."""
    other = queue_of(routing, row.challenger, row.challenger_confidence)
    confidences = (row.champion_confidence, row.challenger_confidence)
    return Disagreement(
        row.id,
        row.champion,
        row.champion_confidence,
        row.queue,
        row.challenger,
        row.challenger_confidence,
        other,
        row.open,
        worth(routing, confidences, (row.queue, other)),
    )
