"""`python -m bench long-mail`: what is best read of mail that is longer than the window.

    20 Newsgroups, headers included -> a small encoder run -> the same posts read in each way

One network taught by openings is asked in every way, so that only reading differs; then the network
is taught anew as it will read. All posts are from the training data; the test set is not looked at.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from bench import results
from bench.accuracy.data import FOLDER, SEED, newsgroups
from model.artifact import HEAD, HEAD_TAIL, READINGS, WINDOWS_MEAN, WINDOWS_SUREST
from model.examples import Labelled, rank
from model.metrics import macro_f1

# Taught by, and asked in: windows are asked in both ways, whichever taught.
PAIRS = (
    *((HEAD, way) for way in READINGS),
    (HEAD_TAIL, HEAD_TAIL),
    (WINDOWS_MEAN, WINDOWS_MEAN),
    (WINDOWS_MEAN, WINDOWS_SUREST),
)
WATCHED = 200  # posts that an epoch is judged by


@dataclass(frozen=True, slots=True)
class Row:
    """Accuracy on all posts, and on those longer than the window; tokens read of a post."""

    taught_by: str
    asked_in: str
    accuracy: float
    accuracy_of_long: float
    macro_f1: float
    tokens: float


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of the data sets")
    parser.add_argument("--work", type=Path, default=Path("build/long-mail"), help="checkpoints")
    parser.add_argument("--teach", type=int, default=2_000, help="posts that teach")
    parser.add_argument("--judge", type=int, default=1_500, help="posts that judge")
    parser.add_argument("--tokens", type=int, default=256, help="in a window")
    parser.add_argument("--epochs", type=int, default=2, help="over the posts that teach")
    parser.add_argument("--threads", type=int, default=2, help="of the processor")


def run(options: argparse.Namespace) -> int:
    """Measure, print, keep; 0 always, there is no bound."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    posts = sorted(newsgroups(options.data, SEED).train, key=lambda x: rank(x.text, SEED))
    ends = np.cumsum([options.teach, WATCHED, options.judge]).tolist()
    teach, watch, judge = (posts[a:b] for a, b in zip([0, *ends], ends, strict=False))
    rows, networks = [], {}
    for taught_by, asked_in in PAIRS:
        if taught_by not in networks:
            networks[taught_by] = _taught(options, taught_by, teach, watch)
        rows.append(_row(networks[taught_by], taught_by, asked_in, judge))
        sys.stdout.write(table([asdict(rows[-1])]).splitlines()[-1] + "\n")
        sys.stdout.flush()
    budget = {name: getattr(options, name) for name in ("teach", "judge", "tokens", "epochs")}
    found = {"budget": budget, "long": _share_of_long(rows, judge, networks[HEAD])}
    results.keep("long-mail", {**found, "rows": [asdict(x) for x in rows]})
    sys.stdout.write(table([asdict(x) for x in rows]) + "\n")
    return 0


def _taught(
    options: argparse.Namespace, way: str, teach: Sequence[Labelled], watch: Sequence[Labelled]
) -> Any:
    from model.training.checkpoint import Checkpoint  # noqa: PLC0415
    from model.training.fit import Fit  # noqa: PLC0415
    from model.training.network import minilm  # noqa: PLC0415
    from model.training.recipe import Recipe  # noqa: PLC0415

    labels = tuple(sorted({x.label for x in teach}))
    recipe = Recipe(
        max_tokens=options.tokens,
        epochs=options.epochs,
        patience=options.epochs,
        masked=0.0,
        frozen_words=False,
        threads=options.threads,
    )
    network = replace(minilm(labels, options.tokens, recipe.seed), reading=way)
    key = f"{way} {recipe} {len(teach)}"
    Fit(network, recipe, teach).run(watch, Checkpoint(options.work / way, key))
    return network


def _row(network: Any, taught_by: str, asked_in: str, judge: Sequence[Labelled]) -> Row:
    import torch  # noqa: PLC0415

    from model.training.fit import predict_logits, truth  # noqa: PLC0415

    asked = replace(network, reading=asked_in)
    texts = [x.text for x in judge]
    with torch.autocast("cpu", torch.bfloat16):
        answers = predict_logits(asked, texts).argmax(axis=1)
    expected = truth(network.labels, judge)
    right = answers == expected
    long = _long(network, texts)
    tokens = [sum(map(len, read)) for read in asked.reader.read_all(texts)]
    return Row(
        taught_by=taught_by,
        asked_in=asked_in,
        accuracy=float(right.mean()),
        accuracy_of_long=float(right[long].mean()),
        macro_f1=macro_f1(expected, answers, len(network.labels)),
        tokens=float(np.mean(tokens)),
    )


def _long(network: Any, texts: Sequence[str]) -> Any:
    """Which texts do not fit into one window."""
    reader = replace(network, reading=WINDOWS_MEAN).reader
    return np.asarray([len(read) > 1 for read in reader.read_all(texts)])


def _share_of_long(rows: Sequence[Row], judge: Sequence[Labelled], network: Any) -> float:
    return float(_long(network, [x.text for x in judge]).mean()) if rows else 0.0


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    lines = [
        "| taught by | asked in | accuracy | of long posts | macro-F1 | tokens a post |",
        "|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {x['taught_by']} | {x['asked_in']} | {x['accuracy']:.1%} | "
        f"{x['accuracy_of_long']:.1%} | {x['macro_f1']:.1%} | {x['tokens']:.0f} |"
        for x in rows
    ]
    return "\n".join(lines)
