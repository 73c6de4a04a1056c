"""`aiguilleur model report`: all models over time, as one HTML file or as JSON."""

import argparse
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import orjson

from service import routing_file
from service.config import Settings
from service.errors import StartupError
from service.flow import cockpit
from service.model_verbs import verb
from service.store.engine import make_engine

_LANGUAGES = ("en", "fr")


def add_command(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `model report` to the command line."""
    text = "all models over time: their figures on the same mail, who was champion, what changed"
    command = verb(verbs, "report", text, _run)
    command.add_argument(
        "--html", type=Path, metavar="FILE", help="one page that needs nothing else, the console's"
    )
    command.add_argument(
        "--set", default="", metavar="NAME:HASH", help="which mail (the newest that was judged on)"
    )
    command.add_argument("--language", choices=_LANGUAGES, default="en", help="of the page (en)")


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    if not (arguments.html or arguments.json):
        raise StartupError("Say what to make: --html FILE for a page, --json for programs.")
    seen = cockpit.look(make_engine(settings.database_url), arguments.set)
    if arguments.set and (seen.on is None or cockpit.key(seen.on) != arguments.set):
        raise StartupError(
            f"No model was judged on {arguments.set}; there are: "
            f"{', '.join(cockpit.key(one) for one in seen.sets) or 'none'}."
        )
    if arguments.html:
        _write(settings, arguments, seen)
    if arguments.json:
        sys.stdout.write(orjson.dumps(asdict(seen), option=orjson.OPT_UTC_Z).decode() + "\n")
    return 0


def _write(settings: Settings, arguments: argparse.Namespace, seen: cockpit.Cockpit) -> None:
    try:  # here, because a worker's image has no templates' library
        from service.console.cockpit_report import page  # noqa: PLC0415
        from service.console.language import Tongue  # noqa: PLC0415
    except ImportError as error:
        raise StartupError(
            f"--html needs {error.name}, which is not installed: pip install -r "
            "requirements/api.txt"
        ) from error
    known = routing_file.load(settings.routing_path).categories
    titles = {name: one.title for name, one in known.items()}
    made = page(
        seen,
        Tongue(arguments.language),
        lambda name: titles.get(name, name),
        datetime.now(UTC),
    )
    try:
        arguments.html.write_text(made, encoding="utf-8")
    except OSError as error:
        raise StartupError(f"{arguments.html} cannot be written: {error.strerror}.") from error
    if not arguments.json:
        sys.stdout.write(f"{arguments.html}: {len(made.encode()) // 1000} kB\n")
