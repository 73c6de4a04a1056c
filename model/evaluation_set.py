"""The mail that all models are judged on: named, hashed, and the same for each of them.

labelled mail -> of known categories -> what spot checks chose, where that is enough -> the newest
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from model.data import DataError, read_labelled
from model.examples import Labelled, data_hash, deduplicate
from model.snapshot import read

NEWEST, GOLDEN = "newest", "golden"
SETS = (NEWEST, GOLDEN)
MOST = 2_000  # mails of a set, the newest where there are more
LEAST_BY_CHANCE = 100  # spot checks that are a set of their own


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Mails in a fixed order; `hash` changes with any text, label or the order.

    `by_chance`: spot checks chose all of them. `left_out` counts mails of categories that nobody
    has any more, which no model could route.
    """

    name: str
    hash: str
    mails: tuple[Labelled, ...]
    by_chance: bool
    left_out: Mapping[str, int]


def newest(snapshot: Path, categories: Collection[str], most: int = MOST) -> EvaluationSet:
    """The newest mails of the part of a snapshot that teaches nobody.

    Only what spot checks chose, where that is enough: mail that agents corrected is mail that the
    model of the day got wrong, and every other model looks better on it.

    Raises:
        DataError: this is no snapshot, or its test part is empty.

    """
    read(snapshot)
    file = snapshot / "test.jsonl"
    if not file.stat().st_size:
        raise DataError(f"{snapshot} has no mail in its test part: label more first.")
    mails = sorted(read_labelled(file), key=lambda x: x.date)
    chosen = [x for x in mails if x.by_chance]
    return made(NEWEST, chosen if len(chosen) >= LEAST_BY_CHANCE else mails, categories, most)


def golden(data: Path, categories: Collection[str], most: int = MOST) -> EvaluationSet:
    """Labelled mail that somebody chose with care, and that no model learns from."""
    return made(GOLDEN, read_labelled(data), categories, most)


def made(
    name: str, mails: Sequence[Labelled], categories: Collection[str], most: int = MOST
) -> EvaluationSet:
    """A set of the last `most` mails that are of a category, each text once.

    Raises:
        DataError: no mail is.

    """
    different = deduplicate(mails)
    kept = tuple(x for x in different if x.label in categories)[-most:]
    if not kept:
        raise DataError(f"The {name} set holds no mail of a category that the routing has.")
    gone = Counter(x.label for x in different if x.label not in categories)
    return EvaluationSet(name, data_hash(kept), kept, all(x.by_chance for x in kept), gone)
