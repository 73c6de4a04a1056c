"""The operator's commands: the schema and the API keys."""

import argparse
import sys
from typing import Any

from sqlalchemy import Row

from service.config import Settings
from service.domain.types import Role
from service.errors import StartupError
from service.given_queues import given_queues
from service.store import engine as database
from service.store import keys
from service.store.engine import make_engine
from service.store.migrate import upgrade
from service.webhooks.signing import client_secret

_LONGEST_SECONDS = 365 * 86_400.0
_LONGEST_DAYS = 3650.0


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `migrate` and `key` to the command line."""
    migrate = commands.add_parser("migrate", help="bring the database's schema up to date")
    migrate.set_defaults(run=_migrate, own_settings=False)
    key = commands.add_parser("key", help="create, list, rotate and revoke API keys")
    verbs = key.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_create(verbs)
    listing = verbs.add_parser("list", help="all keys, without their secrets")
    listing.set_defaults(run=_list, own_settings=False)
    rotate = verbs.add_parser("rotate", help="a new key in place of an old one")
    rotate.add_argument("id", help="the part between the first two underscores")
    rotate.add_argument(
        "--grace", type=_seconds, default=3600.0, metavar="SECONDS", help="of the old one (3600)"
    )
    rotate.set_defaults(run=_rotate, own_settings=False)
    revoke = verbs.add_parser("revoke", help="end a key at once")
    revoke.add_argument("id")
    revoke.set_defaults(run=_revoke, own_settings=False)
    secret = verbs.add_parser("webhook-secret", help="what a client verifies its webhooks with")
    secret.add_argument("--client", required=True)
    secret.set_defaults(run=_webhook_secret, own_settings=False)


def _add_create(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    create = verbs.add_parser("create", help="a new key, printed once")
    create.add_argument("--client", required=True, help="who it is for; its mail is its own")
    create.add_argument(
        "--role", required=True, action="append", choices=[role.value for role in Role]
    )
    create.add_argument("--mailbox", required=True, action="append", help="a mailbox, or '*'")
    create.add_argument(
        "--queue", action="append", help="of `routing.yaml`, for those who work on mail; all"
    )
    create.add_argument(
        "--callback-host", action="append", default=[], help="a host its webhooks may go to"
    )
    create.add_argument("--expires-days", type=_days, metavar="DAYS", help="never, if not given")
    create.set_defaults(run=_create, own_settings=False)


def _migrate(settings: Settings, arguments: argparse.Namespace) -> int:
    print(f"schema at revision {upgrade(settings.database_url)}", file=sys.stderr)
    return 0


def _create(settings: Settings, arguments: argparse.Namespace) -> int:
    roles = frozenset(map(Role, arguments.role))
    if arguments.queue and roles == {Role.GATEWAY}:
        raise StartupError("--queue limits who works on mail: a gateway's key has no queues")
    grant = keys.Grant(
        arguments.client,
        roles,
        frozenset(arguments.mailbox),
        frozenset(arguments.callback_host),
        arguments.expires_days,
        given_queues(settings.routing_path, arguments.queue),
    )
    engine = make_engine(settings.database_url)
    print(database.run(engine, lambda c: keys.create(c, grant)))
    return 0


def _list(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    for key in database.run(engine, keys.everything):
        roles, mailboxes, queues = map(",".join, (key.roles, key.mailboxes, key.queues))
        made = f"{key.created_at:%Y-%m-%d}"
        print(key.id, key.client, roles, mailboxes, _state(key), made, queues, sep="\t")
    return 0


def _state(key: Row[Any]) -> str:
    if key.revoked_at:
        return "revoked"
    if key.expired:
        return "expired"
    return f"ends {key.expires_at:%Y-%m-%d %H:%M}Z" if key.expires_at else "active"


def _rotate(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    token = database.run(engine, lambda c: keys.rotate(c, arguments.id, arguments.grace))
    if token is None:
        raise StartupError(f"There is no key {arguments.id!r} in use")
    print(token)
    return 0


def _revoke(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    if not database.run(engine, lambda c: keys.revoke(c, arguments.id)):
        raise StartupError(f"There is no key {arguments.id!r} in use")
    return 0


def _seconds(given: str) -> float:
    seconds = float(given)
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise argparse.ArgumentTypeError("must be 0 or more seconds, a year at most")
    return seconds


def _days(given: str) -> float:
    days = float(given)
    if not 0 < days <= _LONGEST_DAYS:
        raise argparse.ArgumentTypeError("must be above 0 and at most 3650")
    return days


def _webhook_secret(settings: Settings, arguments: argparse.Namespace) -> int:
    if not settings.webhook_secret:
        raise StartupError(
            "AIGUILLEUR_WEBHOOK_SECRET is not set: this deployment sends no webhooks"
        )
    engine = make_engine(settings.database_url)
    client_id = database.run(engine, lambda c: keys.client_id(c, arguments.client))
    if client_id is None:
        raise StartupError(f"There is no client {arguments.client!r}")
    print(client_secret(settings.webhook_secret, client_id))
    return 0
