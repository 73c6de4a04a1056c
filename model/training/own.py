"""`python -m model train`: a model from the user's own labelled mail.

data -> checks -> duplicates -> split -> learn -> figures on the test part -> card -> folder
"""

import argparse
import logging
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from model.calibration import fit_temperature, softmax
from model.data import DataError, read_labelled
from model.evaluate import Report, report
from model.examples import Labelled, data_hash, deduplicate
from model.inference import load_classifier
from model.packing import pack
from model.profiling import take
from model.training.checks import checked
from model.training.fit import truth
from model.training.language import mostly_french
from model.training.learn import Learned, learn
from model.training.network import MINILM
from model.training.own_card import card
from model.training.recipe import Recipe
from model.training.served import replace_folder
from model.training.split import Parts, split_text, split_time
from model.training.taught import FEW, Lesson

VALIDATION, TEST = 0.15, 0.15

log = logging.getLogger("model.training")


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures, and what kind of mails they are of."""

    measured_on: str
    served: Report
    linear: Report


def train(options: argparse.Namespace) -> None:
    """The command; the folder appears at `--out` once it is whole."""
    inside, outside = _data(options)
    if options.split == "time":
        parts = split_time(inside, VALIDATION, TEST)
    else:
        parts = split_text(inside, VALIDATION, TEST, options.seed)
    if not parts.validation:
        raise DataError(
            "No part of the mails can be kept to choose by: each category has fewer than three, or "
            "all hang together (one thread, or one text with other numbers). Give more different "
            "mails."
        )
    log.info("split: %s, %d of no category", parts.sizes(), len(outside))
    learned = learn(_lesson(options, parts), parts.train, parts.validation, outside)
    outcome = measured(learned, parts)
    metrics = {
        "measured_on": outcome.measured_on,
        "served": outcome.served.summary(),
        "linear_baseline": outcome.linear.summary(),
    }
    described = replace(
        learned.description,
        data_hash=data_hash(parts.train),
        metrics=metrics,
        training={**learned.description.training, **_how(learned, parts, options.seed)},
    )
    text = card(described, learned.choice, outcome.served, outcome.linear, parts.sizes())
    pack(learned.folder, described, learned.choice.calibration, text)
    take(learned.folder, [x.text for x in _unlearned(parts)])
    replace_folder(learned.folder, options.out)
    log.info("%s is in %s: %s", learned.choice.mix.form, options.out, metrics["served"])


def measured(learned: Learned, parts: Parts) -> Outcome:
    """The served folder and its linear model on mail that chose nothing, where there is any."""
    examples = _unlearned(parts)
    labels, texts = tuple(learned.description.labels), [x.text for x in examples]
    expected = truth(labels, examples)
    scores = np.asarray([x.scores for x in load_classifier(learned.folder).predict(texts)])
    lines = learned.linear.logits([x.text for x in parts.validation])
    heat = fit_temperature(lines, truth(labels, parts.validation))
    linear = softmax(learned.linear.logits(texts) / heat)
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


def _data(options: argparse.Namespace) -> tuple[list[Labelled], list[Labelled]]:
    examples = deduplicate(read_labelled(options.data))
    log.info("%d different mails in %s", len(examples), options.data)
    outside = [x for x in examples if x.label == options.outside]
    rest = [x for x in examples if x.label != options.outside]
    return checked(rest, drop_rare=options.drop_rare), outside


def _lesson(options: argparse.Namespace, parts: Parts) -> Lesson:
    recipe = Recipe(seed=options.seed, masked=0.0, frozen_words=False)
    changes: dict[str, Any] = {"epochs": options.epochs, "max_tokens": options.max_tokens}
    changes["threads"] = options.threads
    recipe = replace(recipe, **{k: v for k, v in changes.items() if v is not None})
    base = options.base or MINILM
    return Lesson(
        work=options.work,
        name=options.name or options.out.resolve().name,
        recipe=recipe,
        strategy=options.strategy,
        base=base,
        french=base == MINILM and mostly_french([x.text for x in parts.train]),
        precision=options.precision,
        target_precision=options.target_precision,
        unlabelled=options.unlabelled,
    )


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
