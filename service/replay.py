"""`aiguilleur replay`: dead letters are sent again, once what killed them is put right."""

import argparse
from uuid import UUID

from service.config import Settings
from service.store import engine as database
from service.store import outbox, reinjections
from service.store.engine import make_engine

_REPLAY = {"webhooks": outbox.replay, "mail": reinjections.replay}


def add_command(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `replay` to the command line."""
    text = "send dead letters again: webhooks, or mail to hand on"
    replay = commands.add_parser("replay", help=text, description=text)
    replay.add_argument("what", choices=sorted(_REPLAY))
    replay.add_argument("--id", type=UUID, help="one of them; otherwise all")
    replay.set_defaults(run=_replay, own_settings=False)


def _replay(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    count = database.run(engine, lambda c: _REPLAY[arguments.what](c, arguments.id))
    print(f"{count} will be sent again")
    return 0
