"""`aiguilleur route simulate`: what a change of `routing.yaml` would have done."""

import argparse
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service import routing_file
from service.config import Settings
from service.flow.simulate import Difference, simulate
from service.store.engine import make_engine

_MOST_DAYS = 36_500  # beyond, there are no dates to count back to


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `route simulate` to the command line."""
    route = commands.add_parser("route", help="try another routing.yaml")
    verbs = route.add_subparsers(dest="verb", required=True, metavar="VERB")
    text = "where mail that was decided would go under another routing.yaml; changes nothing"
    simulation = verbs.add_parser("simulate", help=text, description=text)
    simulation.add_argument("file", type=Path, metavar="new.yaml")
    simulation.add_argument("--days", type=_days, default=30.0, help="how far back (30)")
    simulation.set_defaults(run=_simulate, own_settings=False)


def _simulate(settings: Settings, arguments: argparse.Namespace) -> int:
    routing = routing_file.load(arguments.file)
    since = datetime.now(UTC) - timedelta(days=arguments.days)
    _tell(simulate(make_engine(settings.database_url), routing, since))
    return 0


def _tell(difference: Difference) -> None:
    print(f"{difference.emails} mails looked at, {difference.moved} would lie in another queue.")
    for (old, new), count in difference.queues.most_common():
        if old != new:
            ids = " ".join(map(str, difference.examples[old, new]))
            print(f"{count:8}  {old} -> {new}  such as {ids}")


def _days(given: str) -> float:
    days = float(given)
    if not 0 < days <= _MOST_DAYS:  # which is False for nan
        raise argparse.ArgumentTypeError(f"must be a number of days above 0, at most {_MOST_DAYS}")
    return days
