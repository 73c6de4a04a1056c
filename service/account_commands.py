"""`aiguilleur account`: the people who sign in at the console with a password."""

import argparse
import getpass
import sys

from sqlalchemy import Connection

from service.config import Settings
from service.domain.accounts import LEAST_PASSWORD, PERSONAL_ROLES, Rights, folded, is_login
from service.domain.types import Role
from service.errors import StartupError
from service.given_queues import given_queues
from service.operator import operator
from service.store import accounts, sessions
from service.store import engine as database
from service.store.engine import make_engine


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `account` to the command line."""
    account = commands.add_parser("account", help="create, list and disable accounts of people")
    verbs = account.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help="a new account; asks for its password")
    create.add_argument("--login", required=True, help="1 to 100 visible ASCII characters")
    create.add_argument("--name", help="as others see it; the login, where it is not given")
    roles = [role.value for role in PERSONAL_ROLES]
    create.add_argument("--role", required=True, action="append", choices=roles)
    create.add_argument("--mailbox", required=True, action="append", help="a mailbox, or '*'")
    create.add_argument("--queue", action="append", help="of `routing.yaml`; all, if not given")
    create.set_defaults(run=_create, own_settings=False)
    listing = verbs.add_parser("list", help="all accounts, those of the identity provider too")
    listing.set_defaults(run=_list, own_settings=False)
    password = verbs.add_parser("password", help="a new password; enables, and ends sessions")
    password.add_argument("login")
    password.set_defaults(run=_password, own_settings=False)
    queues = verbs.add_parser("queues", help="other queues for a local account, at once")
    queues.add_argument("login")
    queues.add_argument("--queue", required=True, action="append", help="of `routing.yaml`, or '*'")
    queues.set_defaults(run=_queues, own_settings=False)
    disable = verbs.add_parser("disable", help="keep somebody out, at once")
    disable.add_argument("login", help="or the id that `list` shows")
    disable.set_defaults(run=_disable, own_settings=False)


def _create(settings: Settings, arguments: argparse.Namespace) -> int:
    login = folded(arguments.login)
    if not is_login(login):
        raise StartupError("A login has 1 to 100 visible ASCII characters")
    queues = given_queues(settings.routing_path, arguments.queue)
    stored = _hashed(_asked())
    rights = Rights(frozenset(map(Role, arguments.role)), frozenset(arguments.mailbox), queues)
    name = arguments.name or login

    def work(connection: Connection) -> bool:
        made = accounts.create(connection, login, name, stored, rights)
        return made and _noted(connection, login, "created")

    if not database.run(make_engine(settings.database_url), work):
        raise StartupError(f"There is an account {login!r} already")
    return 0


def _list(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    for row in database.run(engine, accounts.everything):
        state = "disabled" if row.disabled_at else "active"
        roles, mailboxes, queues = map(",".join, (row.roles, row.mailboxes, row.queues))
        named = (row.id, row.login, row.name)
        print(*named, roles, mailboxes, row.issuer or "local", state, queues, sep="\t")
    return 0


def _password(settings: Settings, arguments: argparse.Namespace) -> int:
    stored, login = _hashed(_asked()), folded(arguments.login)

    def work(connection: Connection) -> bool:
        found = accounts.set_password(connection, login, stored)
        return found and _noted(connection, login, "password set")

    if not database.run(make_engine(settings.database_url), work):
        raise StartupError(f"There is no local account {login!r}")
    return 0


def _queues(settings: Settings, arguments: argparse.Namespace) -> int:
    login = folded(arguments.login)
    queues = given_queues(settings.routing_path, arguments.queue)

    def work(connection: Connection) -> bool:
        found = accounts.set_queues(connection, login, queues)
        return found and _noted(connection, login, f"queues {','.join(sorted(queues))}")

    if not database.run(make_engine(settings.database_url), work):
        raise StartupError(
            f"There is no local account {login!r}: a provider's groups give queues at each sign-in"
        )
    return 0


def _disable(settings: Settings, arguments: argparse.Namespace) -> int:
    login = folded(arguments.login)

    def work(connection: Connection) -> bool:
        return accounts.disable(connection, login) and _noted(connection, login, "disabled")

    if not database.run(make_engine(settings.database_url), work):
        raise StartupError(f"There is no account {login!r} in use")
    return 0


def _noted(connection: Connection, login: str, what: str) -> bool:
    """Tell the trail of sign-ins who changed an account."""
    sessions.note(connection, login, None, "password", f"{what} by {operator().name}")
    return True


def _asked() -> str:
    """A password from the terminal, twice, or from the first line of standard input."""
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass.getpass("Password: ")
        if password != getpass.getpass("Again: "):
            raise StartupError("The two passwords differ")
    if not LEAST_PASSWORD <= len(password) <= 1000:
        raise StartupError(f"A password has {LEAST_PASSWORD} to 1000 characters")
    return password


def _hashed(password: str) -> str:
    # loads the hash's library, which `--help` and other commands do without
    from service.flow.passwords import hashed  # noqa: PLC0415

    return hashed(password)
