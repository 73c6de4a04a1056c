"""Which mail of a snapshot taught a model, and which was kept from it."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import orjson

from service.domain.drift.stand_ins import BY_CHANCE, BY_CHOICE, Learned


def learned(snapshot: Path) -> Learned:
    """Its mails by id, each with how it came to its label.

    Validation mail counts as kept: it chooses and calibrates, and a model is no surer of it.
    """
    kept = (*_kinds(snapshot / "validation.jsonl"), *_kinds(snapshot / "test.jsonl"))
    return Learned(dict(_kinds(snapshot / "train.jsonl")), dict(kept))


def _kinds(file: Path) -> Iterator[tuple[UUID, str]]:
    with file.open("rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            yield UUID(row["email_id"]), BY_CHANCE if row["by_chance"] else BY_CHOICE
