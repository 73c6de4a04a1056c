"""`python -m model train`: a model from the user's own labelled mail.

what `material` gathered -> learn -> figures on the test part -> card -> folder
"""

import argparse
import logging
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from model.asking import answers
from model.calibration import softmax
from model.evaluate import Report, report
from model.examples import Labelled, data_hash
from model.inference import load_classifier
from model.packing import Description, pack
from model.place import replace_folder
from model.profiling import take
from model.split import Parts
from model.training.alone import alone
from model.training.choosing import FEW, LINEAR_ONLY, Aims, Learned
from model.training.material import Material
from model.training.own_card import card
from model.training.plain import learn_linear
from model.training.truth import truth

log = logging.getLogger("model.training")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures, and what kind of mails they are of."""

    measured_on: str
    served: Report
    linear: Report


def train(options: argparse.Namespace) -> None:
    """The command, over what `material.gather` found; the folder appears once it is whole."""
    material: Material = options.material
    with alone(_work(options)):
        parts = material.parts
        learned = _learned(options, material)
        outcome = measured(learned, parts)
        described = _described(learned, outcome, parts, options.seed)
        text = card(described, learned.choice, outcome.served, outcome.linear, parts.sizes())
        pack(learned.folder, described, learned.choice.calibration, text)
        take(learned.folder, _unlearned(parts))
        replace_folder(learned.folder, options.out)
    form, figures = learned.choice.mix.form, described.metrics["served"]
    log.info("%s is in %s: %s", form, options.out, figures)


def _learned(options: argparse.Namespace, material: Material) -> Learned:
    """By the strategy that was asked for; only a transformer needs torch."""
    work = _work(options)
    if options.strategy == LINEAR_ONLY:
        aims = Aims(options.name or options.out.resolve().name)
        aims = replace(aims, target_precision=options.target_precision, scope=options.scope)
        parts = material.parts
        return learn_linear(
            aims, work, parts.train, parts.validation, material.outside, options.seed
        )
    try:
        from model.training.own_lesson import learned  # noqa: PLC0415  # loads torch
    except ModuleNotFoundError as error:
        raise RuntimeError(
            f"A transformer needs {error.name}: pip install -r requirements/training.txt, or train "
            "a linear model with --strategy linear."
        ) from error
    return learned(options, material, work)


def _described(learned: Learned, outcome: Outcome, parts: Parts, seed: int) -> Description:
    return replace(
        learned.description,
        data_hash=data_hash(parts.train),
        metrics={
            "measured_on": outcome.measured_on,
            "served": outcome.served.summary(),
            "linear_baseline": outcome.linear.summary(),
        },
        training={**learned.description.training, **_how(learned, parts, seed)},
    )


def measured(learned: Learned, parts: Parts) -> Outcome:
    """The served folder and its linear model on mail that chose nothing, where there is any."""
    examples = _unlearned(parts)
    labels, texts = tuple(learned.description.labels), [x.text for x in examples]
    expected = truth(labels, examples)
    scores = np.asarray([x.scores for x in answers(load_classifier(learned.folder), texts)])
    linear = softmax(learned.linear.logits(texts) / learned.choice.mix.linear_heat)
    name = _measured_on(learned, parts)
    return Outcome(name, report(labels, expected, scores), report(labels, expected, linear))


def _unlearned(parts: Parts) -> list[Labelled]:
    """Mail that chose nothing, where there is any."""
    return parts.test or parts.validation


def _measured_on(learned: Learned, parts: Parts) -> str:
    """Few mails teach all once everything is chosen; where none is left over, that is told."""
    if parts.test:
        return "mails kept apart"
    if learned.choice.strategy == FEW:
        return "mails it also learned from, since there were too few to keep some apart"
    return "the mails it was chosen by, since there were too few to keep others apart"


def _work(options: argparse.Namespace) -> Path:
    """Checkpoints of one model lie apart from those of another."""
    folder: Path = options.work or Path("build/own") / options.out.resolve().name
    return folder


def _how(learned: Learned, parts: Parts, seed: int) -> dict[str, Any]:
    choice = learned.choice
    return {
        "seed": seed,
        "strategy": choice.strategy,
        "form": choice.mix.form,
        "linear_share": choice.mix.share,
        "linear_recipe": asdict(choice.linear),
        "macro_f1_by_share": {f"{x:.2f}": round(y, 4) for x, y in choice.mix.tried.items()},
        "examples": parts.sizes(),
        "history": [asdict(x) for x in choice.export.history] if choice.export else [],
        "gate": asdict(choice.export.verdict) if choice.export else None,
        "scope_auroc": dict(choice.scoping.auroc) if choice.scoping else None,
    }
