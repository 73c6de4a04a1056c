"""Models of the year: linear ones, learned in this process; and two that learned nonsense."""

import random
from collections.abc import Sequence
from pathlib import Path

import orjson

from bench.year.mail import Mail
from model import snapshot
from service.training_process import trainer_here

SECONDS = 600.0
learn = trainer_here("linear")


def first(folder: Path, mails: Sequence[Mail]) -> Path:
    """The model that the service starts with, of so many labelled mails."""
    data = folder / "first.jsonl"
    data.write_bytes(b"\n".join(_row(mail, mail.category) for mail in mails))
    learn(data, folder / "first", SECONDS)
    return folder / "first"


def wrong(folder: Path, mails: Sequence[Mail]) -> Path:
    """One that names the next category for each: it must never decide for long."""
    names = sorted({mail.category for mail in mails})
    following = dict(zip(names, [*names[1:], names[0]], strict=True))
    data = folder / "wrong.jsonl"
    data.write_bytes(b"\n".join(_row(mail, following[mail.category]) for mail in mails))
    learn(data, folder / "wrong", SECONDS)
    return folder / "wrong"


def shuffled(source: Path, out: Path, seconds: float) -> None:
    """Train on a snapshot whose labels were shuffled, as a broken export would have them."""
    rows = [
        orjson.loads(line)
        for name in ("train.jsonl", "validation.jsonl")
        for line in (source / name).read_bytes().splitlines()
    ]
    snapshot.read(source)  # it is whole: the fault lies behind it
    labels = [row["category"] for row in rows]
    random.Random(1).shuffle(labels)  # noqa: S311  # reproducible on purpose
    data = out.with_name(f"{out.name}.shuffled.jsonl")
    data.parent.mkdir(parents=True, exist_ok=True)
    made = (orjson.dumps({**row, "category": x}) for row, x in zip(rows, labels, strict=True))
    data.write_bytes(b"\n".join(made))
    learn(data, out, seconds)


def _row(mail: Mail, category: str) -> bytes:
    said = orjson.loads(mail.content)
    return orjson.dumps({"subject": said["subject"], "text": said["text"], "category": category})
