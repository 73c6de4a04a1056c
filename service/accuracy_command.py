"""`aiguilleur accuracy`: how right the model is on live mail, from spot checks and corrections."""

import argparse
import sys
from dataclasses import asdict

import orjson

from service.config import Settings
from service.domain.spot_checks import Estimate
from service.flow.accuracy import DAYS, LEAST_LABELLED, Accuracy, accuracy
from service.store.engine import make_engine

_MOST_DAYS = 3_650


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `accuracy` to the command line."""
    text = "how right the model is on live mail"
    command = commands.add_parser("accuracy", help=text, description=text)
    command.add_argument("--days", type=_days, default=DAYS, help=f"look back so far ({DAYS})")
    command.add_argument("--json", action="store_true", help="all of it as JSON")
    command.set_defaults(run=_run, own_settings=False)


def _run(settings: Settings, arguments: argparse.Namespace) -> int:
    found = accuracy(make_engine(settings.database_url), arguments.days)
    if arguments.json:
        sys.stdout.write(orjson.dumps([asdict(one) for one in found]).decode() + "\n")
        return 0
    if not found:
        sys.stdout.write(f"The model decided no mail in {arguments.days} days.\n")
    for one in found:
        sys.stdout.write("\n".join(_lines(one)) + "\n")
    return 0


def _lines(one: Accuracy) -> list[str]:
    lines = [f"Model version {one.version}"]
    if one.checked is None:
        lines.append(f"  spot checks: none labelled yet, {one.waiting} wait")
    else:
        lines.append(f"  spot checks: {_said(one.checked)}, {one.waiting} wait")
    if one.stood is not None:
        lines.append(f"  left as it was by agents: {one.stood:.1%} of {one.completed} (from above)")
    lines += [f"    {name}: {_said(found)}" for name, found in one.categories.items()]
    if one.checked and not one.categories:
        lines.append(f"    no category has {LEAST_LABELLED} labels yet")
    return lines


def _said(found: Estimate) -> str:
    return (
        f"{found.value:.1%} right ({found.low:.1%} to {found.high:.1%} at 95 %), "
        f"{found.labelled} of {found.chosen} labelled"
    )


def _days(given: str) -> int:
    days = int(given)
    if not 0 < days <= _MOST_DAYS:
        raise argparse.ArgumentTypeError(f"must be a number of days from 1 to {_MOST_DAYS}")
    return days
