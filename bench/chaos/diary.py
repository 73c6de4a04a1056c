"""What the processes wrote down themselves, line by line, while they were killed.

A worker logs each decision after its commit. Its log is appended to and outlives every server, so
it shows a mail decided twice even where PostgreSQL had lost, and forgotten, the first decision.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from bench.chaos.worker import HOOK_EVENT

_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Diary:
    """Counted over all logs of one attack.

    `decided` and `predicted` count by mail's id and tag; `ahead` counts decisions by a worker whose
    clock was about an hour ahead of when its log was read.
    """

    decided: Counter[str]
    predicted: Counter[str]
    refused: int
    ahead: int
    without_redis: int


def read(logs: Path, now: float) -> Diary:
    """Read every log; `now` is the real time, seconds since the epoch."""
    found = Diary(Counter(), Counter(), 0, 0, 0)
    refused = ahead = without_redis = 0
    for line in _lines(logs):
        event = line.get("event")
        if event == "decided":
            found.decided[line["email_id"]] += 1
            ahead += _seconds(line["time"]) > now + _HOUR / 2
        elif event == HOOK_EVENT:
            found.predicted.update(line["tags"])
        refused += event == "lease_lost"
        without_redis += event == "redis_down"
    return Diary(found.decided, found.predicted, refused, ahead, without_redis)


def _lines(logs: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(logs.glob("*.log")):
        with path.open("rb") as lines:
            for line in lines:
                # a line that its writer died over is no line
                if line.startswith(b"{") and line.endswith(b"}\n"):
                    yield orjson.loads(line)


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()
