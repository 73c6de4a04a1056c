"""`aiguilleur model push` and `pull`: models to and from the registry of an MLflow server."""

import argparse
import os
import tempfile
from pathlib import Path

from model.mlflow.pull import pull
from model.mlflow.push import push
from model.mlflow.server import opened
from model.mlflow.types import Version, model_name, reference
from service import model_report as report
from service.config import Settings
from service.domain.models import ALIASES
from service.flow.registry import resolved
from service.model_verbs import VERSION, is_tried, opened_registry, reason, verb
from service.operator import operator
from service.store.engine import make_engine

_NAME = "aiguilleur"


def add_commands(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add both to `aiguilleur model`."""
    where = "the MLflow registry that MLFLOW_TRACKING_URI names"
    out = verb(verbs, "push", f"take a model to {where}", _push)
    out.add_argument("version", metavar="VERSION", help=VERSION)
    out.add_argument("--name", default=_NAME, help=f"of the registered model there ({_NAME})")
    back = verb(verbs, "pull", f"add a model out of {where}", _pull)
    back.add_argument("model", metavar="NAME[@ALIAS|/NUMBER]", help="without either: the newest")
    back.add_argument("--alias", choices=ALIASES, help="promote it to this, here")
    reason(back, required=False)


def _push(settings: Settings, arguments: argparse.Namespace) -> int:
    name, server = model_name(arguments.name), opened(os.environ)
    version = resolved(make_engine(settings.database_url), arguments.version)
    folder, aliases = opened_registry(settings).held(version)
    made, is_new = push(server, folder, name, aliases, ALIASES)
    text = f"Model {version} {'is' if is_new else 'was already'} {made} in MLflow{_called(made)}."
    report.change(
        arguments.json,
        text,
        version=version,
        model=made.name,
        number=made.number,
        aliases=made.aliases,
        changed=is_new,
    )
    return 0


def _pull(settings: Settings, arguments: argparse.Namespace) -> int:
    wanted, registry = reference(arguments.model), opened_registry(settings)
    with tempfile.TemporaryDirectory() as place:
        found = pull(opened(os.environ), wanted, Path(place))
        tried = is_tried(Path(place))
        why = arguments.reason or f"pulled from {found} in MLflow"
        version, is_new = registry.add(Path(place), operator(), why)
    text = f"Model {version} {'was added' if is_new else 'was added before'}: {found} in MLflow"
    text += f"{_called(found)}.{'' if tried else ' It is untried: no engine is installed here.'}"
    if arguments.alias:
        registry.promote(version, arguments.alias, operator(), why)
        text += f" It is the {arguments.alias} here."
    report.change(
        arguments.json,
        text,
        version=version,
        model=found.name,
        number=found.number,
        aliases=found.aliases,
        alias=arguments.alias,
        changed=is_new,
        tried=tried,
    )
    return 0


def _called(made: Version) -> str:
    return f", {' and '.join(sorted(made.aliases))} there" if made.aliases else ""
