"""The public data sets as labelled texts; they lie beside the repository and are never committed.

Questions and sentences go through mail.text as a mail's text does. 20 Newsgroups is taken raw, its
headers included, as the published figures are.
"""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from model.data import read_labelled, text_of_fields
from model.examples import Labelled, deduplicate, split_by_group

FOLDER = Path(__file__).parents[3] / "shared" / "data"
SEED = 20
CHOSEN_SHARE = 0.08  # of the training data, kept back to choose and calibrate by


@dataclass(frozen=True, slots=True)
class Task:
    """`outside` chooses the threshold of what belongs nowhere, `test_outside` measures it."""

    train: list[Labelled]
    validation: list[Labelled]
    test: list[Labelled]
    outside: list[Labelled] = field(default_factory=list)
    test_outside: list[Labelled] = field(default_factory=list)


def banking77(folder: Path, seed: int) -> Task:
    """All of the training data."""
    train, test = _banking(folder)
    return Task(*split_by_group(train, (1 - CHOSEN_SHARE, CHOSEN_SHARE), SEED), test)


def banking77_few(folder: Path, seed: int) -> Task:
    """Ten questions an intent, drawn by the seed; two of them choose, then all ten teach."""
    train, test = _banking(folder)
    by_label: dict[str, list[Labelled]] = defaultdict(list)
    for x in train:
        by_label[x.label].append(x)
    generator = np.random.default_rng(seed)
    parts: tuple[list[Labelled], list[Labelled]] = ([], [])
    for label in sorted(by_label):
        drawn = generator.permutation(len(by_label[label]))[:10].tolist()
        for place, index in enumerate(drawn):
            parts[place >= 8].append(by_label[label][index])
    return Task(*parts, test)


def clinc150(folder: Path, seed: int) -> Task:
    """With the out-of-scope questions: those of training and validation choose the threshold."""
    with (folder / "clinc150" / "data_full.json").open(encoding="utf-8") as file:
        found = json.load(file)
    parts = {name: _labelled(rows) for name, rows in found.items()}
    outside = [*parts["oos_train"], *parts["oos_val"]]
    return Task(parts["train"], parts["val"], parts["test"], outside, parts["oos_test"])


def newsgroups(folder: Path, seed: int) -> Task:
    """By date, with headers; posts without their repetitions in training."""
    parts = {name: _posts(folder / "newsgroups20" / f"{name}.jsonl.gz") for name in _NAMES}
    train = deduplicate(parts["train"])
    return Task(*split_by_group(train, (1 - CHOSEN_SHARE, CHOSEN_SHARE), SEED), parts["test"])


def sib200_french(folder: Path, seed: int) -> Task:
    """The published parts."""
    base = folder / "sib200" / "fra_Latn"
    return Task(*(_sentences(base / f"{name}.tsv") for name in ("train", "dev", "test")))


_NAMES = ("train", "test")


def _banking(folder: Path) -> tuple[list[Labelled], list[Labelled]]:
    train, test = (read_labelled(folder / "banking77" / f"{name}.csv") for name in _NAMES)
    return deduplicate(train), test


def _labelled(rows: Iterable[list[str]]) -> list[Labelled]:
    return [Labelled(text_of_fields({"text": text}), label) for text, label in rows]


def _posts(path: Path) -> list[Labelled]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Labelled(row["text"], str(row["label"])) for row in rows]


def _sentences(path: Path) -> list[Labelled]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    return _labelled([[row["text"], row["category"]] for row in rows])
