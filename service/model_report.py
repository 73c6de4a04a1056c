"""How `aiguilleur model` tells: lines for people, or one JSON value for programs."""

import sys
from collections.abc import Sequence
from typing import Any

import orjson

from service.domain.comparison import Figure
from service.evaluation_report import pairs
from service.terminal import plain

Summary = dict[str, Any]


def change(as_json: bool, text: str, **values: object) -> None:
    """What a command changed."""
    _write(values) if as_json else _lines(text)


def everything(as_json: bool, found: Sequence[Summary]) -> None:
    """One line a model, in columns by tabs: version, status, name, added, stood of completed."""
    if as_json:
        _write(found)
        return
    for one in found:
        columns = (one["version"], one["status"], one["name"], _day(one), _stood(one))
        _lines("\t".join(columns))


def one(as_json: bool, found: Summary) -> None:
    """A model with its figures and its history."""
    if as_json:
        _write(found)
        return
    _lines(
        f"{found['name']}, version {found['version']}: {found['status']}",
        f"labels        {', '.join(found['labels'])}",
        f"text version  {found['text_version'] or 'unknown'}",
        f"learned from  {found['data_hash'] or 'unknown'}",
        f"in the store  {found['artifact'] or 'no'}",
        f"added         {_day(found)}",
        f"people left   {_stood(found)} of the last seven days' decisions as they were",
    )
    for entry in found["history"]:
        alias = f" {entry['alias']}" if entry["alias"] else ""
        _lines(
            f"{entry['at']:%Y-%m-%d %H:%M:%S}Z\t{entry['action']}{alias}\t{entry['by']}"
            f"\t{entry['reason']}"
        )
    if found["card"]:
        _lines("", found["card"].rstrip())


def comparison(
    as_json: bool,
    first: Summary,
    second: Summary,
    found: Sequence[Figure],
    shared: Sequence[Summary],
) -> None:
    """Two models: labels that one of them lacks, then figure by figure, then on the same mail."""
    mine, other = set(first["labels"]), set(second["labels"])
    same_data = first["data_hash"] is not None and first["data_hash"] == second["data_hash"]
    if as_json:
        _write(
            {
                "first": _brief(first),
                "second": _brief(second),
                "labels_gone": sorted(mine - other),
                "labels_new": sorted(other - mine),
                "same_training_data": same_data,
                "figures": [
                    {
                        "name": f.name,
                        "first": f.first,
                        "second": f.second,
                        "difference": f.difference,
                    }
                    for f in found
                ],
                "evaluated": shared,
            }
        )
        return
    _lines(
        f"{first['version']} ({first['status']}) and {second['version']} ({second['status']})",
        f"labels gone: {', '.join(sorted(mine - other)) or 'none'}; "
        f"new: {', '.join(sorted(other - mine)) or 'none'}",
        f"learned from {'the same' if same_data else 'different'} mail; each figure is of the mail "
        "that was kept apart from its own training",
        f"people left {_stood(first)} and {_stood(second)} of the last seven days' decisions as "
        "they were",
    )
    for f in found:
        _lines("\t".join((f.name, _number(f.first), _number(f.second), _number(f.difference, "+"))))
    _lines(*pairs(shared))


def _brief(found: Summary) -> Summary:
    return {name: found[name] for name in ("version", "name", "status", "labels", "live")}


def _day(found: Summary) -> str:
    return f"{found['added_at']:%Y-%m-%d}" if found["added_at"] else "-"


def _stood(found: Summary) -> str:
    live = found["live"]
    return f"{live['stood']} of {live['completed']}" if live else "-"


def _number(value: float | None, sign: str = "") -> str:
    return "-" if value is None else f"{value:{sign}.4g}"


def _lines(*lines: str) -> None:
    sys.stdout.write("".join(f"{plain(line)}\n" for line in lines))


def _write(value: object) -> None:
    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_UTC_Z).decode() + "\n")
