"""From labelled texts to an artifact with a linear model alone: seconds, and no torch.

train -> linear model -> validation calibrates -> temperature, thresholds, scope
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from mail.text import TEXT_VERSION
from model.artifact import MAX_TOKENS
from model.examples import Labelled
from model.packing import Description
from model.training.answering import FP32, libraries
from model.training.choosing import LINEAR_ONLY, Aims, Learned, chosen, held_out, packed
from model.training.linear import choose_linear


def learn_linear(
    aims: Aims,
    work: Path,
    train: Sequence[Labelled],
    validation: Sequence[Labelled],
    outside: Sequence[Labelled] = (),
    seed: int = 20,
) -> Learned:
    """Train on `train`, choose on `validation`; `outside` are texts of no category.

    The folder is `work`/export; what was there goes.
    """
    labels = tuple(sorted({x.label for x in train}))
    linear = choose_linear(train, validation, labels, seed)
    folder = fresh(work)
    mails = held_out(train, validation, outside, labels)
    choice = chosen(aims, LINEAR_ONLY, linear, None, labels, mails)
    return packed(folder, linear_description(aims.name, labels), choice, linear[0], mails)


def fresh(work: Path) -> Path:
    """An empty folder below `work` for the files that are served."""
    folder = work / "export"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def linear_description(name: str, labels: Sequence[str]) -> Description:
    """What can be said of a linear model before anything is measured."""
    return Description(
        name=name,
        labels=labels,
        max_tokens=MAX_TOKENS,
        precision=FP32,
        text_version=TEXT_VERSION,
        training={"base": "none: TF-IDF of words and characters, linear"},
        libraries=libraries(),
    )
