"""`aiguilleur dataset export`: what people corrected and confirmed, for `python -m model train`."""

import argparse
import os
import sys
from pathlib import Path

import orjson

from service import log
from service.config import Settings
from service.errors import StartupError
from service.flow import dataset
from service.operator import operator
from service.store.engine import make_engine

_log = log.get(__name__)


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `dataset export` to the command line."""
    group = commands.add_parser("dataset", help="training data from agents' corrections")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    export = verbs.add_parser("export", help="labelled mail as JSON lines; holds mail text")
    export.add_argument("--out", required=True, type=Path, metavar="FILE.jsonl")
    export.set_defaults(run=_export, own_settings=False)


def _export(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write the file whole or not at all, for its owner alone."""
    out: Path = arguments.out.absolute()
    part = out.with_name(f"{out.name}.part")
    written = 0
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for row in dataset.rows(make_engine(settings.database_url), operator(), str(out)):
                file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
                written += 1
        part.replace(out)
    except OSError as error:
        raise StartupError(f"{out} cannot be written: {error.strerror}") from error
    sys.stderr.write(f"{written} labelled mails written to {out}\n")
    return 0
