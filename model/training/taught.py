"""The two models of a lesson, taught from one set of texts.

texts -> strategy -> transformer (whole fit, contrast, or none); texts -> linear model
"""

import hashlib
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import orjson

from model.artifact import HEAD
from model.examples import Labelled, data_hash
from model.training.checkpoint import Checkpoint, network_hash
from model.training.choosing import FEW, FULL
from model.training.contrast import FewFit, FewRecipe
from model.training.epoch import Epoch
from model.training.fit import Fit
from model.training.lexicon import with_french
from model.training.network import MINILM, Network, minilm, pooled
from model.training.pretrain import read_on_once
from model.training.recipe import Recipe
from model.training.vocabulary import with_words

FEW_EXAMPLES = 30  # a category, in the median: below it the contrastive way

log = logging.getLogger("model.training")


@dataclass(frozen=True, slots=True)
class Lesson:
    """How to learn: all that a run depends on beside its data."""

    work: Path
    name: str
    recipe: Recipe
    few: FewRecipe = field(default_factory=FewRecipe)
    strategy: str = ""  # empty: by the number of examples
    base: str = MINILM
    french: bool = False
    precision: str = "int8"
    target_precision: float = 0.95
    unlabelled: Sequence[str] = ()  # texts to read on in before training
    new_words: int = 0  # of those texts, at most so many, get a token each
    reading: str = HEAD  # of mail that is longer than the network's window
    scope: str = ""  # how mail of no category is recognised; empty: as finds most of it
    uneven: float = 3.0  # the largest category against the smallest: above it the loss is weighted


def strategy_for(train: Sequence[Labelled]) -> str:
    """`few` where half of the categories have fewer than some 30 examples, else `full`."""
    counts = sorted(Counter(x.label for x in train).values())
    return FEW if counts[len(counts) // 2] < FEW_EXAMPLES else FULL


def taught_network(
    lesson: Lesson,
    strategy: str,
    labels: Sequence[str],
    train: Sequence[Labelled],
    validation: Sequence[Labelled],
) -> tuple[Network, list[Epoch]]:
    """The transformer trained; a killed whole fit goes on from its newest epoch."""
    network = base_network(lesson, labels)
    recipe = replace(lesson.recipe, balanced=_uneven(lesson, train))
    if network.full_precision:
        recipe = replace(recipe, bfloat16=False)
    if strategy == FEW:
        log.info("few examples: contrast, then a linear head")
        FewFit(network, recipe, lesson.few, train).run()
        return network, []
    checkpoint = Checkpoint(
        lesson.work / "checkpoint", fingerprint(network, recipe, train, validation)
    )
    return network, Fit(network, recipe, train).run(validation, checkpoint)


def base_network(lesson: Lesson, labels: Sequence[str]) -> Network:
    """The encoder to start from, with a new head."""
    recipe = lesson.recipe
    if lesson.base != MINILM:
        network = pooled(lesson.base, labels, recipe.max_tokens, recipe.seed)
    else:
        network = minilm(labels, recipe.max_tokens, recipe.seed)
        network = with_french(network) if lesson.french else network
    network = replace(network, reading=lesson.reading)
    if lesson.unlabelled:
        if lesson.new_words:
            network = with_words(network, lesson.unlabelled, lesson.new_words)
        read_on_once(network, lesson.unlabelled, recipe, lesson.work / "read-on")
    return network


def fingerprint(
    network: Network, recipe: Recipe, train: Sequence[Labelled], validation: Sequence[Labelled]
) -> str:
    """Changes with all that a whole fit depends on; `network` is the one to start from."""
    key = [data_hash(train), data_hash(validation), asdict(recipe), network_hash(network)]
    return hashlib.sha256(orjson.dumps(key)).hexdigest()


def _uneven(lesson: Lesson, train: Sequence[Labelled]) -> bool:
    counts = Counter(x.label for x in train).values()
    return max(counts) > lesson.uneven * min(counts)
