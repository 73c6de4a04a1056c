"""Adversarial validation: can a small classifier tell the training mail from recent mail? Pure.

    bags of both -> ridge regression on which of the two, five folds -> mail it did not see: AUC,
    and how much of the twentieth that looks most recent is

Where nothing has moved it can only guess, and its AUC is 0.5 but for chance; how far chance reaches
is learned from the same mails with the two names dealt out anew (a permutation test). Ridge
regression has a closed form in which the names enter last, so a hundred deals cost one product of
matrices. With 800 mails of either kind: about a second of one core, and 80 MB.

The AUC sees that all mail is a little different. That a tenth of it is altogether new moves it by
five hundredths at most, and is seen where that tenth lies: at the top.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.bags import BYTES
from service.domain.drift.stability import Figure

Floats = NDArray[np.float32]

LEAST, MOST = 100, 800  # mails of either kind
_FOLDS, _DEALS = 5, 100
# How strongly single words are held back, as a share of what a mail has of them.
_RIDGE = 2.0
# What weeks reach though nothing has changed; chance comes on top.
NATURAL_AUC, NATURAL_TOP = 0.02, 0.02
_DEVIATIONS = 3.0
_TOP = 0.05


@dataclass(frozen=True, slots=True)
class Told:
    """How well the two are told apart: over guessing, with what chance and custom reach.

    `words` is of the AUC; `novel` of the share of recent mail at the top.
    """

    words: Figure
    novel: Figure


def told_apart(before: Sequence[bytes], now: Sequence[bytes], seed: int = 0) -> Told | None:
    """Compare two kinds of mail as bags of words; None where either has too few.

    Equal mails of a kind count as one: a wave of them is no new kind of mail. More than `MOST` of
    either are drawn from, by the seed.
    """
    before, now = list(dict.fromkeys(before)), list(dict.fromkeys(now))
    if min(len(before), len(now)) < LEAST:
        return None
    draw = np.random.default_rng(seed)
    one, other = _drawn(before, draw), _drawn(now, draw)
    words = np.concatenate([one, other])
    names = np.concatenate([np.full(len(one), -1.0), np.full(len(other), 1.0)])
    deals = [names, *(draw.permutation(names) for _ in range(_DEALS))]
    aucs, tops = _told(words, np.stack(deals, axis=1).astype(np.float32), draw)
    recent = len(other) / len(words)
    return Told(_figure(aucs, 0.5, NATURAL_AUC), _figure(tops, recent, NATURAL_TOP))


def _figure(found: NDArray[np.float64], guessed: float, natural: float) -> Figure:
    """The true deal beside all others."""
    return Figure(float(found[0]) - guessed, natural + _DEVIATIONS * float(found[1:].std()))


def _drawn(bags: Sequence[bytes], draw: np.random.Generator) -> Floats:
    """Rows of 0 and 1, at most `MOST`."""
    chosen = draw.permutation(len(bags))[:MOST].tolist()
    rows = np.frombuffer(b"".join(bags[i] for i in chosen), dtype=np.uint8).reshape(-1, BYTES)
    return np.unpackbits(rows, axis=1).astype(np.float32)


def _told(words: Floats, names: Floats, draw: np.random.Generator) -> NDArray[np.float64]:
    """AUC and top of each column of names, shape (2, columns), the mean over folds."""
    likeness = _likeness(words)
    found = [_fold(likeness, names, held) for held in _folds(names[:, 0], draw)]
    result: NDArray[np.float64] = np.mean(found, axis=0)
    return result


def _likeness(words: Floats) -> Floats:
    """What two mails have in common, over what a mail has in common with itself on average."""
    centred = words - words.mean(axis=0)
    common = centred @ centred.T
    result: Floats = common / max(float(np.trace(common)) / len(common), 1e-9)
    return result


def _fold(likeness: Floats, names: Floats, held: NDArray[np.intp]) -> NDArray[np.float64]:
    rest = np.setdiff1d(np.arange(len(likeness)), held)
    system = likeness[np.ix_(rest, rest)] + _RIDGE * np.eye(len(rest), dtype=np.float32)
    hat = np.linalg.solve(system, likeness[np.ix_(rest, held)])
    taught = names[rest] - names[rest].mean(axis=0)
    scores = hat.T @ taught
    pairs = [(scores[:, i], names[held, i]) for i in range(names.shape[1])]
    return np.array([[_auc(*pair) for pair in pairs], [_top(*pair) for pair in pairs]])


def _folds(names: Floats, draw: np.random.Generator) -> Iterator[NDArray[np.intp]]:
    """Parts with as much of either kind."""
    kinds = [draw.permutation(np.flatnonzero(names == name)) for name in (-1, 1)]
    for fold in range(_FOLDS):
        yield np.concatenate([kind[fold::_FOLDS] for kind in kinds])


def _auc(scores: Floats, names: Floats) -> float:
    """The chance that a recent mail scores higher than one before; equal scores share a rank."""
    order = np.argsort(scores, kind="stable")
    ordered = scores[order]
    first = np.searchsorted(ordered, ordered, side="left")
    last = np.searchsorted(ordered, ordered, side="right")
    ranks = np.empty(len(scores))
    ranks[order] = (first + last + 1) / 2
    recent = names > 0
    many, few = int(recent.sum()), int((~recent).sum())
    if not many or not few:
        return 0.5
    return float((ranks[recent].sum() - many * (many + 1) / 2) / (many * few))


def _top(scores: Floats, names: Floats) -> float:
    """How much is recent of those that score highest."""
    most = np.argsort(-scores, kind="stable")[: max(1, round(_TOP * len(scores)))]
    return float((names[most] > 0).mean())
