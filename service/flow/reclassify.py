"""Decided mail once more under another model: predictions of their own, and never a decision.

decided mail that lacks a prediction -> content -> text -> model batch -> predictions, audit trail
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from model.types import Classifier, Prediction
from service.domain.items import Actor
from service.domain.routing import UNKNOWN
from service.flow.predict import predict
from service.flow.read import text_or_none
from service.store import audit, models, predictions
from service.store import engine as database
from service.store.predictions import Predicted, Range

_PAGE = 1000


@dataclass(slots=True)
class Done:
    """How many mails were predicted so far, and how many could not be, by id for the logs."""

    emails: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Batches:
    """How much is read at once, in mails and bytes; one larger mail comes alone."""

    emails: int
    size: int


@dataclass(slots=True)
class _Pile:
    ids: list[UUID] = field(default_factory=list)
    size: int = 0


class Reclassifier:
    """One model over decided mail; stopped and started again, it goes on where it was."""

    def __init__(self, engine: Engine, classifier: Classifier, batches: Batches, by: Actor) -> None:
        self._engine = engine
        self._classifier = classifier
        self._batches = batches
        self._by = by

    def run(self, chosen: Range, tell: Callable[[Done], object]) -> Done:
        """Predict what lacks a prediction by this model.

        Raises:
            Unavailable: PostgreSQL cannot be asked; what was predicted is kept.

        """
        model = self._classifier
        database.run(
            self._engine,
            lambda c: models.seen(c, model.version, model.name, model.labels, model.profile),
        )
        done = Done()
        for pile in _piles(self._lacking(chosen), self._batches):
            kept = self._predict(pile.ids)
            done.emails += kept
            done.unread += len(pile.ids) - kept
            tell(done)
        return done

    def compared(self, chosen: Range) -> Sequence[Row[Any]]:
        """As `service.store.predictions.compared`, over all predictions of this model there."""
        return database.run(
            self._engine,
            lambda c: predictions.compared(c, chosen, self._classifier.version, UNKNOWN),
        )

    def _lacking(self, chosen: Range) -> Iterator[Row[Any]]:
        after = UUID(int=0)
        while page := self._page(chosen, after):
            yield from page
            after = page[-1].id

    def _page(self, chosen: Range, after: UUID) -> Sequence[Row[Any]]:
        version = self._classifier.version
        return database.run(
            self._engine, lambda c: predictions.lacking(c, chosen, version, after, _PAGE)
        )

    def _predict(self, ids: Sequence[UUID]) -> int:
        rows = database.run(self._engine, lambda c: predictions.contents(c, ids))
        texts = {
            row.id: words
            for row in rows
            if (words := text_or_none(row.id, row.kind, row.content)) is not None
        }
        answers = predict(self._classifier, list(texts.values()))
        found = [
            self._predicted(email_id, answer.prediction)
            for email_id, answer in zip(texts, answers, strict=True)
            if answer.prediction
        ]
        return database.run(self._engine, lambda c: self._keep(c, found))

    def _predicted(self, email_id: UUID, found: Prediction) -> Predicted:
        scores = dict(zip(self._classifier.labels, found.scores, strict=True))
        return Predicted(email_id, found.label, found.confidence, found.in_scope, scores)

    def _keep(self, connection: Connection, found: Sequence[Predicted]) -> int:
        version = self._classifier.version
        kept = predictions.keep(connection, version, found)
        detail = {"model_version": version}
        audit.append(connection, self._by, *(audit.Entry(i, "predicted", detail) for i in kept))
        return len(kept)


def _piles(rows: Iterator[Row[Any]], batches: Batches) -> Iterator[_Pile]:
    pile = _Pile()
    for row in rows:
        full = len(pile.ids) == batches.emails or pile.size + row.size > batches.size
        if pile.ids and full:
            yield pile
            pile = _Pile()
        pile.ids.append(row.id)
        pile.size += row.size
    if pile.ids:
        yield pile
