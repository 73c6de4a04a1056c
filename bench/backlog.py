"""`python -m bench backlog`: what a mail costs PostgreSQL when very much waits and was decided.

The same mails are accepted and decided twice: on empty tables, then with 200,000 waiting and
1,000,000 decided. Mail comes and goes at one steady rate, with sweeps and looks at the backlog as
often as in earnest, so that their share of the cost is the real one.
"""

import argparse
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, text

from bench import cpu, results
from bench.stack import until
from service import log
from service.domain.backlog import Bounds
from service.domain.types import Principal
from service.flow.accept import Accepted, Intake, Posted
from service.flow.admission import Admission
from service.flow.classify import Limits, Pipeline
from service.flow.rates import Rates
from service.flow.serving import Serving
from service.flow.sweep import Sweeper
from service.jobs import Waker
from service.local.servers import EmbeddedServers
from service.routing_file import load as load_routing
from service.store.engine import make_engine
from service.store.idempotency import Answer
from service.store.migrate import upgrade
from tests.support.fake_classifier import FakeClassifier
from tests.support.posting import principal, submission

_BATCH = 50
_SWEEP_SECONDS = 2.0
_WARM = 1200  # caches, prepared statements, and the first count of what is counted seldom
_BOUND, _BOUNDED = 1.2, ("postgres_cpu_ms", "buffers")
_WORDS = "label:claim My car was hit in the car park; the other driver left a note. " * 12

# Ids in the order of arrival (RFC 9562, version 7), as the service gives them: what came together
# lies together, in the indexes too.
_MAIL = """
WITH came AS (
    SELECT n, clock_timestamp() - CAST(:ago AS interval) + n * CAST(:apart AS interval) AS at
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
), mail AS (
    INSERT INTO emails (id, client_id, mailbox, kind, content, content_hash, priority, received_at)
    SELECT CAST(lpad(to_hex(CAST(extract(epoch FROM at) * 1000 AS bigint)), 12, '0') || '7'
                || substr(md5(n::text), 1, 3) || '8' || substr(md5(n::text), 4, 15) AS uuid),
           :client, 'default', 'fields', CAST(:content AS bytea), sha256(n::text::bytea), 1, at
    FROM came RETURNING id, received_at, length(content) AS size
)"""

_DECIDED = f"""{_MAIL}, read AS (
    INSERT INTO readings (email_id, fields, search)
    SELECT id, '{{"subject": "s", "to": [], "cc": []}}',
           to_tsvector('simple', 'my car was hit in the car park ' || id::text) FROM mail
), queued AS (
    INSERT INTO queue_items (email_id, queue, mailbox, category, priority, entered_at, due_at)
    SELECT id, 'claims', 'default', 'claim', 1, received_at, received_at FROM mail
)
INSERT INTO decisions (email_id, number, category, queue, priority, reason, confidence, threshold,
    scores, model_name, model_version, text_version, routing_version, waited_seconds,
    inference_seconds, tokens)
SELECT id, 1, 'claim', 'claims', 1, 'model', 0.9, 0.5, '{{"claim": 0.9, "other": 0.1}}', 'm', '1',
       '1', '1', 1, 0.01, 100 FROM mail
"""  # noqa: S608  # our own words

_WAITING = f"""{_MAIL}
INSERT INTO waiting (email_id, rank, received_at, priority, size, run_after)
SELECT id, received_at, received_at, 1, size, received_at FROM mail
"""  # noqa: S608  # our own words

_VACUUMING = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"
_NAP_SECONDS = "SELECT setting FROM pg_settings WHERE name = 'autovacuum_naptime'"
_BLOCKS = (
    "SELECT sum(blks_hit + blks_read) FROM pg_stat_database WHERE datname = current_database()"
)
# With their indexes and what is stored beside, as far as somebody touched them.
_BLOCKS_BY_TABLE = """
SELECT relname, heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0)
       + coalesce(toast_blks_hit + toast_blks_read, 0)
       + coalesce(tidx_blks_hit + tidx_blks_read, 0) AS blocks
FROM pg_statio_user_tables
"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--waiting", type=int, default=200_000)
    parser.add_argument("--decided", type=int, default=1_000_000)
    # several minutes: autovacuum comes once a minute, and new words are merged into their index
    # when 4 MB of them wait (`gin_pending_list_limit`)
    parser.add_argument(
        "--mails", type=int, default=30_000, help="measured, on each kind of tables"
    )
    parser.add_argument("--rate", type=float, default=100.0, help="mails a second")
    parser.add_argument("--shared-buffers", default="4GB", help="PostgreSQL's own cache")
    parser.add_argument("--label", default="backlog", help="names the file of results")


def run(options: argparse.Namespace) -> int:
    """Measure; 0 if neither time nor buffers grow beyond the bound."""
    log.configure("warning", "bench")
    asked = ("waiting", "decided", "mails", "rate", "shared_buffers")
    found: dict[str, Any] = {name: getattr(options, name) for name in asked}
    with TemporaryDirectory() as folder, ExitStack() as stack:
        Path(folder).chmod(0o711)
        house = _House(stack, Path(folder), options.shared_buffers)
        house.work(_WARM, options.rate)
        empty = house.measure(options.mails, options.rate)
        _say(f"empty: {empty}")
        house.fill(options.decided, options.waiting)
        house.work(_WARM, options.rate)
        full = house.measure(options.mails, options.rate)
        _say(f"full: {full}")
    found |= {"empty": asdict(empty), "full": asdict(full)}
    ratios = {name: found["full"][name] / found["empty"][name] for name in _BOUNDED}
    found |= {"ratios": ratios, "bound": _BOUND}
    results.keep(options.label, found)
    for name, ratio in ratios.items():
        _say(f"{'held  ' if ratio <= _BOUND else 'MISSED'} {name} <= {_BOUND:g} x: {ratio:.3f}")
    return 0 if max(ratios.values()) <= _BOUND else 1


@dataclass(frozen=True, slots=True)
class _Cost:
    """Milliseconds of PostgreSQL's processor time, and buffers touched: all, and table by table."""

    postgres_cpu_ms: float
    buffers: float
    by_table: Mapping[str, float]


