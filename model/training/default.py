"""The shipped model, from nothing but the sources of this project and one base encoder.

corpus -> linear baseline -> fine-tuned MiniLM -> int8 -> gate -> calibration -> figures -> card
"""

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import orjson

from model.artifact import Artifact, load
from model.calibration import softmax
from model.corpus.types import CATEGORIES
from model.evaluate import Report, by_language, report
from model.examples import Labelled, data_hash
from model.metrics import Floats
from model.packing import Description, add_profile, description_of, pack
from model.place import replace_folder
from model.profile import from_json
from model.profiling import take
from model.training.answering import INT8, served_logits
from model.training.baseline import LinearBaseline
from model.training.card import Facts, default_card
from model.training.checkpoint import Checkpoint
from model.training.corpus import Corpus, read_corpus
from model.training.epoch import Epoch
from model.training.fit import Fit
from model.training.gate import Verdict
from model.training.lexicon import with_french
from model.training.network import Network, minilm
from model.training.recipe import Recipe
from model.training.served import Export, describe, export
from model.training.truth import truth
from model.training.unsure import unsure_figures

NAME = "aiguilleur-default"
PER_CATEGORY = 600

log = logging.getLogger("model.training")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to train, from which data, and where it goes."""

    out: Path
    work: Path
    recipe: Recipe
    per_category: int = PER_CATEGORY
    corpus_seed: int = 1


def train_default(plan: Plan) -> Artifact:
    """Train, export, judge and put in place; a killed run goes on where it stood."""
    corpus = read_corpus(plan.corpus_seed, plan.per_category)
    log.info("corpus: %s", _sizes(corpus))
    baseline = LinearBaseline(CATEGORIES, plan.recipe.seed).fit(corpus.train)
    network, history = trained(corpus, plan)
    description = describe(network, NAME, INT8)
    exported = export(network, plan.work / "export", description, corpus.test, corpus.calibration)
    described, card = describe_run(plan, corpus, description, baseline, exported, history)
    artifact = pack(exported.folder, described, exported.calibration, card)
    take(exported.folder, corpus.test)
    replace_folder(exported.folder, plan.out)
    return replace(artifact, path=plan.out)


def measure_anew(folder: Path) -> Artifact:
    """Card and figures of a trained folder, on the test mails of today; no answer changes.

    What was measured on the way (the gate, the epochs, the data trained on) stays as it was.
    """
    before = load(folder)
    told = before.manifest.training
    corpus = read_corpus(told["corpus"]["seed"], told["corpus"]["per_category"])
    exported = Export(folder, before.calibration, Verdict(**before.manifest.metrics["gate"]))
    baseline = LinearBaseline(CATEGORIES, told["recipe"]["seed"]).fit(corpus.train)
    tested = {name: _sizes(corpus)[name] for name in ("test", "handwritten", "independent")}
    facts = replace(
        _facts(CATEGORIES, corpus, baseline, exported),
        sizes={**told["examples"], **tested},
        recipe=told["recipe"],
        corpus=told["corpus"],
        history=told["history"],
    )
    described = _with(facts, description_of(before.manifest))
    artifact = pack(folder, described, before.calibration, default_card(facts, described))
    if profile := from_json(before.manifest.profile):
        add_profile(folder, profile)
    return artifact


def describe_run(
    plan: Plan,
    corpus: Corpus,
    description: Description,
    baseline: LinearBaseline,
    exported: Export,
    history: list[Epoch],
) -> tuple[Description, str]:
    """The description with every figure, and the card that tells them."""
    facts = replace(
        _facts(tuple(description.labels), corpus, baseline, exported),
        recipe=asdict(plan.recipe),
        corpus={"seed": plan.corpus_seed, "per_category": plan.per_category},
        history=[asdict(x) for x in history],
    )
    described = _with(facts, replace(description, data_hash=data_hash(corpus.train)))
    return described, default_card(facts, described)


def _facts(
    labels: tuple[str, ...], corpus: Corpus, baseline: LinearBaseline, exported: Export
) -> Facts:
    """What is measured on the test mails; how the model came about is not told yet."""
    sets = {
        "held_out_templates": corpus.test,
        "handwritten": corpus.handwritten,
        "independent": corpus.independent,
    }
    served: dict[str, Report] = {}
    linear: dict[str, Report] = {}
    unsure: dict[str, Any] = {}
    for name, examples in ((name, found) for name, found in sets.items() if found):
        logits = served_logits(exported.folder, examples)
        scores = softmax(logits / exported.calibration.temperature)
        served |= _reports(labels, name, examples, scores)
        linear |= _reports(labels, name, examples, baseline.scores([x.text for x in examples]))
        unsure[name] = unsure_figures(labels, examples, scores, exported.calibration.thresholds)
    return Facts(
        sizes=_sizes(corpus),
        recipe={},
        corpus={},
        history=[],
        served=served,
        linear=linear,
        unsure=unsure,
        calibration=exported.calibration,
        verdict=exported.verdict,
    )


def _with(facts: Facts, description: Description) -> Description:
    """The description with every figure in it."""
    return replace(
        description,
        metrics=facts.metrics(),
        training={**description.training, **facts.training()},
    )


def trained(corpus: Corpus, plan: Plan) -> tuple[Network, list[Epoch]]:
    """The fine-tuned network; at once where the checkpoint of a finished run lies in `work`."""
    recipe = plan.recipe
    network = with_french(minilm(CATEGORIES, recipe.max_tokens, recipe.seed))
    key = orjson.dumps([data_hash(corpus.train), data_hash(corpus.validation), asdict(recipe)])
    checkpoint = Checkpoint(plan.work / "checkpoint", hashlib.sha256(key).hexdigest())
    return network, Fit(network, recipe, corpus.train).run(corpus.validation, checkpoint)


def _reports(
    labels: tuple[str, ...], name: str, examples: list[Labelled], scores: Floats
) -> dict[str, Report]:
    expected = truth(labels, examples)
    whole = {name: report(labels, expected, scores)}
    parts = by_language(labels, examples, expected, scores)
    return whole | {f"{name}_{language}": part for language, part in parts.items()}


def _sizes(corpus: Corpus) -> Mapping[str, int]:
    return {name: len(getattr(corpus, name)) for name in corpus.__dataclass_fields__}


def summary(artifact: Artifact) -> dict[str, Any]:
    """What a person wants to see when the run ends."""
    return {"version": artifact.manifest.version, **artifact.manifest.metrics}
