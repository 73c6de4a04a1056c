"""What validation decides, and the folder that follows from it; no torch.

logits of each part -> which of them -> temperature, thresholds, scope -> only what is served stays
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from model.artifact import LINEAR, MODEL, NEAREST, NEIGHBOURS, TOKENIZER, Calibration
from model.calibration import fit_temperature, softmax
from model.examples import Labelled, rank
from model.linear import LinearModel, save_linear
from model.metrics import Floats, thresholds_for_precision
from model.neighbours import MOST_VALUES, neighbours, save_neighbours
from model.packing import Description, pack
from model.training.answering import served_logits
from model.training.epoch import Epoch
from model.training.gate import Verdict
from model.training.linear import LinearRecipe
from model.training.mixing import Mix, choose_mix
from model.training.scoping import Scoping, choose_scope
from model.training.truth import truth

FULL, FEW, LINEAR_ONLY = "full", "few", "linear"

log = logging.getLogger("model.training")


@dataclass(frozen=True, slots=True)
class Aims:
    """What is wanted of a model, whatever it is made of.

    `scope` is how mail of no category is recognised, empty for the way that finds most of it.
    """

    name: str
    target_precision: float = 0.95
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """The transformer as served, what its gate said, and the epochs that led to it."""

    folder: Path
    precision: str
    verdict: Verdict
    history: list[Epoch]


@dataclass(frozen=True, slots=True)
class Choice:
    """What validation decided."""

    strategy: str
    linear: LinearRecipe
    mix: Mix
    calibration: Calibration
    export: Exported | None
    scoping: Scoping | None


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What chooses: mail that taught nothing, mail of no category, and some that did teach."""

    validation: Sequence[Labelled]
    outside: Sequence[Labelled]
    taught: Sequence[Labelled]


@dataclass(frozen=True, slots=True)
class Learned:
    """The packed folder, how it was chosen, and the linear model beside it."""

    folder: Path
    description: Description
    choice: Choice
    linear: LinearModel


def held_out(
    train: Sequence[Labelled],
    validation: Sequence[Labelled],
    outside: Sequence[Labelled],
    labels: Sequence[str],
) -> HeldOut:
    """Of what taught, as many as a model may know its neighbours by, whatever their order."""
    ordered = sorted(train, key=lambda x: rank(x.text, 0)) if outside else []
    return HeldOut(validation, outside, ordered[: MOST_VALUES // len(labels)])


def chosen(
    aims: Aims,
    strategy: str,
    linear: tuple[LinearModel, LinearRecipe],
    export: Exported | None,
    labels: Sequence[str],
    mails: HeldOut,
) -> Choice:
    """The form that answers best, its calibration, and how mail of no category is known."""

    def both(examples: Sequence[Labelled]) -> tuple[Floats | None, Floats]:
        served = served_logits(export.folder, examples) if export else None
        return served, linear[0].logits([x.text for x in examples])

    expected = truth(labels, mails.validation)
    transformer, lines = both(mails.validation)
    mix = choose_mix(expected, transformer, lines)
    logits = mix.sum(transformer, lines)
    heat = fit_temperature(logits, expected)
    scoping = None
    if mails.outside:
        right = logits.argmax(axis=1) == expected
        outside = mix.sum(*both(mails.outside)) / heat
        near = neighbours(mix.sum(*both(mails.taught)))
        scoping = choose_scope(logits / heat, right, outside, near, aims.scope)
    calibration = Calibration(
        temperature=heat,
        target_precision=aims.target_precision,
        thresholds=thresholds_for_precision(
            expected, softmax(logits / heat), labels, aims.target_precision
        ),
        weights=mix.weights,
        scope=scoping.scope if scoping else None,
    )
    log.info("chosen: %s, the linear model's share %.2f", mix.form, mix.share)
    return Choice(strategy, linear[1], mix, calibration, export, scoping)


def packed(
    folder: Path, description: Description, choice: Choice, linear: LinearModel, mails: HeldOut
) -> Learned:
    """Complete the folder, which holds the transformer's files where there is one."""
    _keep(folder, choice.mix, linear)
    calibration = choice.calibration
    if calibration.scope and calibration.scope.method == NEAREST:
        pack(folder, description, replace(calibration, scope=None), "# Without scope\n")
        save_neighbours(neighbours(served_logits(folder, mails.taught)), folder / NEIGHBOURS)
    pack(folder, description, calibration, f"# {description.name}\n")
    return Learned(folder, description, choice, linear)


def _keep(folder: Path, mix: Mix, linear: LinearModel) -> None:
    """Only what is served stays."""
    if mix.share == 1:
        for name in (MODEL, TOKENIZER):
            (folder / name).unlink(missing_ok=True)
    if mix.share:
        save_linear(linear, folder / LINEAR)
