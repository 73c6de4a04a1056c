"""`python -m bench new-words`: what reading on in mail without categories is worth, and new words.

    SIB-200 French: fifteen sentences a topic teach, others are read without their topics,
    others judge -> the English encoder with the French lexicon, with each kind of preparation

All sentences are from the training and validation data; the test set is not looked at.
"""

import argparse
import logging
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench import results
from bench.accuracy.data import FOLDER, sib200_french
from model.examples import Labelled

A_TOPIC, READ = 15, 400  # sentences
PREPARATIONS = {  # new words, and whether there is mail to read on in
    "none": (0, False),
    "read on": (0, True),
    "read on, with new words": (400, True),
}


@dataclass(frozen=True, slots=True)
class Row:
    """Accuracy of the transformer alone, one a draw."""

    preparation: str
    accuracy: list[float]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=Path("build/new-words"), help="checkpoints")
    parser.add_argument("--draws", type=int, default=2, help="of sentences that teach")
    parser.add_argument("--threads", type=int, default=2, help="of the processor")


def run(options: argparse.Namespace) -> int:
    """Measure, print, keep; 0 always, there is no bound."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    rows = []
    for name, (words, reads) in PREPARATIONS.items():
        accuracy = [_accuracy(options, draw, words, reads=reads) for draw in range(options.draws)]
        rows.append(Row(name, accuracy))
        sys.stdout.write(f"{name}: {', '.join(f'{x:.1%}' for x in accuracy)}\n")
        sys.stdout.flush()
    results.keep("new-words", {"rows": [asdict(x) for x in rows]})
    sys.stdout.write(table([asdict(x) for x in rows]) + "\n")
    return 0


def _accuracy(options: argparse.Namespace, draw: int, words: int, *, reads: bool) -> float:
    from model.training.choosing import FEW  # noqa: PLC0415
    from model.training.fit import predict_logits  # noqa: PLC0415
    from model.training.recipe import Recipe  # noqa: PLC0415
    from model.training.taught import Lesson, taught_network  # noqa: PLC0415
    from model.training.truth import truth  # noqa: PLC0415

    teach, read, judge = _drawn(options.data, draw)
    recipe = Recipe(
        max_tokens=128, seed=draw, masked=0.0, frozen_words=False, threads=options.threads
    )
    lesson = Lesson(
        work=options.work / f"{draw}-{words}",
        name="new words",
        recipe=recipe,
        french=True,
        unlabelled=[x.text for x in read] if reads else (),
        new_words=words,
    )
    labels = tuple(sorted({x.label for x in teach}))
    network, _ = taught_network(lesson, FEW, labels, teach, ())
    answers = predict_logits(network, [x.text for x in judge]).argmax(axis=1)
    return float((answers == truth(labels, judge)).mean())


def _drawn(folder: Path, draw: int) -> tuple[list[Labelled], list[Labelled], list[Labelled]]:
    """Sentences that teach, that are read without topics, and that judge."""
    task = sib200_french(folder, draw)
    found = [*task.train, *task.validation]
    order = np.random.default_rng(draw).permutation(len(found)).tolist()
    taken: dict[str, int] = defaultdict(int)
    teach, rest = [], []
    for index in order:
        x = found[index]
        taken[x.label] += 1
        (teach if taken[x.label] <= A_TOPIC else rest).append(x)
    return teach, rest[:READ], rest[READ:]


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    lines = ["| preparation | accuracy, mean | smallest to largest |", "|---|---|---|"]
    lines += [
        f"| {x['preparation']} | {np.mean(x['accuracy']):.1%} | "
        f"{min(x['accuracy']):.1%} to {max(x['accuracy']):.1%} |"
        for x in rows
    ]
    return "\n".join(lines)
