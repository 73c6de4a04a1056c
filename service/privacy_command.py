"""`aiguilleur purge` and `aiguilleur erase`: mail goes for good, and what went is told."""

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

from service.config import Settings
from service.errors import StartupError
from service.flow import erasing
from service.flow.dataset import group_of
from service.flow.erasing import Report
from service.operator import operator
from service.store.engine import make_engine

_MOST_DAYS = 36_500  # beyond, there are no dates to count back to


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `purge` and `erase` to the command line."""
    text = "erase mail that was completed long ago"
    purge = commands.add_parser("purge", help=text, description=text)
    purge.add_argument("--older-than", required=True, type=_days, metavar="DAYS")
    purge.add_argument(
        "--also-open",
        action="append",
        default=[],
        metavar="QUEUE",
        help="a queue of which open mail goes too, such as the one for automatic mail",
    )
    purge.set_defaults(run=_purge, own_settings=False)
    text = "erase all mail of a sender, and what was made of it"
    erase = commands.add_parser("erase", help=text, description=text)
    erase.add_argument("--sender", required=True, type=_address, metavar="ADDRESS")
    erase.add_argument(
        "--dataset",
        action="append",
        default=[],
        type=Path,
        metavar="FILE.jsonl",
        help="an exported file of which this sender's mail is to be taken as well",
    )
    erase.set_defaults(run=_erase, own_settings=False)


def _purge(settings: Settings, arguments: argparse.Namespace) -> int:
    engine = make_engine(settings.database_url)
    _tell(erasing.purge(engine, operator(), arguments.older_than, arguments.also_open))
    return 0


def _erase(settings: Settings, arguments: argparse.Namespace) -> int:
    for path in arguments.dataset:
        _check(path)
    report = erasing.forget(make_engine(settings.database_url), operator(), arguments.sender)
    for path in arguments.dataset:
        report.rows[str(path)] = _take_out(path, arguments.sender)
        report.exports.pop(str(path.absolute()), None)
    _tell(report)
    return 0


def _tell(report: Report) -> None:
    print(f"{report.emails} mails are gone.")
    for table, count in sorted(report.rows.items()):
        if count and table != "emails":
            print(f"  {table}: {count}")
    for file, count in sorted(report.exports.items()):
        print(f"{count} of them had been exported to {file}: see to that file (--dataset).")


def _check(path: Path) -> None:
    try:
        for _ in _rows(path):
            pass
    except OSError as error:
        raise StartupError(
            f"{path} cannot be read: {error.strerror}; nothing was erased"
        ) from error
    except (orjson.JSONDecodeError, AttributeError) as error:
        raise StartupError(
            f"{path} is no file of JSON lines (export anew what went to another tool); nothing was "
            "erased"
        ) from error


def _rows(path: Path) -> Iterator[tuple[bytes, frozenset[str]]]:
    """Each line with what tells its sender: the address, or the hash of it where it is masked."""
    with path.open("rb") as lines:
        for line in lines:
            row = orjson.loads(line)
            told = {str(row.get("from") or "").lower(), str(row.get("group") or "")}
            yield line, frozenset(told - {""})


def _take_out(path: Path, sender: str) -> int:
    """Write the file anew without this sender's rows; returns how many there were."""
    rows = list(_rows(path))
    named = {sender.lower(), group_of(sender)}
    kept = [line for line, told in rows if told.isdisjoint(named)]
    if len(kept) < len(rows):
        _replace(path, kept)
    return len(rows) - len(kept)


def _replace(path: Path, lines: Iterable[bytes]) -> None:
    part = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(lines)
    part.replace(path)


def _days(given: str) -> float:
    days = float(given)
    if not 0 < days <= _MOST_DAYS:  # which is False for nan
        raise argparse.ArgumentTypeError(f"must be a number of days above 0, at most {_MOST_DAYS}")
    return days


def _address(given: str) -> str:
    # `Léa <lea@client.example>` would be compared as it is, and nothing be found
    if given.count("@") != 1 or len(given) > 320 or set(given) & set("<>"):
        raise argparse.ArgumentTypeError(
            "must be an e-mail address without a name, such as lea@client.example"
        )
    return given.strip()
