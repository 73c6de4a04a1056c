"""`aiguilleur dataset`: what people said of mail, as training data; masked by default.

labels -> rows -> a file, a snapshot, or a tool to label with -> rows again
"""

import argparse
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from mail.masking.mask import Masker
from service import log
from service.config import Settings
from service.errors import StartupError
from service.flow import dataset
from service.operator import operator
from service.routing_file import load
from service.store.engine import make_engine

_log = log.get(__name__)
_LABEL_STUDIO, _ARGILLA = "label-studio", "argilla"
_MOST_IMPORT_BYTES = 1 << 30

Rows = Iterable[dict[str, Any]]


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `dataset export`, `dataset snapshot` and `dataset import` to the command line."""
    group = commands.add_parser("dataset", help="training data from what people said of mail")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    export = verbs.add_parser("export", help="labelled mail in one file; holds mail text")
    export.add_argument("--out", required=True, type=Path, metavar="FILE")
    export.add_argument(
        "--format", choices=["jsonl", _LABEL_STUDIO, _ARGILLA], default="jsonl", help="whose JSON"
    )
    export.set_defaults(run=_export, own_settings=False)
    snapshot = verbs.add_parser("snapshot", help="labelled mail, split, counted and hashed")
    snapshot.add_argument("--out", required=True, type=Path, metavar="DIR")
    snapshot.add_argument("--validation", type=_share, default=0.15, metavar="SHARE")
    snapshot.add_argument("--test", type=_share, default=0.15, metavar="SHARE")
    snapshot.add_argument(
        "--split",
        choices=["time", "lot"],
        default="time",
        help="what is kept apart: the newest mail, or by lot the same mail for ever (time)",
    )
    snapshot.set_defaults(run=_snapshot, own_settings=False)
    for verb in (export, snapshot):
        verb.add_argument("--unmasked", action="store_true", help="leave personal data in")
    back = verbs.add_parser("import", help="what people labelled elsewhere, as training reads it")
    back.add_argument("file", type=Path, metavar="FILE.json")
    back.add_argument("--format", choices=[_LABEL_STUDIO, _ARGILLA], required=True)
    back.add_argument("--out", required=True, type=Path, metavar="FILE.jsonl")
    back.set_defaults(run=_import, own_settings=True)


def _export(settings: Settings, arguments: argparse.Namespace) -> int:
    out: Path = arguments.out.absolute()
    rows = _rows(settings, out, None if arguments.unmasked else _masker(settings))
    written = _write(out, rows, arguments.format)
    if arguments.format == _LABEL_STUDIO:
        from model.exchange.label_studio import configuration  # noqa: PLC0415

        names = load(settings.routing_path).categories
        sys.stderr.write(f"The project's labelling configuration:\n{configuration(names)}")
    sys.stderr.write(f"{written} labelled mails written to {out}\n")
    return 0


def _snapshot(settings: Settings, arguments: argparse.Namespace) -> int:
    from model import snapshot  # noqa: PLC0415
    from model.data import DataError  # noqa: PLC0415

    folder: Path = arguments.out.absolute()
    mask = str if arguments.unmasked else _masker(settings)
    try:
        where, manifest = snapshot.take(
            _rows(settings, folder, mask),
            folder,
            validation=arguments.validation,
            test=arguments.test,
            split=arguments.split,
        )
    except DataError as error:
        raise StartupError(str(error)) from error
    sizes = ", ".join(f"{part.rows} {name}" for name, part in manifest.parts.items())
    sys.stderr.write(f"{manifest.rows} labelled mails ({sizes}) in {where}\n")
    if manifest.left_out:
        sys.stderr.write(f"{manifest.left_out} more are tied to two parts, and lie in none\n")
    sys.stdout.write(f"{where}\n")
    return 0


def _import(arguments: argparse.Namespace) -> int:
    from model.data import DataError  # noqa: PLC0415
    from model.exchange import argilla, label_studio  # noqa: PLC0415

    reads = {_LABEL_STUDIO: label_studio.rows, _ARGILLA: argilla.rows}[arguments.format]
    try:
        written = _write(arguments.out.absolute(), reads(_json(arguments.file)), "jsonl")
    except DataError as error:
        raise StartupError(f"{arguments.file}: {error}") from error
    sys.stderr.write(f"{written} labelled mails written to {arguments.out}\n")
    return 0


def _rows(settings: Settings, out: Path, mask: Callable[[str], str] | None) -> Rows:
    return dataset.rows(make_engine(settings.database_url), operator(), str(out), mask)


def _masker(settings: Settings) -> Callable[[str], str]:
    return Masker(load(settings.routing_path).contracts).mask


def _json(file: Path) -> object:
    try:
        if file.stat().st_size > _MOST_IMPORT_BYTES:
            raise StartupError(f"{file} is larger than 1 GB: export fewer mails at a time")
        return orjson.loads(file.read_bytes())
    except OSError as error:
        raise StartupError(f"{file} cannot be read: {error.strerror}") from error
    except orjson.JSONDecodeError as error:
        raise StartupError(f"{file} is no JSON: {error}") from error


def _write(out: Path, rows: Rows, form: str) -> int:
    """Write the file whole or not at all, for its owner alone; returns how many rows it has."""
    part = out.with_name(f"{out.name}.part")
    written = 0
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            for line in _lines(rows, form):
                file.write(line)
                written += 1
            if form != "jsonl":
                file.write(b"\n]\n" if written else b"[]\n")
        part.replace(out)
    except OSError as error:
        raise StartupError(f"{out} cannot be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return written


def _lines(rows: Rows, form: str) -> Iterator[bytes]:
    """Each row as JSON: a line, or the next one of a list."""
    if form == "jsonl":
        yield from (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
        return
    from model.exchange import argilla, label_studio  # noqa: PLC0415

    made = label_studio.tasks(rows) if form == _LABEL_STUDIO else argilla.records(rows)
    for number, one in enumerate(made):
        yield (b",\n" if number else b"[\n") + orjson.dumps(one)


def _share(given: str) -> float:
    share = float(given)
    if not 0 < share < 0.5:
        raise argparse.ArgumentTypeError("must be a share above 0 and below 0.5")
    return share
