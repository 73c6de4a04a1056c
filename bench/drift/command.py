"""`python -m bench drift`: false alarms of quiet months, and how soon shifts are seen.

    mails of the corpus, answered by the shipped model -> simulated days -> the rule of the service

Fails where the quiet months of all seeds tell an alarm more than once, or where a shift is missed
in its first week by more than one seed of ten with 150 mails a weekday or more.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import results
from bench.drift.days import ABOUT, SHIFTS
from bench.drift.months import Outcome, month, shifted
from bench.drift.pool import pool
from model.progress import progress
from service.domain.drift.week import DAYS

_VOLUMES = (150, 50, 600)  # mails on a weekday
_ENOUGH = 150  # of these to see each shift in its first week


@dataclass(frozen=True, slots=True)
class Row:
    """Of one volume and what was simulated, over all seeds: `days` on which the shift was seen."""

    volume: int
    name: str
    seeds: int
    emails: int
    alarms: dict[str, int]
    days: list[int]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Options of this benchmark."""
    parser.add_argument("--work", type=Path, default=Path("build/drift"), help="the answers")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first-seed", type=int, default=1)
    parser.add_argument("--volume", type=int, action="append", help="mails on a weekday")
    parser.add_argument("--only", choices=["quiet", "shifts"])


def run(options: argparse.Namespace) -> int:
    """Simulate, print, keep; 0 if both bounds hold."""
    mails = pool(options.work)
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    volumes = options.volume or _VOLUMES
    started = time.monotonic()
    quiet, seen = [], []
    for volume in volumes:
        if options.only != "shifts":
            quiet.append(_row(volume, "quiet", seeds, lambda s, v=volume: month(mails, v, s)))
        if options.only != "quiet":
            seen += [
                _row(volume, x, seeds, lambda s, v=volume, x=x: shifted(mails, v, s, x))
                for x in SHIFTS
            ]
    found = {"quiet": [asdict(x) for x in quiet], "shifts": [asdict(x) for x in seen]}
    results.keep("drift", {"seconds": round(time.monotonic() - started), **found})
    sys.stdout.write(tables(**found) + "\n")
    return 0 if _holds(quiet, seen) else 1


def _row(volume: int, name: str, seeds: Sequence[int], simulate: Callable[[int], Outcome]) -> Row:
    found = [simulate(seed) for seed in progress(seeds, f"{name}, {volume} a day", len(seeds))]
    alarms = Counter(feature for one in found for feature, days in one.alarms.items() for _ in days)
    first = [min(_within(one.alarms.values()), default=0) for one in found]
    emails = sum(one.emails for one in found) // len(found)
    return Row(volume, name, len(found), emails, dict(alarms), [day for day in first if day])


def _within(alarms: Iterable[Sequence[int]]) -> list[int]:
    """Days of the first week."""
    return [day for days in alarms for day in days if 1 <= day <= DAYS]


def _holds(quiet: Sequence[Row], shifts: Sequence[Row]) -> bool:
    return all(max(x.alarms.values(), default=0) <= 1 for x in quiet) and all(
        len(x.days) >= 0.9 * x.seeds for x in shifts if x.volume >= _ENOUGH
    )


def tables(quiet: Sequence[dict[str, Any]], shifts: Sequence[dict[str, Any]]) -> str:
    """Markdown, both."""
    lines = ["| mails on a weekday | of a week | quiet months | alarms |", "|---|---|---|---|"]
    lines += [
        f"| {x['volume']} | {x['emails']} | {x['seeds']} | {_alarms(x['alarms'])} |" for x in quiet
    ]
    lines += ["", "| shift | mails on a weekday | seen in its first week | on day | by |"]
    lines += ["|---|---|---|---|---|"]
    lines += [
        f"| {x['name']}: {ABOUT[x['name']]} | {x['volume']} | {len(x['days'])} of {x['seeds']} | "
        f"{_days(x['days'])} | {_alarms(x['alarms'])} |"
        for x in shifts
    ]
    return "\n".join(lines)


def _alarms(counted: dict[str, int]) -> str:
    ordered = sorted(counted.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{name} {number}" for name, number in ordered) or "none"


def _days(days: Sequence[int]) -> str:
    return f"{min(days)} to {max(days)}" if days else "-"
