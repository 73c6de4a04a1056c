"""`aiguilleur`: one command for every process and every operator's task."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from service import (
    __version__,
    account_commands,
    accuracy_command,
    admin,
    config,
    dataset_command,
    drift_command,
    log,
    model_command,
    new_command,
    privacy_command,
    reclassify_command,
    replay,
    retrain_command,
    route_command,
    switch_command,
)
from service.config import Settings
from service.errors import ServiceError, StartupError
from service.post import command as post
from service.terminal import plain

Run = Callable[[Settings, argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 done, 1 failed, 2 wrong usage."""
    arguments = parser().parse_args(argv)
    try:
        if arguments.own_settings:
            return int(arguments.run(arguments))
        settings = config.from_environment()
        log.configure(settings.log_level, arguments.command)
        return int(arguments.run(settings, arguments))
    except (StartupError, ServiceError) as error:
        print(f"aiguilleur: {plain(str(error))}", file=sys.stderr)
    except ModuleNotFoundError as error:  # an image has what its own processes need
        print(
            f"aiguilleur: `{arguments.command}` needs {error.name}, which is not installed here: "
            "run it where workers or trainers run.",
            file=sys.stderr,
        )
    return 1


def parser() -> argparse.ArgumentParser:
    """What takes the command line apart: every command with its options."""
    made = argparse.ArgumentParser(
        prog="aiguilleur",
        description="Asynchronous e-mail classification and routing.",
        epilog="Configuration comes from the environment; see README.md.",
    )
    made.add_argument("--version", action="version", version=f"aiguilleur {__version__}")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add(commands, "api", "serve HTTP (gunicorn)", _api)
    _add(commands, "worker", "classify waiting mail", _worker)
    _add(commands, "sweep", "wake workers whenever mail waits", _sweep)
    _add(commands, "schedule", "ask whether to retrain whenever it is time", _schedule)
    _add(commands, "shadow", "let the challenger predict a share of decided mail", _shadow)
    _add(commands, "webhooks", "send webhooks", _webhooks)
    _add(commands, "lmtp", "take mail from a mail server by LMTP", _lmtp)
    _add(commands, "reinject", "hand decided mail on by SMTP", _reinject)
    admin.add_commands(commands)
    account_commands.add_commands(commands)
    replay.add_command(commands)
    dataset_command.add_commands(commands)
    accuracy_command.add_command(commands)
    drift_command.add_command(commands)
    privacy_command.add_commands(commands)
    route_command.add_commands(commands)
    reclassify_command.add_command(commands)
    switch_command.add_commands(commands)
    model_command.add_commands(commands)
    retrain_command.add_command(commands)
    new_command.add_command(commands)
    post.add_command(commands)
    for name, text in (
        ("up", "start everything on this machine"),
        ("demo", "start everything and post the sample mails"),
    ):
        local = commands.add_parser(name, help=text, description=text)
        local.set_defaults(run=_local, own_settings=True)
        if name == "demo":
            local.add_argument("--once", action="store_true", help="end after the results")
        else:
            local.add_argument(
                "folder", nargs="?", type=Path, metavar="DIR", help="a service that `new` made"
            )
    return made


def _add(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, run: Run
) -> None:
    command = commands.add_parser(name, help=text, description=text)
    command.set_defaults(run=run, own_settings=False)


# Each command imports what it needs and nothing else: the API must not load the model's engine,
# and `--help` must not load anything.


def _api(settings: Settings, arguments: argparse.Namespace) -> int:
    from service import commands  # noqa: PLC0415

    return commands.api(settings)


def _worker(settings: Settings, arguments: argparse.Namespace) -> int:
    from service import commands  # noqa: PLC0415

    return commands.worker(settings)


def _sweep(settings: Settings, arguments: argparse.Namespace) -> int:
    from service import commands  # noqa: PLC0415

    return commands.sweep(settings)


def _schedule(settings: Settings, arguments: argparse.Namespace) -> int:
    from service import commands  # noqa: PLC0415

    return commands.schedule(settings)


def _shadow(settings: Settings, arguments: argparse.Namespace) -> int:
    from service import commands  # noqa: PLC0415

    return commands.shadow(settings)


def _webhooks(settings: Settings, arguments: argparse.Namespace) -> int:
    from service.webhooks.process import main as webhooks  # noqa: PLC0415

    return webhooks(settings)


def _lmtp(settings: Settings, arguments: argparse.Namespace) -> int:
    from service.lmtp.process import main as lmtp  # noqa: PLC0415

    return lmtp(settings)


def _reinject(settings: Settings, arguments: argparse.Namespace) -> int:
    from service.reinject.process import main as reinject  # noqa: PLC0415

    return reinject(settings)


def _local(arguments: argparse.Namespace) -> int:
    from service.local.command import run  # noqa: PLC0415
    from service.local.kit import enter  # noqa: PLC0415

    if getattr(arguments, "folder", None) is not None:
        enter(arguments.folder)
    return run(demo=arguments.command == "demo", once=getattr(arguments, "once", False))
