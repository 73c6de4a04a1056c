"""From labelled texts to an artifact that is never worse than its linear model on validation.

train -> linear model, transformer -> int8 -> validation chooses -> temperature, thresholds, scope
"""

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from mail.text import TEXT_VERSION
from model.artifact import (
    LINEAR,
    MAX_TOKENS,
    MODEL,
    NEAREST,
    NEIGHBOURS,
    TOKENIZER,
    Calibration,
)
from model.calibration import fit_temperature, softmax
from model.examples import Labelled, rank
from model.linear import LinearModel, save_linear
from model.metrics import Floats, thresholds_for_precision
from model.neighbours import MOST_VALUES, neighbours, save_neighbours
from model.packing import Description, pack
from model.training.fit import Epoch, predict_logits, truth
from model.training.gate import GateError, Verdict, gate
from model.training.linear import LinearRecipe, choose_linear, fit_linear
from model.training.mixing import Mix, choose_mix
from model.training.network import Network
from model.training.scoping import Scoping, choose_scope
from model.training.served import (
    FP32,
    PLAIN,
    describe,
    libraries,
    served_logits,
    write_served,
)
from model.training.taught import FEW, LINEAR_ONLY, Lesson, strategy_for, taught_network

SAMPLE = 200  # texts that show the quantiser what usual inputs are

log = logging.getLogger("model.training")


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


def learn(
    lesson: Lesson,
    train: Sequence[Labelled],
    validation: Sequence[Labelled],
    outside: Sequence[Labelled] = (),
) -> Learned:
    """Train on `train`, choose on `validation`; `outside` are texts of no category.

    With few examples both models are taught anew from all texts once everything is chosen: what
    they were chosen by is worth more as examples.
    """
    labels = tuple(sorted({x.label for x in train}))
    strategy = lesson.strategy or strategy_for(train)
    linear, recipe = choose_linear(train, validation, labels, lesson.recipe.seed)
    folder = lesson.work / "export"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    network = export = None
    if strategy != LINEAR_ONLY:
        network, history = taught_network(lesson, strategy, labels, train, validation)
        export = _exported(lesson, network, folder, train, validation, history)
    held_out = HeldOut(validation, outside, _sample(train, labels) if outside else [])
    choice = _chosen(lesson, strategy, (linear, recipe), export, labels, held_out)
    log.info("chosen: %s, the linear model's share %.2f", choice.mix.form, choice.mix.share)
    if strategy == FEW:
        network, linear = _anew(lesson, choice, network, labels, [*train, *validation])
    description = _described(lesson, network, labels, choice)
    _keep(folder, choice.mix, linear)
    if choice.calibration.scope and choice.calibration.scope.method == NEAREST:
        pack(folder, description, replace(choice.calibration, scope=None), "# Without scope\n")
        logits = served_logits(folder, held_out.taught)
        save_neighbours(neighbours(logits), folder / NEIGHBOURS)
    pack(folder, description, choice.calibration, f"# {lesson.name}\n")
    return Learned(folder, description, choice, linear)


def _sample(train: Sequence[Labelled], labels: Sequence[str]) -> list[Labelled]:
    """As many as a model may know its neighbours by, whatever their order in the data."""
    ordered = sorted(train, key=lambda x: rank(x.text, 0))
    return ordered[: MOST_VALUES // len(labels)]


def _exported(
    lesson: Lesson,
    network: Network,
    folder: Path,
    train: Sequence[Labelled],
    validation: Sequence[Labelled],
    history: list[Epoch],
) -> Exported:
    """The transformer as served: in int8, or in full precision where that loses too much."""
    expected = truth(network.labels, validation)
    reference = predict_logits(network, [x.text for x in validation])
    for precision in dict.fromkeys((lesson.precision, FP32)):
        write_served(network, folder, precision, [x.text for x in train[:SAMPLE]])
        pack(folder, describe(network, lesson.name, precision), PLAIN, "# Not chosen yet\n")
        try:
            verdict = gate(expected, reference, served_logits(folder, validation), network.labels)
            return Exported(folder, precision, verdict, history)
        except GateError as error:
            if precision == FP32:
                raise
            log.warning("%s Trying full precision.", error)
    raise AssertionError("full precision either passes or raises")


def _chosen(
    lesson: Lesson,
    strategy: str,
    linear: tuple[LinearModel, LinearRecipe],
    export: Exported | None,
    labels: Sequence[str],
    held_out: HeldOut,
) -> Choice:
    def both(examples: Sequence[Labelled]) -> tuple[Floats | None, Floats]:
        served = served_logits(export.folder, examples) if export else None
        return served, linear[0].logits([x.text for x in examples])

    expected = truth(labels, held_out.validation)
    transformer, lines = both(held_out.validation)
    mix = choose_mix(expected, transformer, lines)
    logits = mix.sum(transformer, lines)
    heat = fit_temperature(logits, expected)
    scoping = None
    if held_out.outside:
        right = logits.argmax(axis=1) == expected
        outside = mix.sum(*both(held_out.outside)) / heat
        near = neighbours(mix.sum(*both(held_out.taught)))
        scoping = choose_scope(logits / heat, right, outside, near, lesson.scope)
    calibration = Calibration(
        temperature=heat,
        target_precision=lesson.target_precision,
        thresholds=thresholds_for_precision(
            expected, softmax(logits / heat), labels, lesson.target_precision
        ),
        weights=mix.weights,
        scope=scoping.scope if scoping else None,
    )
    return Choice(strategy, linear[1], mix, calibration, export, scoping)


def _anew(
    lesson: Lesson,
    choice: Choice,
    network: Network | None,
    labels: Sequence[str],
    examples: Sequence[Labelled],
) -> tuple[Network | None, LinearModel]:
    log.info("learning anew from all %d texts", len(examples))
    if choice.mix.share < 1 and choice.export is not None:
        network, _ = taught_network(lesson, choice.strategy, labels, examples, ())
        sample = [x.text for x in examples[:SAMPLE]]
        write_served(network, choice.export.folder, choice.export.precision, sample)
    return network, fit_linear(examples, labels, choice.linear, lesson.recipe.seed)


def _described(
    lesson: Lesson, network: Network | None, labels: tuple[str, ...], choice: Choice
) -> Description:
    if network is not None and choice.export is not None and choice.mix.share < 1:
        return describe(network, lesson.name, choice.export.precision)
    return Description(
        name=lesson.name,
        labels=labels,
        max_tokens=MAX_TOKENS,
        precision=FP32,
        text_version=TEXT_VERSION,
        training={"base": "none: TF-IDF of words and characters, linear"},
        libraries=libraries(),
    )


def _keep(folder: Path, mix: Mix, linear: LinearModel) -> None:
    """Only what is served stays."""
    if mix.share == 1:
        for name in (MODEL, TOKENIZER):
            (folder / name).unlink(missing_ok=True)
    if mix.share:
        save_linear(linear, folder / LINEAR)
