"""`aiguilleur switch`: send mail to people when the model, or all of the routing, goes wrong."""

import argparse

from service import routing_file
from service.config import Settings
from service.errors import StartupError
from service.flow.switchboard import CATEGORY
from service.operator import operator
from service.store import engine as database
from service.store import switches
from service.store.engine import make_engine

_WHAT = "everything, model, or category:NAME"


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `switch off`, `switch on` and `switch list` to the command line."""
    text = "send mail to triage instead of trusting the model, or the rules as well"
    group = commands.add_parser("switch", help=text, description=text)
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, is_off in (("off", True), ("on", False)):
        change = verbs.add_parser(verb, help=f"switch {verb}: {_WHAT}")
        change.add_argument("what", metavar="WHAT", help=_WHAT)
        change.add_argument("--reason", required=True, help="kept with your name, for ever")
        change.set_defaults(run=_change, own_settings=False, is_off=is_off)
    listing = verbs.add_parser("list", help="what is off, and the last changes")
    listing.set_defaults(run=_list, own_settings=False)


def _change(settings: Settings, arguments: argparse.Namespace) -> int:
    what = arguments.what
    engine = make_engine(settings.database_url)
    if arguments.is_off or what not in database.run(engine, switches.off):
        _check(settings, what)  # what is off may be of a category that is no more
    database.run(
        engine,
        lambda c: switches.change(c, what, operator(), arguments.reason, is_off=arguments.is_off),
    )
    print(f"{what} is {'off' if arguments.is_off else 'on'}; workers obey within seconds.")
    return 0


def _check(settings: Settings, what: str) -> None:
    known = routing_file.load(settings.routing_path).categories
    names = {"everything", "model", *(f"{CATEGORY}{name}" for name in known)}
    if what not in names:
        raise StartupError(f"There is no switch {what!r}; there are: {', '.join(sorted(names))}")


def _list(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    off = database.run(engine, switches.off)
    print(f"Off: {', '.join(off) or 'nothing'}")
    for row in database.run(engine, lambda c: switches.changes(c, 20)):
        by = f"{row.by_client}/{row.by_agent}" if row.by_agent else row.by_client
        verb = "off" if row.is_off else "on"
        print(f"{row.at:%Y-%m-%d %H:%M:%S}Z\t{row.what}\t{verb}\t{by}\t{row.reason}")
    return 0
