"""`python -m bench long-mail`: what is best read of mail that is longer than the window.

    20 Newsgroups, headers included -> embeddings of every window, the encoder as it is
        -> a linear head, taught by one way of reading -> asked in each

Only reading differs: the encoder is frozen, so that one run over all windows serves every row. All
posts are from the training data; the test set is not looked at.
"""

import argparse
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

# Taught by -> asked in. Windows teach alike, whether their mean counts or the surest.
ASKED = {
    HEAD: READINGS,
    HEAD_TAIL: (HEAD_TAIL,),
    WINDOWS_MEAN: (WINDOWS_MEAN, WINDOWS_SUREST),
}
STRENGTH = 30.0  # of the head, as in training with few examples


@dataclass(frozen=True, slots=True)
class Row:
    """Accuracy on all posts, and on those longer than the window; tokens read of a post."""

    taught_by: str
    asked_in: str
    accuracy: float
    accuracy_of_long: float
    macro_f1: float
    tokens: float


@dataclass(frozen=True, slots=True)
class Seen:
    """Embeddings of posts: `windows` of each, `both` of opening and end, `long` where they differ.

    A short post reads the same in every way, and the first window of any is its opening.
    """

    windows: list[Any]
    both: Any
    long: Any
    tokens: dict[str, float]

    def by(self, way: str) -> Any:
        """What a head is taught by, shape (posts, width)."""
        if way == HEAD_TAIL:
            return self.both
        return np.stack([x[0] if way == HEAD else x.mean(axis=0) for x in self.windows])


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--data", type=Path, default=FOLDER, help="folder of the data sets")
    parser.add_argument("--teach", type=int, default=2_000, help="posts that teach")
    parser.add_argument("--judge", type=int, default=2_000, help="posts that judge")
    parser.add_argument("--tokens", type=int, default=256, help="in a window")
    parser.add_argument("--threads", type=int, default=2, help="of the processor")


def run(options: argparse.Namespace) -> int:
    """Measure, print, keep; 0 always, there is no bound."""
    import torch  # noqa: PLC0415  # here, because no other benchmark needs the training libraries

    from model.training.network import minilm  # noqa: PLC0415

    torch.set_num_threads(options.threads)
    posts = sorted(newsgroups(options.data, SEED).train, key=lambda x: rank(x.text, SEED))
    teach = posts[: options.teach]
    judge = posts[options.teach :][: options.judge]
    labels = tuple(sorted({x.label for x in teach}))
    network = minilm(labels, options.tokens, SEED)
    shown, asked = _seen(network, teach), _seen(network, judge)
    rows = []
    for taught_by, ways in ASKED.items():
        head = _head(shown.by(taught_by), teach)
        rows += [_row(network, head, (taught_by, way), asked, judge) for way in ways]
    found = {name: getattr(options, name) for name in ("teach", "judge", "tokens")}
    found["share_of_long"] = float(asked.long.mean())
    plain = [asdict(x) for x in rows]
    results.keep("long-mail", {**found, "rows": plain})
    sys.stdout.write(table(plain) + "\n")
    return 0


def _seen(network: Any, posts: Sequence[Labelled]) -> Seen:
    from model.training.batches import flat  # noqa: PLC0415

    texts = [x.text for x in posts]
    readers = {way: replace(network, reading=way).reader for way in (HEAD_TAIL, WINDOWS_MEAN)}
    read, ends = (readers[way].read_all(texts) for way in (WINDOWS_MEAN, HEAD_TAIL))
    long = np.asarray([len(windows) > 1 for windows in read])
    ids, cuts = flat(read)
    windows = np.split(_embedded(network, ids), cuts)
    both = np.stack([x[0] for x in windows])
    both[long] = _embedded(network, [ends[at][0] for at in np.flatnonzero(long).tolist()])
    once = float(np.mean([len(x[0]) for x in read]))
    several = float(np.mean([sum(map(len, x)) for x in read]))
    return Seen(windows, both, long, {"once": once, "several": several})


def _embedded(network: Any, ids: list[list[int]]) -> Any:
    import torch  # noqa: PLC0415

    from model.training.contrast import embed  # noqa: PLC0415

    with torch.autocast("cpu", torch.bfloat16):
        return embed(network, [[x] for x in ids])


def _head(embeddings: Any, posts: Sequence[Labelled]) -> Any:
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    model = LogisticRegression(C=STRENGTH, max_iter=1_000)
    size = np.linalg.norm(embeddings, axis=1).mean()
    model.fit(embeddings / size, [x.label for x in posts])
    return lambda rows: model.decision_function(rows / size)


def _row(
    network: Any, head: Any, ways: tuple[str, str], asked: Seen, judge: Sequence[Labelled]
) -> Row:
    from model.training.truth import truth  # noqa: PLC0415

    reader = replace(network, reading=ways[1]).reader
    if ways[1] in {HEAD, HEAD_TAIL}:
        logits = head(asked.by(ways[1]))
    else:
        logits = np.stack([reader.pool(head(x)) for x in asked.windows])
    answers, expected = logits.argmax(axis=1), truth(network.labels, judge)
    right = answers == expected
    return Row(
        *ways,
        accuracy=float(right.mean()),
        accuracy_of_long=float(right[asked.long].mean()),
        macro_f1=macro_f1(expected, answers, len(network.labels)),
        tokens=asked.tokens["once" if ways[1] in {HEAD, HEAD_TAIL} else "several"],
    )


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
