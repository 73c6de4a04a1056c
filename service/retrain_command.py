"""`aiguilleur retrain`: a model from what people labelled, up to the gate and the alias."""

import argparse
import os
import signal
import sys
from importlib.util import find_spec
from types import FrameType
from typing import Any

import orjson

from service import alert_mail, log, routing_file
from service import retraining_report as report
from service.config import Settings
from service.domain import retraining as rules
from service.domain.retraining import Policy, Signals
from service.errors import StartupError
from service.model_verbs import opened_store
from service.operator import operator
from service.store.engine import make_engine

_NICENESS = 10  # workers that decide waiting mail come first
_EPILOG = """examples:
  aiguilleur retrain --if-needed                 # by a schedule: nothing happens without a reason
  aiguilleur retrain --reason "a new category"
  aiguilleur retrain --history

snapshot, train, evaluate, gate, challenge. What was killed is gone on with by the next call. Who
passes the gate becomes challenger; people promote, unless AIGUILLEUR_RETRAIN_PROMOTES says so."""

_log = log.get(__name__)


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `retrain` to the command line."""
    text = "train a model on what people labelled, judge it, and make it challenger if it passes"
    command = commands.add_parser(
        "retrain",
        help=text,
        description=text,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--if-needed", action="store_true", help="only if something calls for it")
    command.add_argument("--reason", default="", help="why, kept with your name")
    command.add_argument("--history", action="store_true", help="show the last ones, do nothing")
    command.add_argument("--json", action="store_true", help="one JSON value instead of text")
    command.set_defaults(run=_run, own_settings=False)


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.history:
        return _history(settings, as_json=arguments.json)
    signal.signal(signal.SIGTERM, _stop)
    os.nice(_NICENESS)
    from model.artifact import ArtifactError  # noqa: PLC0415
    from service.domain.models import Refused  # noqa: PLC0415

    try:
        return _retrain(settings, arguments)
    except (ArtifactError, Refused) as error:
        raise StartupError(str(error)) from error


def _retrain(settings: Settings, arguments: argparse.Namespace) -> int:
    if find_spec("model.training") is None:  # before anything is written down as failed
        raise StartupError(
            "Retraining needs what trains models, which is not installed here: run it where "
            "trainers run."
        )
    from service.flow.retraining.run import Retrainer  # noqa: PLC0415  # numpy, an engine

    world = _world(settings)
    retrainer = Retrainer(world, _plan(settings), operator())
    why = [arguments.reason or "Somebody asked for it."]
    if arguments.if_needed and not retrainer.unfinished():
        found = _signals(settings, world.engine)
        why = list(rules.reasons(found, _policy(settings)))
        _log.info("retraining_asked", labels=found.labels, in_all=found.in_all, reasons=len(why))
        if not why:
            return _said(arguments.json, {"outcome": None}, report.nothing(found))
    ended = retrainer.run(why)
    if letter := report.letter(ended):
        alert_mail.send(settings, *letter)
    _said(arguments.json, report.as_json(ended), report.as_text(ended))
    return 1 if ended.outcome == rules.FAILED else 0


def _stop(number: int, frame: FrameType | None) -> None:
    """What is at work is ended, and gone on with by the next call."""
    sys.exit(128 + number)


def _signals(settings: Settings, engine: Any) -> Signals:
    from model.artifact import read_manifest  # noqa: PLC0415
    from service.flow.retraining.signals import signals  # noqa: PLC0415

    return signals(engine, read_manifest(settings.model_path).version)


def _policy(settings: Settings) -> Policy:
    return Policy(
        settings.retrain_labels,
        settings.retrain_accuracy,
        settings.retrain_days,
        settings.retrain_drift,
    )


def _world(settings: Settings) -> Any:
    from service.flow.retraining.plan import World  # noqa: PLC0415
    from service.training_process import trainer  # noqa: PLC0415

    try:
        from model.inference import load_classifier  # noqa: PLC0415
    except ImportError as error:
        raise StartupError(
            f"Retraining needs {error.name}, which is not installed here: run it where workers or "
            "trainers run."
        ) from error
    store = opened_store(settings)
    engine = make_engine(settings.database_url, application="aiguilleur-retrain")
    return World(engine, store, trainer(settings.retrain_strategy), load_classifier)


def _plan(settings: Settings) -> Any:
    from mail.masking.mask import Masker  # noqa: PLC0415
    from service.flow.retraining.plan import Plan  # noqa: PLC0415

    routing = routing_file.load(settings.routing_path)
    return Plan(
        work=settings.retrain_work,
        own=settings.model_path,
        golden=settings.golden_set,
        thresholds={name: one.threshold for name, one in routing.categories.items()},
        mask=Masker(routing.contracts).mask,
        train_seconds=settings.retrain_train_seconds,
        step_seconds=settings.retrain_step_seconds,
        promotes=settings.retrain_promotes,
    )


def _history(settings: Settings, *, as_json: bool) -> int:
    from service.flow.retraining.history import history  # noqa: PLC0415

    found = history(make_engine(settings.database_url))
    return _said(as_json, found, report.history(found))


def _said(as_json: bool, value: object, text: str) -> int:
    written = orjson.dumps(value, option=orjson.OPT_UTC_Z).decode() + "\n" if as_json else text
    sys.stdout.write(written)
    return 0
