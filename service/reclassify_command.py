"""`aiguilleur reclassify`: what another model would have said of mail that was decided."""

import argparse
import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from service.config import Settings
from service.errors import StartupError
from service.flow.reclassify import Batches, Done, Reclassifier
from service.operator import operator
from service.store.engine import make_engine
from service.store.predictions import Range

_NICENESS = 10  # workers that decide waiting mail come first
_NOT_ASKED = "(no model asked)"
_EPILOG = """examples:
  aiguilleur reclassify --model models/2027-01 --since 7d
  aiguilleur reclassify --model models/2027-01 --since 2026-11-01 --mailbox claims

Decisions, queues and what agents did stay as they are. Run again, it goes on with what is left."""


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `reclassify` to the command line."""
    text = "what another model says of mail that was decided: predictions, never decisions"
    command = commands.add_parser(
        "reclassify",
        help=text,
        description=text,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--model", required=True, type=Path, metavar="DIR")
    command.add_argument(
        "--since", required=True, type=moment, metavar="WHEN", help="2026-11-01, or 7d, 12h ago"
    )
    command.add_argument("--until", type=moment, metavar="WHEN", help="before then (now)")
    command.add_argument("--mailbox", help="of this mailbox alone")
    command.set_defaults(run=_run, own_settings=False)


def moment(given: str) -> datetime:
    """A day or time of day (UTC where it names no zone), or days (`7d`) or hours (`12h`) ago."""
    try:
        if given[-1:] in ("d", "h"):
            hours = float(given[:-1]) * (24 if given.endswith("d") else 1)
            return datetime.now(UTC) - timedelta(hours=hours)
        found = datetime.fromisoformat(given)
    except (ValueError, OverflowError) as error:
        raise argparse.ArgumentTypeError(
            f"{given!r} is neither a date such as 2026-11-01 nor an age such as 7d or 12h"
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    until = arguments.until or datetime.now(UTC)
    if until <= arguments.since:
        raise StartupError("--until must be after --since")
    chosen = Range(arguments.since, until, arguments.mailbox)
    os.nice(_NICENESS)
    made = _reclassifier(settings, arguments.model)
    try:
        done = made.run(chosen, _progress)
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The same command goes on where this one was.\n")
        return 130
    sys.stderr.write("\n" if sys.stderr.isatty() else "")
    _tell(done, made.compared(chosen))
    return 0


def _reclassifier(settings: Settings, folder: Path) -> Reclassifier:
    # here, because no other command needs an engine
    from model.artifact import ArtifactError  # noqa: PLC0415
    from service.commands import classifier_loader  # noqa: PLC0415

    try:
        classifier = classifier_loader(settings)(folder)
    except ArtifactError as error:
        raise StartupError(f"--model {folder}: {error}") from error
    batches = Batches(settings.model_batch_emails, settings.model_batch_bytes)
    return Reclassifier(make_engine(settings.database_url), classifier, batches, operator())


def _progress(done: Done) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{done.emails} mails predicted")
        sys.stderr.flush()


def _tell(done: Done, found: Iterable[Row[Any]]) -> None:
    rows = list(found)
    every = sum(row.emails for row in rows)
    print(f"{done.emails} mails predicted now, {every} in this range by this model.")
    if done.unread:
        print(f"{done.unread} could not be read or predicted; the log names them.")
    asked = [row for row in rows if row.was is not None]
    changed = [row for row in asked if row.was != row.now]
    both = sum(row.emails for row in asked)
    print(f"{sum(row.emails for row in changed)} of {both} have another label than before.")
    _tell_people(asked)
    for row in changed:
        ids = " ".join(map(str, row.examples))
        print(f"{row.emails:8}  {row.was} -> {row.now}  such as {ids}")
    for row in rows:
        if row.was is None:
            print(f"{row.emails:8}  {_NOT_ASKED} -> {row.now}")


def _tell_people(rows: Iterable[Row[Any]]) -> None:
    sums = [(row.judged, row.was_right, row.now_right) for row in rows if row.judged]
    if sums:
        judged, was, now = map(sum, zip(*sums, strict=True))
        print(f"Of {judged} that people labelled, {was} were right before, {now} are now.")
