"""Mails that were drawn, read a page at a time, so that few are held."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row

from model.contents import NO_DEFECT, Look, look
from service.flow.read import text_or_none
from service.store import drift as store
from service.store import engine as database

_PAGE, _LARGEST = 20, 2_000_000  # mails and bytes of each at once


def read(engine: Engine, rows: Sequence[Row[Any]]) -> Iterator[tuple[Row[Any], str, Look]]:
    """Each with what the model reads of it and what drift sees in it.

    Mail that no model answered, that is gone meanwhile or very large is left out.
    """
    asked = [row for row in rows if row.confidence is not None]
    for start in range(0, len(asked), _PAGE):
        known = {row.email_id: row for row in asked[start : start + _PAGE]}
        for mail in _contents(engine, list(known)):
            words = text_or_none(mail.id, mail.kind, mail.content)
            if words is not None:
                yield known[mail.id], words, _look(known[mail.id], words)


def _contents(engine: Engine, ids: list[UUID]) -> Sequence[Row[Any]]:
    return database.run(engine, lambda c: store.contents(c, ids, _LARGEST))


def _look(row: Row[Any], words: str) -> Look:
    domain = (row.sender or "").rpartition("@")[2]
    return look(words, row.sender or "", domain, row.defect or NO_DEFECT)