class _House:
    """Servers, and the service's own parts in this process."""

    def __init__(self, stack: ExitStack, folder: Path, shared_buffers: str) -> None:
        self._servers = stack.enter_context(EmbeddedServers(folder))
        self._cache(shared_buffers)
        upgrade(self._servers.database_url)
        self._engine: Engine = make_engine(self._servers.database_url)
        stack.callback(self._engine.dispose)
        self._who: Principal = principal(self._engine)
        waker = Waker(self._servers.redis_url)
        admission = Admission(self._engine, Bounds(10_000_000, 1e9))
        rates = Rates(self._servers.redis_url, 0)
        self._intake = Intake(self._engine, waker, admission, rates, _BATCH)
        routing = load_routing(Path(__file__).parents[1] / "routing.yaml")
        limits = Limits(_BATCH, 8_000_000, 60.0)
        self._pipeline = Pipeline(self._engine, Serving(FakeClassifier()), routing, limits)
        self._sweeper = stack.enter_context(Sweeper(self._engine, waker, _BATCH))

    def measure(self, mails: int, rate: float) -> _Cost:
        """What one mail takes, autovacuum's work of that time included."""
        before = self._cost()
        self.work(mails, rate)
        after = self._cost()
        tables = {
            name: round((blocks - before.by_table.get(name, 0)) / mails, 2)
            for name, blocks in after.by_table.items()
        }
        return _Cost(
            (after.postgres_cpu_ms - before.postgres_cpu_ms) / mails,
            (after.buffers - before.buffers) / mails,
            {name: blocks for name, blocks in sorted(tables.items()) if blocks},
        )

    def work(self, mails: int, rate: float) -> None:
        """Accept a batch and decide as many mails, sweep when it is time."""
        started = swept = time.monotonic()
        for number in range(0, mails, _BATCH):
            time.sleep(max(0.0, started + number / rate - time.monotonic()))
            self._intake.batch(self._who, self._posted(), None, _answer)
            if self._pipeline.step(lambda: False) != _BATCH:
                raise RuntimeError("fewer mails were decided than came")
            if time.monotonic() - swept > _SWEEP_SECONDS:
                swept = time.monotonic()
                self._sweeper.sweep()

    def _cache(self, size: str) -> None:
        """As on a machine of its own: what is not in this cache is copied from the system's."""
        with psycopg.connect(self._servers.database_url, autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER SYSTEM SET shared_buffers = {}").format(size))
        self._servers.postgres.restart()

    def fill(self, decided: int, waiting: int) -> None:
        """Mails of the past, then PostgreSQL's housekeeping, which is not measured."""
        past, lately = ("30 days", "1 s"), ("1 h", "1 ms")
        for statement, number, when in ((_DECIDED, decided, past), (_WAITING, waiting, lately)):
            for first in range(0, number, 50_000):
                self._store(statement, first, min(first + 50_000, number) - 1, when)
            _say(f"filled {number}")
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
            silence = _Silence(connection)
            until(silence.long_enough, "autovacuum to have done with what was filled", 900, 1.0)

    def _store(self, statement: str, first: int, last: int, when: tuple[str, str]) -> None:
        with self._engine.begin() as connection:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            connection.execute(
                text(statement),
                {
                    "client": self._who.client_id,
                    "content": submission(_WORDS).content,
                    "first": first,
                    "last": last,
                    "ago": when[0],
                    "apart": when[1],
                },
            )

    def _posted(self) -> Posted:
        return Posted(tuple(submission(_WORDS, index=n) for n in range(_BATCH)), ())

    def _cost(self) -> _Cost:
        time.sleep(1.5)  # sessions report what they touched once a second
        with self._engine.connect() as connection:
            blocks = float(connection.execute(text(_BLOCKS)).scalar_one())
            tables = {row.relname: row.blocks for row in connection.execute(text(_BLOCKS_BY_TABLE))}
        return _Cost(cpu.seconds(self._servers.postgres.process.pid) * 1000, blocks, tables)


class _Silence:
    """No autovacuum of any table for longer than it sleeps between two looks at them.

    What filling gave it to do must not be counted with the mails that are measured.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        nap = connection.execute(text(_NAP_SECONDS)).scalar_one()
        self._enough = float(nap) + 5
        self._since = time.monotonic()

    def long_enough(self) -> bool:
        if self._connection.execute(text(_VACUUMING)).scalar_one():
            self._since = time.monotonic()
        return time.monotonic() - self._since > self._enough


def _answer(accepted: Accepted) -> Answer:
    return Answer(202, None, {"id": str(accepted.batch_id)})


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
