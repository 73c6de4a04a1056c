"""A model's profile taken on live mail: what it says of it, and what that mail is like.

mail of some weeks -> drawn by chance -> without what the model learned from -> read, answered ->
the profile in the folder's manifest

Labelled mail is no fair picture of all mail, since people correct what was wrong; this is.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Row

from model.asking import answers
from model.contents import contents
from model.packing import add_profile
from model.profile import Profile, answer, profile
from model.types import Classifier
from service.domain.drift.stability import LEAST_EMAILS
from service.domain.drift.stand_ins import Learned, fair
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
    mails = list(read(engine, _drawn(engine, between, most, learned or Learned())))
    given = [answer(x) for x in answers(classifier, [words for _, words, _ in mails])]
    found = profile(classifier.labels, given, contents(look for _, _, look in mails))
    if found.emails >= LEAST_EMAILS:
        add_profile(folder, found)
    return found


def _drawn(
    engine: Engine, between: tuple[datetime, datetime], most: int, learned: Learned
) -> list[Row[Any]]:
    drawn = database.run(engine, lambda c: store.drawn(c, *between, None, most))
    spare = database.run(engine, lambda c: store.drawn_of(c, *between, learned.kept, most))
    rows = {row.email_id: row for row in (*drawn, *spare)}
    chosen = fair([row.email_id for row in drawn], [row.email_id for row in spare], learned)
    return [rows[one] for one in chosen]
