"""`aiguilleur drift`: what has moved since the model was made; `--count` counts days for it."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Engine

from service.config import Settings
from service.domain.drift.stability import LEAST_EMAILS
from service.errors import StartupError
from service.flow.drift.due import due, span_of
from service.flow.drift.report import Told, report
from service.store import drift as store
from service.store import engine as database
from service.store.engine import make_engine

_DAYS = 60  # that are told where nobody says
_MOST_NAMED = 12  # words on the terminal
_MOST_PROFILED = 2_000  # mails
_NICENESS = 10


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `drift` to the command line."""
    text = "what has moved since the model was made: mail, answers, how right they are"
    command = commands.add_parser("drift", help=text, description=text)
    command.add_argument("--since", type=_day, metavar="DAY", help=f"as 2027-03-01 ({_DAYS} days)")
    command.add_argument("--until", type=_day, metavar="DAY", help="the newest counted day")
    command.add_argument("--model", metavar="VERSION", help="of this version alone")
    command.add_argument("--json", action="store_true", help="all of it as JSON")
    command.add_argument("--html", type=Path, metavar="FILE", help="write one page with plots")
    command.add_argument(
        "--count", action="store_true", help="count the days that are due, and tell nothing"
    )
    command.add_argument(
        "--profile",
        type=Path,
        metavar="FOLDER",
        help="take this model's profile anew on mail of those days, drawn by chance; tell nothing",
    )
    command.set_defaults(run=_run, own_settings=False)


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    if arguments.count:
        return _count(settings)
    until = arguments.until or datetime.now(UTC).date()
    since = arguments.since or until - timedelta(days=_DAYS)
    engine = make_engine(settings.database_url)
    if arguments.profile:
        return _take_profile(engine, settings, arguments.profile, since, until)
    told = database.run(engine, lambda c: report(c, since, until, arguments.model))
    if arguments.html:
        _write_page(arguments.html, told, f"Drift, {since} to {until}")
    if arguments.json:
        sys.stdout.write(orjson.dumps([as_json(one) for one in told]).decode() + "\n")
        return 0
    if not told:
        sys.stdout.write(f"No day was counted between {since} and {until}.\n")
    for one in told:
        sys.stdout.write("\n".join(_lines(one)) + "\n")
    return 0


def _take_profile(
    engine: Engine, settings: Settings, folder: Path, since: date, until: date
) -> int:
    # a model's engine, which no other command needs
    from model.artifact import ArtifactError  # noqa: PLC0415
    from service.commands import classifier_loader  # noqa: PLC0415
    from service.flow.drift.retake import retake  # noqa: PLC0415

    try:
        classifier = classifier_loader(settings)(folder)
    except ArtifactError as error:
        raise StartupError(str(error)) from error
    between = (span_of(since).since, span_of(until).until)
    found = retake(engine, classifier, folder, between, _MOST_PROFILED)
    if found.emails < LEAST_EMAILS:
        raise StartupError(
            f"Only {found.emails} mails were answered between {since} and {until}: "
            f"give days with {LEAST_EMAILS} at least, --since and --until."
        )
    sys.stderr.write(f"The profile of {folder} is now that of {found.emails} mails.\n")
    return 0


def _count(settings: Settings) -> int:
    os.nice(_NICENESS)  # mail comes first
    # numpy alone is 20 MB, which nobody else here needs
    from service.flow.drift.count import count  # noqa: PLC0415

    engine = make_engine(settings.database_url, pool_size=2, application="aiguilleur-drift")
    with store.alone(engine) as mine:
        for span in due(engine, datetime.now(UTC)) if mine else ():
            count(engine, span)
    return 0


def as_json(one: Told) -> dict[str, Any]:
    """All of it as plain values."""
    return {
        "version": one.version,
        "drifts": one.verdict.drifts,
        "day": one.verdict.day,
        "emails": one.verdict.emails,
        "features": {
            name: {**asdict(figure), "drifts": name in one.verdict.features}
            for name, figure in one.verdict.figures.items()
        },
        "since": {found.feature: found.since for found in one.verdict.found},
        "lacks": dict(one.lacks),
        "words": [asdict(x) for x in one.words],
        "domains": [asdict(x) for x in one.domains],
        "shares": dict(one.shares),
        "days": [asdict(day) for day in one.days],
        "accuracy": {str(day): asdict(share) for day, share in one.right.items()},
        "stood": {str(day): asdict(share) for day, share in one.stood.items()},
    }


def _lines(one: Told) -> Iterator[str]:
    verdict = one.verdict
    yield f"Model version {one.version}, {len(one.days)} days to {verdict.day}"
    if not verdict.drifts:
        yield "  no drift" if verdict.figures else "  nothing can be judged yet"
    for found in verdict.found:
        yield f"  {found.sentence}"
    for name, figure in verdict.figures.items():
        yield f"    {name}: {figure.index:.3f} of {figure.bound:.3f}"
    for name, why in one.lacks.items():
        yield f"    {name}: {why}"
    for what, moved in (("words", one.words), ("domains", one.domains)):
        if moved:
            yield f"  {what} that moved: {', '.join(_named(x) for x in moved[:_MOST_NAMED])}"
    yield from _right(one)


def _named(one: Any) -> str:
    return f"{one.name} {one.before:.0%} to {one.now:.0%}"


def _right(one: Told) -> Iterator[str]:
    for what, shares in (("right by spot checks", one.right), ("left as it was", one.stood)):
        if shares:
            share = shares[max(shares)]
            yield (
                f"  {what}: {share.value:.1%} ({share.low:.1%} to {share.high:.1%} at 95 %), "
                f"of {share.labelled}"
            )


def _write_page(path: Path, told: Sequence[Told], title: str) -> None:
    from service.drift_page import page  # noqa: PLC0415

    try:
        path.write_text(page(told, title), encoding="utf-8")
    except OSError as error:
        raise StartupError(f"{path} cannot be written: {error.strerror}") from error


def _day(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise argparse.ArgumentTypeError("must be a day as 2027-03-01") from error
