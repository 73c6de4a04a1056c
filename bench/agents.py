"""`python -m bench agents`: agents at work over HTTP, on the service as it runs in earnest.

crowd:   50 agents, 10,000 mails, everything that agents do; nobody holds what another holds
claims:  claim-next at 50 requests a second with 100,000 mails waiting, beside its idle median
"""

import argparse
import math
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from typing import Any

import orjson
import urllib3
from sqlalchemy import Engine, text

from bench import results
from bench.crowd import Crowd, Log, check
from bench.stack import Stack
from service.store.engine import make_engine
from tests.support.queued import fill

_QUEUES = ("claims", "contracts", "sales", "certificates", "payments", "digital", "triage")
_FACTOR = 5.0  # the slowest hundredth under load may take so many idle medians


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options of this command."""
    parser.add_argument("--agents", type=int, default=50)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--rate", type=float, default=50.0, help="requests a second")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long at that rate")
    parser.add_argument(
        "--rounds", type=int, default=5, help="how often, each with its idle median"
    )
    parser.add_argument("--label", default="agents", help="names the file of results")


def run(options: argparse.Namespace) -> int:
    """Measure; 0 if what must hold did."""
    with Stack(workers=0) as stack:
        engine = make_engine(stack.servers.database_url)
        key = stack.key("desk", "agent")
        url = f"http://127.0.0.1:{stack.port}"
        found = {"crowd": _crowd(options, stack, engine, url, key)}
        _say(found["crowd"])
        found["claims"] = _claims(options, engine, url, key)
        _say(found["claims"])
        engine.dispose()
    kept = results.keep(options.label, found)
    sys.stderr.write(f"kept in {kept}\n")
    return 0 if all(part["held"] for part in found.values()) else 1


def _crowd(
    options: argparse.Namespace, stack: Stack, engine: Engine, url: str, key: str
) -> dict[str, Any]:
    wanted = set(map(str, fill(engine, options.mails, *_QUEUES)))
    log = Log(stack.folder / "agents.jsonl")
    started = time.monotonic()
    crowd = Crowd(url, key, log, options.agents, options.mails).run(1800)
    seconds = time.monotonic() - started
    finding = check(log.lines())
    with engine.connect() as connection:
        done = connection.execute(text("SELECT count(*) FROM done_items")).scalar_one()
        left = connection.execute(text("SELECT count(*) FROM queue_items")).scalar_one()
    once = finding.completed.keys() == wanted and set(finding.completed.values()) == {1}
    return {
        "agents": options.agents,
        "mails": options.mails,
        "seconds": round(seconds, 1),
        "events": dict(finding.events),
        "held_by_two": len(finding.overlaps),
        "left_open": left,
        "faults": crowd.faults,
        "held": not finding.overlaps and once and done == options.mails and not left,
    }


def _claims(options: argparse.Namespace, engine: Engine, url: str, key: str) -> dict[str, Any]:
    """Every second request is a claim, the others complete what was claimed."""
    fill(engine, options.waiting, *_QUEUES)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    desk = _Desk(url, key)
    rounds = [_round(desk, options.rate, options.seconds) for _ in range(options.rounds)]
    usual = median(one["ratio"] for one in rounds)
    return {
        "waiting": options.waiting,
        "rate": options.rate,
        "rounds": rounds,
        "median_ratio": usual,
        "held": usual <= _FACTOR,
    }


def _round(desk: "_Desk", rate: float, seconds: float) -> dict[str, float]:
    """One idle median and one open loop.

    `control_p99_ms`, of a request that asks no database, is what the machine alone does.
    """
    for _ in range(20):
        desk.claim()
    idle = median(desk.claim() for _ in range(150))
    late = _open_loop(desk, rate, seconds)
    p99, control = _percentile(late, 0.99), _percentile(_control(desk, rate, seconds / 2), 0.99)
    return {
        "idle_median_ms": round(idle * 1000, 2),
        "median_ms": round(median(late) * 1000, 2),
        "p99_ms": round(p99 * 1000, 2),
        "control_p99_ms": round(control * 1000, 2),
        "load_average": round(os.getloadavg()[0], 2),
        "ratio": round(p99 / idle, 2),
    }


class _Desk:
    """Claims and completes, and says how long a claim took."""

    def __init__(self, url: str, key: str) -> None:
        self._url = url
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._pool = urllib3.PoolManager(maxsize=64, retries=False, timeout=30)
        self._held: list[tuple[str, str]] = []
        self._lock = threading.Lock()

    def claim(self, since: float | None = None) -> float:
        """Claim the next mail; seconds from `since`, or from now."""
        since = time.perf_counter() if since is None else since
        answer = self._post("/v1/claims", {})
        seconds = time.perf_counter() - since
        if answer.status != 200:
            raise RuntimeError(f"a claim answered {answer.status}")
        held = orjson.loads(answer.data)
        with self._lock:
            self._held.append((held["item"]["id"], held["lease_token"]))
        return seconds

    def look(self, since: float) -> float:
        """Ask the process whether it lives; seconds from `since`."""
        self._pool.request("GET", f"{self._url}/healthz")
        return time.perf_counter() - since

    def complete(self) -> None:
        """Complete a mail that was claimed before."""
        with self._lock:
            email_id, token = self._held.pop()
        answer = self._post(f"/v1/emails/{email_id}/complete", {"lease_token": token})
        if answer.status != 200:
            raise RuntimeError(f"a completion answered {answer.status}")

    def _post(self, path: str, body: object) -> urllib3.BaseHTTPResponse:
        return self._pool.request(
            "POST", self._url + path, body=orjson.dumps(body), headers=self._headers
        )


def _open_loop(desk: _Desk, rate: float, seconds: float) -> list[float]:
    """Seconds from when each claim should have been sent, however slow those before it were."""
    begin = time.perf_counter()
    with ThreadPoolExecutor(64) as pool:
        claims = []
        for number in range(int(rate * seconds)):
            at = begin + number / rate
            time.sleep(max(0.0, at - time.perf_counter()))
            if number % 2:
                pool.submit(desk.complete)
            else:
                claims.append(pool.submit(desk.claim, at))
        return [claim.result() for claim in claims]


def _control(desk: "_Desk", rate: float, seconds: float) -> list[float]:
    begin = time.perf_counter()
    with ThreadPoolExecutor(64) as pool:
        looks = []
        for number in range(int(rate * seconds)):
            at = begin + number / rate
            time.sleep(max(0.0, at - time.perf_counter()))
            looks.append(pool.submit(desk.look, at))
        return [look.result() for look in looks]


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[math.ceil(share * len(values)) - 1]


def _say(found: dict[str, Any]) -> None:
    sys.stderr.write(f"{'held  ' if found['held'] else 'MISSED'} {found}\n")
