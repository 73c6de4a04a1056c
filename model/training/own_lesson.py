"""The lesson of `python -m model train` where a transformer takes part; loads torch."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.training.choosing import Learned
from model.training.language import mostly_french
from model.training.learn import learn
from model.training.material import Material
from model.training.network import MINILM
from model.training.recipe import Recipe
from model.training.taught import Lesson


def learned(options: argparse.Namespace, material: Material, work: Path) -> Learned:
    """The model, by the strategy that the options or the number of mails say."""
    parts, lesson = material.parts, _lesson(options, material, work)
    return learn(lesson, parts.train, parts.validation, material.outside)


def _lesson(options: argparse.Namespace, material: Material, work: Path) -> Lesson:
    recipe = Recipe(seed=options.seed, masked=0.0, frozen_words=False)
    changes: dict[str, Any] = {"epochs": options.epochs, "max_tokens": options.max_tokens}
    changes["threads"] = options.threads
    recipe = replace(recipe, **{k: v for k, v in changes.items() if v is not None})
    base = options.base or MINILM
    return Lesson(
        work=work,
        name=options.name or options.out.resolve().name,
        recipe=recipe,
        strategy=options.strategy,
        base=base,
        french=base == MINILM and mostly_french([x.text for x in material.parts.train]),
        precision=options.precision,
        target_precision=options.target_precision,
        unlabelled=material.unlabelled,
        new_words=options.new_words,
        reading=options.long,
        scope=options.scope,
    )
