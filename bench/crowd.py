"""Many agents at once over HTTP, each with a log of when it held what.

Every agent appends to one log: when it had a mail for certain (`got`, once the answer came), and
when it may have lost it (`left`, before it asks for anything that ends the lease, or when the lease
must have run out). Between the two, nobody else may have it.
"""

import itertools
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson
import urllib3

_QUEUES = ("claims", "contracts", "sales", "payments")
_LOSE_SECONDS = 1  # the lease of an agent that is about to lose it
_KEEP_SECONDS = 60


@dataclass
class Log:
    """Appended to, a line at a time, by all agents; never changed."""

    path: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def write(self, event: str, email_id: str, agent: str, at: float | None = None) -> None:
        """One line; `at` is a moment of the monotonic clock, now by default."""
        line = {
            "at": time.monotonic() if at is None else at,
            "event": event,
            "email": email_id,
            "agent": agent,
        }
        with self._lock, self.path.open("ab") as file:
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def lines(self) -> list[dict[str, Any]]:
        """All of it."""
        return [orjson.loads(line) for line in self.path.read_bytes().splitlines()]


@dataclass(frozen=True)
class Finding:
    """What a log shows: mails held by two at a moment, completed mails, what was done."""

    overlaps: list[tuple[str, str, str]]
    completed: Counter[str]
    events: Counter[str]


def check(lines: Iterable[dict[str, Any]]) -> Finding:
    """Read a log: every `got` begins a time that its next `left` of the same agent ends."""
    spans: dict[str, list[tuple[float, float, str]]] = defaultdict(list)
    begun: dict[tuple[str, str], float] = {}
    completed: Counter[str] = Counter()
    events: Counter[str] = Counter()
    for line in lines:
        events[line["event"]] += 1
        key = (line["email"], line["agent"])
        if line["event"] == "got":
            begun[key] = line["at"]
        elif line["event"] == "left":
            spans[line["email"]].append((begun.pop(key), line["at"], line["agent"]))
        elif line["event"] == "completed":
            completed[line["email"]] += 1
    return Finding(list(_overlaps(spans)), completed, events)


def _overlaps(
    spans: dict[str, list[tuple[float, float, str]]],
) -> Iterable[tuple[str, str, str]]:
    for email_id, held in spans.items():
        for one, other in itertools.pairwise(sorted(held)):
            if other[0] < one[1]:
                yield email_id, one[2], other[2]


class Crowd:
    """Agents who claim, complete, release, re-route, renew and lose leases, until all is done."""

    def __init__(self, url: str, key: str, log: Log, agents: int, mails: int) -> None:
        self._url = url
        self._key = key
        self._log = log
        self._left = mails
        self._lock = threading.Lock()
        self._pool = urllib3.PoolManager(maxsize=agents, retries=False, timeout=30)
        self._threads = [
            threading.Thread(target=self._work, args=(f"agent-{number}",), name=f"agent-{number}")
            for number in range(agents)
        ]
        self.faults: list[str] = []

    def run(self, seconds: float) -> Self:
        """Work until every mail is completed, or for so long."""
        self._ends = time.monotonic() + seconds
        for thread in self._threads:
            thread.start()
        for thread in self._threads:
            thread.join()
        return self

    def _work(self, name: str) -> None:
        dice = random.Random(name)  # noqa: S311  # the same every time
        try:
            while self._left > 0 and time.monotonic() < self._ends and not self.faults:
                self._turn(name, dice)
        except Exception as error:  # noqa: BLE001  # an agent that ends early is a fault to report
            self.faults.append(f"{name}: {error!r}")

    def _turn(self, name: str, dice: random.Random) -> None:
        loses = dice.random() < 0.02
        asked = time.monotonic()
        seconds = _LOSE_SECONDS if loses else _KEEP_SECONDS
        status, held = self._ask(name, "/v1/claims", {"lease_seconds": seconds})
        if status == 204:
            time.sleep(0.05)
            return
        self._expect(status == 200, f"a claim answered {status}: {held}")
        email_id = held["item"]["id"]
        self._log.write("got", email_id, name)
        if loses:
            self._lose(name, held, asked + seconds)
        else:
            self._do(name, dice, held)

    def _lose(self, name: str, held: dict[str, Any], until: float) -> None:
        """Sit on a mail for too long: whatever is done then comes too late."""
        got = time.monotonic()
        time.sleep(_LOSE_SECONDS + 0.1)
        email_id = held["item"]["id"]
        # it began after the claim was asked for and before the answer came: it lasted until then
        # for certain, and is over now for certain
        self._log.write("left", email_id, name, max(got, until))
        status, problem = self._act(name, held, "complete")
        self._expect(status == 409 and problem["code"] == "lease_lost", f"too late: {status}")
        self._log.write("lost", email_id, name)

    def _do(self, name: str, dice: random.Random, held: dict[str, Any]) -> None:
        email_id, choice = held["item"]["id"], dice.random()
        if choice < 0.1:
            status, held = self._act(name, held, "renew", lease_seconds=_KEEP_SECONDS)
            self._expect(status == 200, f"renew answered {status}")
        verb, body, event = "complete", {}, "completed"
        if 0.1 <= choice < 0.2:
            verb, event = "release", "released"
        elif 0.2 <= choice < 0.3:
            verb, event = "reroute", "rerouted"
            body = {"queue": dice.choice(_QUEUES), "reason": "not ours"}
        self._log.write("left", email_id, name)
        status, answer = self._act(name, held, verb, **body)
        self._expect(status == 200, f"{verb} answered {status}: {answer}")
        self._log.write(event, email_id, name)
        if verb == "complete":
            with self._lock:
                self._left -= 1

    def _act(self, name: str, held: dict[str, Any], verb: str, **body: object) -> tuple[int, Any]:
        path = f"/v1/emails/{held['item']['id']}/{verb}"
        return self._ask(name, path, {"lease_token": held["lease_token"], **body})

    def _ask(self, name: str, path: str, body: object) -> tuple[int, Any]:
        headers = {
            "Authorization": f"Bearer {self._key}",
            "Content-Type": "application/json",
            "X-Agent": name,
        }
        answer = self._pool.request(
            "POST", self._url + path, body=orjson.dumps(body), headers=headers
        )
        return answer.status, orjson.loads(answer.data) if answer.data else None

    def _expect(self, holds: bool, fault: str) -> None:
        if not holds:
            raise AssertionError(fault)
