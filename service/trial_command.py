"""`aiguilleur model shadow`, `canary` and how they stand: the challenger beside the champion."""

import argparse
from collections.abc import Callable
from functools import partial

from service import model_report as report
from service import routing_file, trial_report
from service.config import Settings
from service.domain.trials import CANARY, SHADOW
from service.errors import StartupError
from service.flow import trials
from service.flow.disagreements import comparison
from service.flow.judging import stand
from service.model_verbs import reason, verb
from service.operator import operator
from service.store import engine as database
from service.store.engine import make_engine

_LIMIT = 20
_KINDS = {
    SHADOW: "let the challenger predict a share of decided mail, for comparison alone",
    CANARY: "let the challenger decide a share of new mail, until it is worse than the champion",
}
_BEGUN = {
    SHADOW: "The challenger {version} predicts {share:g} of the mail that comes from now on, once "
    "it is decided; `aiguilleur shadow` must run.",
    CANARY: "The challenger {version} decides {share:g} of the mail that comes from now on. Where "
    "it does worse than the champion, it is rolled back by itself.",
}


def add_commands(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verbs to `aiguilleur model`."""
    for kind, text in _KINDS.items():
        trial = verb(verbs, kind, text, partial(_trial, kind))
        which = trial.add_mutually_exclusive_group(required=True)
        which.add_argument("--share", type=float, metavar="SHARE", help="of mail: 0.2 is a fifth")
        which.add_argument("--stop", action="store_true", help="end the trial that runs")
        reason(trial)
    verb(verbs, "trials", "how the newest shadow and the newest canary stand", _trials)
    text = "where champion and challenger differ in the newest shadow trial"
    differ = verb(verbs, "disagreements", text, _disagreements)
    differ.add_argument("--limit", type=_count, default=_LIMIT, help=f"mails to name ({_LIMIT})")


def _count(given: str) -> int:
    count = int(given)
    if not 0 <= count <= 500:
        raise argparse.ArgumentTypeError("must be 0 to 500")
    return count


def _trial(kind: str, settings: Settings, arguments: argparse.Namespace) -> int:
    do: Callable[[str, Settings, argparse.Namespace], None] = _stop if arguments.stop else _start
    do(kind, settings, arguments)
    return 0


def _start(kind: str, settings: Settings, arguments: argparse.Namespace) -> None:
    engine = make_engine(settings.database_url)
    trial, is_new = trials.start(engine, kind, arguments.share, operator(), arguments.reason)
    text = _BEGUN[kind].format(version=trial.version, share=trial.share)
    report.change(
        arguments.json,
        text if is_new else f"The {kind} runs already: {trial.version}, share {trial.share:g}.",
        version=trial.version,
        trial=trial.id,
        share=trial.share,
        changed=is_new,
    )


def _stop(kind: str, settings: Settings, arguments: argparse.Namespace) -> None:
    engine = make_engine(settings.database_url)
    version = trials.stop(engine, kind, operator(), arguments.reason)
    report.change(
        arguments.json, f"The {kind} of {version} is over.", version=version, changed=True
    )


def _trials(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    canary = trials.newest(engine, CANARY)
    judged = database.run(engine, lambda c: stand(c, canary)) if canary else None
    trial_report.standing(arguments.json, trials.newest(engine, SHADOW), judged)
    return 0


def _disagreements(settings: Settings, arguments: argparse.Namespace) -> int:
    routing = routing_file.load(settings.routing_path)
    engine = make_engine(settings.database_url)
    found = comparison(engine, routing, None, arguments.limit)
    if found is None:
        raise StartupError("There was no shadow trial yet: `aiguilleur model shadow` starts one.")
    trial_report.disagreements(arguments.json, found)
    return 0
