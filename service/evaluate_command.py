"""`aiguilleur model evaluate`: every model on the same labelled mail."""

import argparse
import os
import sys
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from service import evaluation_report as report
from service import routing_file
from service.config import Settings
from service.errors import StartupError
from service.flow import registry
from service.model_verbs import VERSION, opened_store, own_version, verb
from service.store.engine import make_engine

_NICENESS = 10  # workers that decide waiting mail come first


def add_command(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `model evaluate` to the command line."""
    text = "judge models on the same labelled mail, and write the figures down"
    command = verb(verbs, "evaluate", text, _run)
    command.add_argument(
        "versions",
        nargs="*",
        metavar="VERSION",
        help=f"{VERSION} (all models in the store, and that of MODEL_PATH)",
    )
    command.add_argument(
        "--data",
        required=True,
        type=Path,
        metavar="PLACE",
        help="a snapshot, whose newest test mail counts, or labelled mail: .jsonl, .csv or folder",
    )
    command.add_argument(
        "--set",
        choices=["newest", "golden"],
        help="what the figures are kept as (newest for a snapshot, else golden)",
    )


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    # here, because no other command of `model` needs an engine or numpy
    from model.data import DataError  # noqa: PLC0415
    from model.inference import load_classifier  # noqa: PLC0415
    from service.flow import evaluations  # noqa: PLC0415

    routing = routing_file.load(settings.routing_path)
    engine, store = make_engine(settings.database_url), opened_store(settings)
    every = evaluations.entrants(engine, store, settings.model_path)
    own = own_version(settings)
    chosen = _chosen(every, [registry.resolved(engine, name, own) for name in arguments.versions])
    try:
        on = _set(arguments.data, arguments.set, routing.categories)
    except DataError as error:
        raise StartupError(str(error)) from error
    os.nice(_NICENESS)
    thresholds = {name: one.threshold for name, one in routing.categories.items()}
    judged = evaluations.evaluate(engine, chosen, [on], thresholds, load_classifier, again=True)
    found = judged.found[on.name]
    if arguments.json:
        _write(report.as_json(on.name, on.hash, found, judged.failed))
    else:
        left_out = sum(on.left_out.values())
        sys.stdout.write(report.as_text(on.name, found, judged.failed, left_out))
    return 0 if found else 1


def _chosen(every: Collection[Any], wanted: Collection[str]) -> list[Any]:
    """The models to judge.

    Raises:
        StartupError: one that was named has no files here.

    """
    missing = sorted(set(wanted) - {one.version for one in every})
    if missing:
        raise StartupError(
            f"There are no files of {', '.join(missing)}: `aiguilleur model add` the folder first."
        )
    return [one for one in every if not wanted or one.version in wanted]


def _set(data: Path, name: str | None, categories: Collection[str]) -> Any:
    from model import evaluation_set  # noqa: PLC0415
    from model.data import read_labelled  # noqa: PLC0415
    from model.snapshot import MANIFEST  # noqa: PLC0415

    if (data / MANIFEST).is_file():
        found = evaluation_set.newest(data, categories)
        return found if name in (None, found.name) else replace(found, name=name)
    return evaluation_set.made(name or evaluation_set.GOLDEN, read_labelled(data), categories)


def _write(value: object) -> None:
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_UTC_Z).decode() + "\n")
