"""Every model on the same mail: the champion, the challenger, and those of the past.

models in the store -> loaded one after the other -> answers on each set -> figures -> a row each
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Engine

from mail.text import TEXT_VERSION
from model.appraisal import appraise
from model.artifact import ArtifactError, read_manifest
from model.artifact_store import ArtifactStore
from model.classifier import InferenceError
from model.evaluation_set import EvaluationSet
from model.types import Classifier
from service import log
from service.domain.evaluation import Evaluation
from service.store import engine as database
from service.store import evaluations, registry
from service.store.evaluations import SetKey

_log = log.get(__name__)

Load = Callable[[Path], Classifier]


@dataclass(frozen=True, slots=True)
class Entrant:
    """A model to judge, and what brings its folder here."""

    version: str
    fetch: Callable[[], Path]


@dataclass(slots=True)
class Judged:
    """What came of it: by set and version the figures; by version why there are none."""

    found: dict[str, dict[str, Evaluation]] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


def entrants(engine: Engine, store: ArtifactStore, own: Path | None = None) -> list[Entrant]:
    """Every model whose files are in the store, those out of use too, and that of `own`."""
    rows = database.run(engine, registry.stored)
    made = [Entrant(version, _fetching(store, address)) for version, address in rows.items()]
    if own is not None and (version := _version(own)) not in rows:
        made.append(Entrant(version, lambda: own))
    return made


def _version(folder: Path) -> str:
    """Of the model there; of one that cannot be read, where it lies, and judging it says why."""
    try:
        return read_manifest(folder).version
    except ArtifactError:
        return str(folder)


def _fetching(store: ArtifactStore, address: str) -> Callable[[], Path]:
    return lambda: store.fetch(address)


def evaluate(
    engine: Engine,
    models: Iterable[Entrant],
    sets: Sequence[EvaluationSet],
    thresholds: Mapping[str, float],
    load: Load,
    *,
    again: bool = False,
    now: datetime | None = None,
) -> Judged:
    """Judge each model on each set, and write that down as soon as it is known.

    What was judged on a set before is not judged again, unless `again`: whoever was killed goes on
    where it stopped. A model that cannot be loaded keeps no other from being judged.

    Args:
        engine: of the database.
        models: who is judged, one after the other.
        sets: on what.
        thresholds: by category, from which score on its mail is decided.
        load: a folder's classifier.
        again: whether to judge anew where there are figures.
        now: when this is, as it is written down; PostgreSQL's clock says it if nobody does.

    Raises:
        Unavailable: PostgreSQL cannot be asked.

    """
    judged, asked = Judged(), set[str]()
    for model in models:
        asked.add(model.version)
        lacking = sets if again else _lacking(engine, model.version, sets)
        try:
            found = _judge(model, lacking, thresholds, load) if lacking else []
        except Exception as error:  # noqa: BLE001  # one model's fault is no other's
            judged.failed[model.version] = _said(error)
            _log.warning("model_not_evaluated", version=model.version, error=_said(error))
            continue
        _keep(engine, found, now)
    for on in sets:
        rows = database.run(engine, partial(evaluations.on, key=_key(on)))
        judged.found[on.name] = {v: row for v, row in rows.items() if v in asked}
    return judged


def _lacking(engine: Engine, version: str, sets: Sequence[EvaluationSet]) -> list[EvaluationSet]:
    return [
        on
        for on in sets
        if version not in database.run(engine, partial(evaluations.done, key=_key(on)))
    ]


def _keep(engine: Engine, found: Sequence[Evaluation], now: datetime | None) -> None:
    for one in found:
        database.run(engine, partial(evaluations.keep, found=one, now=now))
        _log.info("model_evaluated", version=one.version, set=one.set_name, emails=one.emails)


def _judge(
    model: Entrant, sets: Sequence[EvaluationSet], thresholds: Mapping[str, float], load: Load
) -> list[Evaluation]:
    folder = model.fetch()
    classifier, text_version = load(folder), read_manifest(folder).text_version
    return [_evaluation(model.version, classifier, text_version, on, thresholds) for on in sets]


def _evaluation(
    version: str,
    classifier: Classifier,
    text_version: str,
    on: EvaluationSet,
    thresholds: Mapping[str, float],
) -> Evaluation:
    found = appraise(classifier, on.mails, thresholds)
    return Evaluation(
        version,
        on.name,
        on.hash,
        on.by_chance,
        found.metrics,
        tuple(_notes(found.metrics["lacks"], text_version)),
        found.labels,
        found.truth,
        found.answers,
    )


def _notes(lacks: Mapping[str, int], text_version: str) -> list[str]:
    """What makes a model's figures say less, or something else, than another's."""
    notes = []
    if lacks:
        named = ", ".join(f"{label} ({emails})" for label, emails in sorted(lacks.items()))
        notes.append(f"It lacks categories of the set, and is wrong on their mail: {named}.")
    if text_version != TEXT_VERSION:
        notes.append(
            f"It learned from text version {text_version} and is asked about version "
            f"{TEXT_VERSION}, as it would be in service."
        )
    return notes


def _key(on: EvaluationSet) -> SetKey:
    return SetKey(on.name, on.hash)


def _said(error: Exception) -> str:
    """A sentence without mail: our own errors are such, of others the kind is told."""
    ours = isinstance(error, ArtifactError | InferenceError)
    return str(error) if ours else f"{type(error).__name__} while it was loaded or asked."
