"""`python -m bench scaling`: the formula for the number of workers, against one real run.

Two workers first decide a backlog, which tells how long a mail takes one of them. Then mail comes
at random at a share of what they can do; how long it waited is held against `bench.queueing`.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Sequence

import psycopg

from bench import corpus, results
from bench.corpus import Mail
from bench.load import Post, Sender, percentile
from bench.queueing import Work, load, wait, workers_by_hour, workers_needed, workers_to_drain
from bench.stack import ROOT, Stack, until

_RATES = (0.3, 3.0, 12.0, 120.0, 1_200.0, 12_000.0)

# Shares of a day's mail by the hour, from midnight: people write in office hours.
_OFFICE_DAY = (1, 1, 1, 1, 1, 1, 2, 4, 8, 11, 11, 9, 6, 7, 9, 9, 8, 6, 3, 2, 2, 1, 1, 1)

_TIMES = """
SELECT extract(epoch FROM d.decided_at - e.received_at)::float8, d.waited_seconds::float8,
       d.inference_seconds::float8
FROM decisions d JOIN emails e ON e.id = d.email_id
WHERE e.received_at >= to_timestamp(%s) AND d.reason <> 'failed'
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--mails", type=int, default=2000)
    parser.add_argument("--load", type=float, default=0.6)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--per-day", type=float, default=1_000_000, help="mails, for the table")
    parser.add_argument("--p99", type=float, default=1.0, help="seconds, for the table")
    parser.add_argument("--label", default="scaling", help="names the file of results")


def run(options: argparse.Namespace) -> int:
    """Measure and print; 0 always, it is for people to judge."""
    mails = corpus.mails(options.mails)
    with Stack(workers=options.workers, MODEL_PATH=str(ROOT / "model" / "default")) as stack:
        key = stack.key()
        capacity, work = _capacity(stack, key, mails, options.workers)
        rate = capacity * options.load
        waited, total = _random_arrivals(stack, key, mails, rate)
    predicted = wait(rate, work, options.workers)
    found = {
        "service_seconds": work.seconds,
        "cv2": work.cv2,
        "workers": options.workers,
        "rate": rate,
        "load": load(rate, work, options.workers),
        "waited_p99_predicted": predicted,
        "waited_p50_measured": percentile(waited, 0.5),
        "waited_p99_measured": percentile(waited, 0.99),
        "decided_p99_measured": percentile(total, 0.99),
        "workers_needed": {str(x): workers_needed(x, work, options.p99) for x in _RATES},
        "workers_by_hour": workers_by_hour(options.per_day, _OFFICE_DAY, work, options.p99),
        "workers_after_half_a_day": workers_to_drain(
            options.per_day / 2, options.per_day / 86_400, work, 3600
        ),
    }
    for name, value in found.items():
        sys.stdout.write(f"{name}: {value}\n")
    results.keep(options.label, found)
    return 0


def _capacity(stack: Stack, key: str, mails: Sequence[Mail], workers: int) -> tuple[float, Work]:
    began, started = time.time(), time.perf_counter()
    Sender(stack.port, _posts(mails, "drain", key), 8).send()
    _await_all(stack)
    capacity = len(mails) / (time.perf_counter() - started)
    model = [row[2] for row in _times(stack, began)]
    spread = statistics.pvariance(model) / statistics.mean(model) ** 2
    return capacity, Work(workers / capacity, spread)


def _random_arrivals(
    stack: Stack, key: str, mails: Sequence[Mail], rate: float
) -> tuple[list[float], list[float]]:
    chance = random.Random(1)  # noqa: S311  # repeatable
    due, at = [], 0.0
    for _ in mails:
        at += chance.expovariate(rate)
        due.append(at)
    began = time.time()
    Sender(stack.port, _posts(mails, "random", key), 32).send_at(due)
    _await_all(stack)
    rows = _times(stack, began)
    return [row[1] for row in rows], [row[0] for row in rows]


def _posts(mails: Sequence[Mail], mark: str, key: str) -> list[Post]:
    return [
        Post("/v1/emails", mail.marked(f"{mark}-{number}"), "message/rfc822", key)
        for number, mail in enumerate(mails)
    ]


def _await_all(stack: Stack) -> None:
    with psycopg.connect(stack.servers.database_url, autocommit=True) as connection:
        query = "SELECT NOT EXISTS (SELECT 1 FROM waiting)"
        until(lambda: (connection.execute(query).fetchone() or [False])[0], "all decisions", 900)


def _times(stack: Stack, since: float) -> list[tuple[float, float, float]]:
    with psycopg.connect(stack.servers.database_url) as connection:
        return [(a, b, c) for a, b, c in connection.execute(_TIMES, [since])]
