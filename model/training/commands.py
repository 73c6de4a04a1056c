"""The commands that need the training libraries: train-default and export."""

import argparse
import logging
import sys
from dataclasses import replace
from typing import Any

from transformers.utils import logging as transformers_logging

from model.calibration import softmax
from model.data import DataError, read_labelled
from model.evaluate import report
from model.examples import Labelled, data_hash, deduplicate, split_by_group
from model.packing import Description, pack
from model.place import beside, checked_place, replace_folder
from model.profiling import take
from model.split import bundled
from model.training.answering import served_logits
from model.training.corpus import read_corpus
from model.training.default import Plan, measure_anew, summary, train_default, trained
from model.training.engines import as_markdown, compare
from model.training.network import sequence_classifier
from model.training.recipe import Recipe
from model.training.served import Export, describe, export
from model.training.truth import truth

log = logging.getLogger("model.training")
transformers_logging.disable_progress_bar()
transformers_logging.set_verbosity_error()  # it reports the pooler, which is left out on purpose


def train(options: argparse.Namespace) -> None:
    """The shipped model into `--out`."""
    checked_place(options.out)
    artifact = train_default(_plan(options))
    log.info("done: %s", summary(artifact))


def measure_default(options: argparse.Namespace) -> None:
    """The figures of the model in `--out` on the test mails of today, into its card."""
    artifact = measure_anew(options.out)
    log.info("measured: %s", summary(artifact))


def compare_engines(options: argparse.Namespace) -> None:
    """The table of docs/adr/0003, on the mails of the corpus kept for tests."""
    plan = _plan(options)
    corpus = read_corpus(plan.corpus_seed, plan.per_category)
    network, _ = trained(corpus, plan)
    rows = compare(network, [*corpus.test, *corpus.handwritten], plan.work / "engines")
    sys.stdout.write(as_markdown(rows) + "\n")


def _plan(options: argparse.Namespace) -> Plan:
    changes = {"epochs": options.epochs, "seed": options.seed}
    recipe = replace(Recipe(), **{k: v for k, v in changes.items() if v is not None})
    plan = Plan(out=options.out, work=options.work, recipe=recipe)
    if options.per_category:
        plan = replace(plan, per_category=options.per_category)
    return plan


def export_folder(options: argparse.Namespace) -> None:
    """A Hugging Face folder as an artifact; gated and calibrated where data is given."""
    checked_place(options.out)
    network = replace(sequence_classifier(options.source, options.max_tokens), reading=options.long)
    gate_data, held_out = _data(options, network.labels)
    description = describe(network, options.name or options.source.name, options.precision)
    staging = beside(options.out.resolve(), "staged")
    exported = export(network, staging, description, gate_data, gate_data)
    metrics = _metrics(exported, network.labels, held_out) if held_out else {}
    described = replace(description, metrics=metrics, data_hash=data_hash(gate_data))
    pack(staging, described, exported.calibration, _card(described, exported))
    if held_out:
        take(staging, held_out)
    replace_folder(staging, options.out)
    log.info("exported to %s: %s", options.out, metrics or "no data given, so nothing measured")


def _data(
    options: argparse.Namespace, labels: tuple[str, ...]
) -> tuple[list[Labelled], list[Labelled]]:
    """Half of the data gates and calibrates, the other half measures what came out."""
    if options.data is None:
        return [], []
    examples = bundled(deduplicate(read_labelled(options.data)))
    unknown = sorted({x.label for x in examples} - set(labels))
    if unknown:
        raise DataError(f"The model has no category {', '.join(unknown)}; it has {labels}.")
    first, second = split_by_group(examples, (0.5, 0.5), seed=0)
    return first, second


def _metrics(exported: Export, labels: tuple[str, ...], examples: list[Labelled]) -> dict[str, Any]:
    scores = softmax(served_logits(exported.folder, examples) / exported.calibration.temperature)
    return {"held_out": report(labels, truth(labels, examples), scores).summary()}


def _card(description: Description, exported: Export) -> str:
    gate = exported.verdict or "not gated: no labelled mail was given"
    return (
        f"# {description.name}, version {{version}}\n\n"
        f"Exported ({description.precision}) from {description.training['base']}.\n"
        f"Categories: {', '.join(description.labels)}.\nExport gate: {gate}.\n"
        f"Temperature: {exported.calibration.temperature}.\nFigures: {description.metrics}\n"
    )
