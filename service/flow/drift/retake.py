"""A model's profile taken on live mail: what it says of it, and what that mail is like.

mail of some weeks -> drawn by chance -> without what the model learned from -> read, answered ->
the profile in the folder's manifest

Labelled mail is no fair picture of all mail, since people correct what was wrong; this is.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, Row

from model.asking import answers
from model.contents import Look, contents
from model.packing import add_profile
from model.profile import Profile, answer, profile
from model.types import Classifier
from service.domain.drift.stability import LEAST_EMAILS
from service.domain.drift.stand_ins import Learned, times
from service.flow.drift.reading import read
from service.store import drift as store
from service.store import engine as database


def retake(
    engine: Engine,
    classifier: Classifier,
    folder: Path,
    between: tuple[datetime, datetime],
    most: int,
    learned: Learned | None = None,
) -> Profile:
    """Write into the folder's manifest what its model says of at most so many mails.

    They are drawn from those that a model answered, accepted between the two times. The model's
    version stays, since no score changes. Of fewer than `LEAST_EMAILS` nothing is written.
    """
    rows, counts = _drawn(engine, between, most, learned or Learned())
    mails = [one for one in read(engine, rows) for _ in range(counts[one[0].email_id])]
    found = _profile(classifier, [words for _, words, _ in mails], [look for _, _, look in mails])
    if found.emails >= LEAST_EMAILS:
        add_profile(folder, found)
    return found


def _drawn(
    engine: Engine, between: tuple[datetime, datetime], most: int, learned: Learned
) -> tuple[list[Row[Any]], Counter[UUID]]:
    """Mails, and how many times each counts."""
    drawn = database.run(engine, lambda c: store.drawn(c, *between, None, most))
    spare = database.run(engine, lambda c: store.drawn_of(c, *between, learned.kept, most))
    counts = times([row.email_id for row in drawn], [row.email_id for row in spare], learned)
    rows = {row.email_id: row for row in (*drawn, *spare) if counts[row.email_id]}
    return list(rows.values()), counts


def _profile(classifier: Classifier, words: Sequence[str], looks: Sequence[Look]) -> Profile:
    given = [answer(x) for x in answers(classifier, words)]
    return profile(classifier.labels, given, contents(looks))
