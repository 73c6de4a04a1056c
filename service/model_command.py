"""`aiguilleur model`: which models there are, and which of them decides."""

import argparse
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from service import (
    cockpit_command,
    evaluate_command,
    mlflow_command,
    routing_file,
    trial_command,
)
from service import model_report as report
from service.config import Settings
from service.domain.comparison import figures
from service.domain.models import ALIASES, CHALLENGER, CHAMPION, Refused
from service.flow import evaluated, models, registry
from service.model_verbs import (
    VERSION,
    is_tried,
    opened_registry,
    own_version,
    reason,
    verb,
)
from service.operator import operator
from service.store.engine import make_engine

_EXAMPLES = """\
examples:
  aiguilleur model add build/mine --reason "trained on October"
  aiguilleur model list
  aiguilleur model evaluate --data snapshots/20261101-8f1c22d0a9b3
  aiguilleur model compare champion 5c1e09a7d2b4
  aiguilleur model report --html models.html
  aiguilleur model promote 5c1e09a7d2b4 --reason "two points better on our mail"
  aiguilleur model shadow --share 0.2 --reason "is it ready?"
  aiguilleur model disagreements
  aiguilleur model canary --share 0.05 --reason "it looks good in the shadow"
  aiguilleur model rollback --reason "complaints go to the wrong queue"
  aiguilleur model push champion --name courrier
  aiguilleur model pull courrier@challenger
"""


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `model` to the command line."""
    text = "add models to the registry, compare them, choose the one that decides"
    group = commands.add_parser(
        "model",
        help=text,
        description=f"{text}; workers take up another champion within seconds",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verb(verbs, "add", "take a model's folder into the store", _add)
    add.add_argument("folder", type=Path, metavar="FOLDER", help="as `python -m model train` wrote")
    reason(add, required=False)
    verb(verbs, "list", "all models, the newest first", _list)
    show = verb(verbs, "show", "all that is known of a model, and what was done with it", _show)
    show.add_argument("version", metavar="VERSION", help=VERSION)
    compare = verb(verbs, "compare", "the figures of two models side by side", _compare)
    compare.add_argument("first", metavar="VERSION", help=VERSION)
    compare.add_argument("second", metavar="OTHER", help=VERSION)
    evaluate_command.add_command(verbs)
    cockpit_command.add_command(verbs)
    _add_changes(verbs)
    trial_command.add_commands(verbs)
    mlflow_command.add_commands(verbs)


def _add_changes(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    promote = verb(verbs, "promote", "let a model decide, or make it the challenger", _promote)
    promote.add_argument("version", metavar="VERSION", help="a version, or challenger")
    promote.add_argument("--alias", choices=ALIASES, default=CHAMPION, help="(champion)")
    promote.add_argument(
        "--instead-of", metavar="VERSION", help="refuse if another one is champion by now"
    )
    reason(promote)
    rollback = verb(
        verbs,
        "rollback",
        "let the champion before decide again; twice: the one before it",
        _rollback,
    )
    rollback.add_argument(
        "--instead-of", metavar="VERSION", help="refuse if another one is champion by now"
    )
    reason(rollback)
    retire = verb(verbs, "retire", "take a model out of use; its files stay", _retire)
    retire.add_argument("version", metavar="VERSION", help="a version, or challenger")
    reason(retire)


def _add(settings: Settings, arguments: argparse.Namespace) -> int:
    made = opened_registry(settings)
    tried = is_tried(arguments.folder)
    version, is_new = made.add(arguments.folder, operator(), arguments.reason)
    report.change(
        arguments.json,
        f"Model {version} {'was added' if is_new else 'was added before'}"
        f"{'' if tried else ', untried: no engine is installed here'}.",
        version=version,
        changed=is_new,
        tried=tried,
    )
    return 0


def _list(settings: Settings, arguments: argparse.Namespace) -> int:
    report.everything(arguments.json, models.listed(make_engine(settings.database_url)))
    return 0


def _show(settings: Settings, arguments: argparse.Namespace) -> int:
    report.one(arguments.json, _described(settings, arguments.version))
    return 0


def _compare(settings: Settings, arguments: argparse.Namespace) -> int:
    pair = [_described(settings, name) for name in (arguments.first, arguments.second)]
    first, second = pair
    report.comparison(
        arguments.json,
        first,
        second,
        figures(first["metrics"], second["metrics"]),
        evaluated.shared(make_engine(settings.database_url), first["version"], second["version"]),
    )
    return 0


def _promote(settings: Settings, arguments: argparse.Namespace) -> int:
    made, alias = opened_registry(settings), arguments.alias
    engine = make_engine(settings.database_url)
    version = registry.resolved(engine, arguments.version)
    if alias == CHALLENGER and version == own_version(settings):
        _require_champion(engine, version)
    instead_of = _instead_of(settings, arguments.instead_of)
    changed = made.promote(version, alias, operator(), arguments.reason, instead_of)
    text = f"Model {version} is the {alias}{'' if changed else ' already'}."
    if changed and alias == CHAMPION:
        text += " Workers take it up within seconds."
    report.change(arguments.json, text, version=version, alias=alias, changed=changed)
    return 0


def _require_champion(engine: Engine, own: str) -> None:
    """Beside itself it would be blamed for all that is wrong: decisions name the version alone."""
    if registry.standing_now(engine).champion is None:
        raise Refused(f"Model {own} is that of MODEL_PATH, which decides: it challenges itself.")


def _rollback(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    instead_of = _instead_of(settings, arguments.instead_of)
    categories = routing_file.load(settings.routing_path).categories
    version = registry.roll_back(engine, operator(), arguments.reason, instead_of, categories)
    who = f"Model {version}" if version else f"The model of MODEL_PATH ({settings.model_path})"
    text = f"{who} is the champion again. Workers take it up within seconds."
    report.change(arguments.json, text, version=version, alias=CHAMPION, changed=True)
    return 0


def _instead_of(settings: Settings, named: str | None) -> str | None:
    """The champion that is meant, as the registry knows it: nobody where MODEL_PATH's decides."""
    if named is None or named != own_version(settings):
        return named
    now = registry.standing_now(make_engine(settings.database_url))
    return named if now.champion is not None else ""


def _retire(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    version = registry.resolved(engine, arguments.version)
    changed = registry.retire(engine, version, operator(), arguments.reason)
    text = f"Model {version} is retired{'' if changed else ' already'}."
    report.change(arguments.json, text, version=version, changed=changed)
    return 0


def _described(settings: Settings, name: str) -> dict[str, Any]:
    engine = make_engine(settings.database_url)
    return models.described(engine, registry.resolved(engine, name, own_version(settings)))
