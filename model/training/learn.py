"""From labelled texts to an artifact that is never worse than its linear model on validation.

train -> linear model, transformer -> int8 -> validation chooses -> temperature, thresholds, scope
"""

import logging
from collections.abc import Sequence
from dataclasses import replace

from model.examples import Labelled
from model.linear import LinearModel
from model.packing import Description, pack
from model.training.answering import FP32, PLAIN, served_logits
from model.training.choosing import (
    FEW,
    LINEAR_ONLY,
    Aims,
    Choice,
    Exported,
    Learned,
    chosen,
    held_out,
    packed,
)
from model.training.epoch import Epoch
from model.training.fit import predict_logits
from model.training.gate import GateError, gate
from model.training.linear import choose_linear, fit_linear
from model.training.network import Network
from model.training.plain import fresh, learn_linear, linear_description
from model.training.served import describe, write_served
from model.training.taught import Lesson, strategy_for, taught_network
from model.training.truth import truth

SAMPLE = 200  # texts that show the quantiser what usual inputs are

log = logging.getLogger("model.training")


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
    aims = Aims(lesson.name, lesson.target_precision, lesson.scope)
    if strategy == LINEAR_ONLY:
        return learn_linear(aims, lesson.work, train, validation, outside, lesson.recipe.seed)
    linear, recipe = choose_linear(train, validation, labels, lesson.recipe.seed)
    folder = fresh(lesson.work)
    network, history = taught_network(lesson, strategy, labels, train, validation)
    export = _exported(lesson, network, train, validation, history)
    mails = held_out(train, validation, outside, labels)
    choice = chosen(aims, strategy, (linear, recipe), export, labels, mails)
    if strategy == FEW:
        network, linear, export = _anew(lesson, choice, export, network, [*train, *validation])
        choice = replace(choice, export=export)
    description = _described(lesson, network, export, choice)
    return packed(folder, description, choice, linear, mails)


def _exported(
    lesson: Lesson,
    network: Network,
    train: Sequence[Labelled],
    validation: Sequence[Labelled],
    history: list[Epoch],
) -> Exported:
    """The transformer as served: in int8, or in full precision where that loses too much."""
    folder = lesson.work / "export"
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


def _anew(
    lesson: Lesson,
    choice: Choice,
    export: Exported,
    network: Network,
    examples: Sequence[Labelled],
) -> tuple[Network, LinearModel, Exported]:
    """Both models and the export, gated again: on mails that taught, since no others are left."""
    log.info("learning anew from all %d texts", len(examples))
    labels = network.labels
    if choice.mix.share < 1:
        network, _ = taught_network(lesson, choice.strategy, labels, examples, ())
        export = _exported(lesson, network, examples, examples, export.history)
    return network, fit_linear(examples, labels, choice.linear, lesson.recipe.seed), export


def _described(lesson: Lesson, network: Network, export: Exported, choice: Choice) -> Description:
    if choice.mix.share < 1:
        return describe(network, lesson.name, export.precision)
    return linear_description(lesson.name, network.labels)
