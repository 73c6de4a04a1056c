"""`python -m bench cascade`: a linear model first, the transformer only where that is unsure.

Both are asked for every mail of two sets that neither was trained on; then, for each confidence
from which the linear answer would be taken, what the pair saves and what it answers worse.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from bench import results
from bench.stack import ROOT
from model.examples import Labelled
from model.inference import load_classifier
from model.metrics import Floats, macro_f1

_SURE = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.01)  # the last: never


@dataclass(frozen=True, slots=True)
class Row:
    """One confidence on one set; seconds are of processor time for a mail, all told."""

    mails: str
    sure: float
    share_by_linear: float
    seconds: float
    macro_f1: float
    accuracy: float


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--label", default="cascade", help="names the file of results")


def run(options: argparse.Namespace) -> int:
    """Measure and print; 0 always, there is no bound."""
    # here, since no other measurement needs scikit-learn
    from model.training.baseline import LinearBaseline  # noqa: PLC0415
    from model.training.corpus import read_corpus  # noqa: PLC0415

    corpus, served = read_corpus(1, 600), load_classifier(ROOT / "model" / "default")
    linear = LinearBaseline(served.labels, 0).fit(corpus.train)
    rows: list[Row] = []
    for name, mails in (("generated", corpus.test), ("by hand", corpus.handwritten)):
        first = _asked(mails, linear.scores)
        second = _asked(mails, lambda texts: np.array([p.scores for p in served.predict(texts)]))
        rows += [_row(name, sure, mails, served.labels, first, second) for sure in _SURE]
    sys.stdout.write(_table(rows) + "\n")
    results.keep(options.label, {"rows": [asdict(row) for row in rows]})
    return 0


def _asked(
    mails: Sequence[Labelled], ask: Callable[[Sequence[str]], Floats]
) -> tuple[Floats, float]:
    """Scores, and processor seconds a mail; one mail at a time, as they come."""
    ask([mails[0].text])
    started = time.process_time()
    scores = np.vstack([ask([mail.text]) for mail in mails])
    return scores, (time.process_time() - started) / len(mails)


def _row(
    name: str,
    sure: float,
    mails: Sequence[Labelled],
    labels: Sequence[str],
    first: tuple[Floats, float],
    second: tuple[Floats, float],
) -> Row:
    taken = first[0].max(axis=1) >= sure
    answers = np.where(taken, first[0].argmax(axis=1), second[0].argmax(axis=1))
    expected = np.array([labels.index(mail.label) for mail in mails])
    share = float(taken.mean())
    seconds = (first[1] if sure <= 1 else 0.0) + (1 - share) * second[1]
    hits = float((answers == expected).mean())
    return Row(name, sure, share, seconds, macro_f1(expected, answers, len(labels)), hits)


def _table(rows: Sequence[Row]) -> str:
    head = "| mails | linear from | by linear | CPU ms a mail | macro-F1 | accuracy |"
    lines: list[Any] = [head, "|---|---|---|---|---|---|"]
    lines += [
        f"| {r.mails} | {r.sure if r.sure <= 1 else 'never'} | {r.share_by_linear:.0%} "
        f"| {r.seconds * 1000:.2f} | {r.macro_f1:.3f} | {r.accuracy:.1%} |"
        for r in rows
    ]
    return "\n".join(lines)
