"""`python -m bench soak`: very many mails through the whole service; its memory must not grow.

Mail is posted in batches, as fast as it is decided, some with webhooks. Every process is looked at
once a second. What the first tenth of the mails needs is warming up; from then on the median of the
last tenth may exceed that of the second by 5 % at most. PostgreSQL is left out: its shared buffers
fill by design.
"""

import argparse
import base64
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice

import orjson
import psutil
import psycopg

from bench import corpus, results
from bench.chaos.receiver import Receiver
from bench.corpus import Mail
from bench.load import Post, Sender
from bench.stack import ROOT, Stack, until

_BATCH = 50
_DIFFERENT = 3000  # mails; what comes later differs by a header
_MOST_WAITING = 1000
_TOLD = 10  # one mail in so many has a webhook
_UNTOLD = "outbox WHERE state = 'pending'"
_BOUND = 1.05


@dataclass
class Memory:
    """Resident bytes of every process, once a second, with how many mails were decided by then."""

    stack: Stack
    seen: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))

    def look(self, decided: int) -> None:
        """Note it."""
        for part, pids in self.stack.roots().items():
            if part != "postgres":
                for name, process in _families(part, pids):
                    self.seen[name].append((decided, process.memory_info().rss))

    def growth(self, mails: int) -> dict[str, tuple[float, float]]:
        """Median bytes of the second and of the last tenth, by process."""
        return {name: _ends(looks, mails) for name, looks in self.seen.items()}


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--mails", type=int, default=100_000)
    parser.add_argument("--label", default="soak", help="names the file of results")


def run(options: argparse.Namespace) -> int:
    """0 if every mail was decided and no process grew beyond the bound."""
    mails = corpus.mails(min(_DIFFERENT, options.mails))
    with Receiver() as receiver, Stack(MODEL_PATH=str(ROOT / "model" / "default")) as stack:
        key = stack.key("gateway", "gateway", f"--callback-host={receiver.host}")
        memory, started = Memory(stack), time.perf_counter()
        decided = _soak(stack, _posts(mails, options.mails, key, receiver.url), memory)
        seconds = time.perf_counter() - started
        told = len(receiver.told.deliveries)
    growth = memory.growth(options.mails)
    held = decided == options.mails and told > 0 and _flat(growth)
    sys.stdout.write(f"{_table(growth)}\n\n{decided} mails decided in {seconds:.0f} s, ")
    sys.stdout.write(f"{told} webhooks: {'held' if held else 'MISSED'}\n")
    results.keep(
        options.label,
        {
            "mails": options.mails,
            "decided": decided,
            "webhooks": told,
            "seconds": seconds,
            "corpus": corpus.name(),
            "bytes_second_and_last_tenth": growth,
            "bound": _BOUND,
            "held": held,
        },
    )
    return 0 if held else 1


def _posts(mails: Sequence[Mail], number: int, key: str, callback: str) -> Iterator[Post]:
    numbered = enumerate(islice(cycle(mails), number))
    while part := list(islice(numbered, _BATCH)):
        emails = [
            {
                "raw": base64.b64encode(mail.marked(f"soak-{n}")).decode(),
                **({"callback_url": callback} if n % _TOLD == 0 else {}),
            }
            for n, mail in part
        ]
        yield Post("/v1/batches", orjson.dumps({"emails": emails}), key=key)


def _soak(stack: Stack, posts: Iterator[Post], memory: Memory) -> int:
    """Post all, never more than some ahead of the decisions; returns how many were decided."""
    with psycopg.connect(stack.servers.database_url, autocommit=True) as connection:
        done = threading.Event()
        looking = threading.Thread(target=_look, args=(stack, memory, done))
        looking.start()
        try:
            for post in posts:
                until(lambda: _count(connection, "waiting") < _MOST_WAITING, "room", 600, 0.1)
                Sender(stack.port, [post], 1).send()
            until(lambda: _count(connection, "waiting") == 0, "all decisions", 600, 0.2)
            until(lambda: _count(connection, _UNTOLD) == 0, "all webhooks", 60, 0.2)
        finally:
            done.set()
            looking.join()
        return _count(connection, "decisions")


def _look(stack: Stack, memory: Memory, done: threading.Event) -> None:
    with psycopg.connect(stack.servers.database_url, autocommit=True) as connection:
        while not done.wait(1.0):
            memory.look(_count(connection, "decisions"))


def _count(connection: "psycopg.Connection[tuple[int]]", rows: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {rows}").fetchone()  # noqa: S608  # our names
    return int(row[0]) if row else 0


def _families(part: str, pids: Sequence[int]) -> Iterator[tuple[str, psutil.Process]]:
    """Each process with a name that stays: its part and its place among that part's."""
    every = [psutil.Process(pid) for pid in pids]
    every += [child for process in tuple(every) for child in process.children(recursive=True)]
    for number, process in enumerate(every, 1):
        yield f"{part} {number}", process


def _ends(looks: Sequence[tuple[int, int]], mails: int) -> tuple[float, float]:
    tenth = mails / 10
    second = [size for decided, size in looks if tenth <= decided < 2 * tenth]
    last = [size for decided, size in looks if decided >= mails - tenth]
    return _median(second), _median(last)


def _median(sizes: Sequence[int]) -> float:
    return float(statistics.median(sizes)) if sizes else 0.0


def _flat(growth: Mapping[str, tuple[float, float]]) -> bool:
    return bool(growth) and all(0 < last <= first * _BOUND for first, last in growth.values())


def _table(growth: Mapping[str, tuple[float, float]]) -> str:
    rows = [
        f"| {name} | {first / 1e6:.1f} | {last / 1e6:.1f} | {last / max(first, 1) - 1:+.1%} |"
        for name, (first, last) in sorted(growth.items())
    ]
    head = "| process | MB, second tenth | MB, last tenth | |\n|---|---|---|---|"
    return "\n".join([head, *rows])
