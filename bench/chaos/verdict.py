"""What became of every mail that was promised, and whether enough happened to say so.

Double decisions are looked for in three places that nobody can take back: a table beside the
service's own, the workers' logs, and what the receiver of the webhooks was told.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.chaos.client import Promise
from bench.chaos.diary import Diary
from bench.chaos.house import Hit, Leaving
from bench.chaos.receiver import Told
from bench.load import percentile

RECOVERY_SECONDS = 30.0
GRACE_SECONDS = 30.0
KILLED, TERMINATED = "worker SIGKILL with a lease", "worker SIGTERM with a lease"
KINDS = 18
_MAILS_A_KILL = 10

# An append-only record beside the service's own: it has no key, so it would show a second decision.
RECORD = """
CREATE TABLE chaos_record (email_id uuid NOT NULL, reason text NOT NULL, version text NOT NULL,
                           at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO chaos_record VALUES (NEW.email_id, NEW.reason, NEW.model_version);
    RETURN NEW;
END
$$;
CREATE TRIGGER chaos_note BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION chaos_note();
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the verdict; the bound is the most, or the least where `least` is true."""

    what: str
    found: float
    bound: float
    least: bool = False

    @property
    def held(self) -> bool:
        """Whether the bound holds."""
        return self.found >= self.bound if self.least else self.found <= self.bound

    def __str__(self) -> str:
        """As a row of a Markdown table."""
        sign = ">=" if self.least else "<="
        held = "held" if self.held else "MISSED"
        return f"| {self.what} | {self.found:.4g} | {sign} {self.bound:g} | {held} |"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One decision: its reason, the model's version and when, seconds since the epoch."""

    reason: str
    version: str
    at: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the database says of every mail, by its id; `stored` gives the client's id."""

    stored: Mapping[str, str]
    waiting: frozenset[str]
    decided: Mapping[str, Sequence[Recorded]]


def read(database_url: str) -> Evidence:
    """Take the evidence."""
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT id, external_id FROM emails")
        stored = {str(email_id): tag for email_id, tag in rows}
        waiting = frozenset(str(r[0]) for r in connection.execute("SELECT email_id FROM waiting"))
        decided: dict[str, list[Recorded]] = {}
        query = "SELECT email_id, reason, version, extract(epoch FROM at)::float8 FROM chaos_record"
        for email_id, reason, version, at in connection.execute(query):
            decided.setdefault(str(email_id), []).append(Recorded(reason, version, at))
    return Evidence(stored, waiting, decided)


def judge(
    promises: Sequence[Promise],
    hits: Sequence[Hit],
    evidence: Evidence,
    told: Told,
    diary: Diary,
) -> list[Line]:
    """What must not have happened to any mail, and how long those took that lost their worker."""
    promised = {p.email_id: p for p in promises}
    decided = evidence.decided
    reasons = {i: decided[i][0].reason for i in promised if i in decided}
    innocent = [i for i, p in promised.items() if not p.poison]
    unstored = [i for i, p in promised.items() if evidence.stored.get(i) != p.tag]
    lost = promised.keys() - decided.keys() - evidence.waiting
    seconds = recoveries(promises, hits, evidence)
    poisoned = [reasons.get(i) for i, p in promised.items() if p.poison]
    return [
        Line("promised, not stored", len(unstored), 0),
        Line("stored twice under one id of the client", _twice(evidence.stored.values()), 0),
        Line("promised, neither decided nor waiting", len(lost), 0),
        Line("stuck: still waiting after the end", len(promised.keys() & evidence.waiting), 0),
        Line("decided twice, by the table", sum(len(x) > 1 for x in decided.values()), 0),
        Line("decided twice, by the workers' logs", sum(n > 1 for n in diary.decided.values()), 0),
        Line("told under two event ids", sum(len(x) > 1 for x in told.events.values()), 0),
        Line("decided, never told", len(decided.keys() - told.events.keys()), 0),
        Line("innocent, ended as crashed", sum(reasons.get(i) == "crashed" for i in innocent), 0),
        Line("poison, not ended as crashed", sum(r != "crashed" for r in poisoned), 0),
        Line("recovery p99, seconds", percentile(seconds, 0.99), RECOVERY_SECONDS),
    ]


def substance(
    promises: Sequence[Promise],
    evidence: Evidence,
    told: Told,
    diary: Diary,
    kills: int,
) -> list[Line]:
    """Whether enough came, was decided and was told for the rest to say anything."""
    decided = evidence.decided
    versions = {x.version for each in decided.values() for x in each if x.reason == "model"}
    some = _MAILS_A_KILL * kills
    at_least: dict[str, tuple[float, float]] = {
        "mails promised": (len({p.email_id for p in promises}), some),
        "poison mails promised": (sum(p.poison for p in promises), 1),
        "mails decided": (len(decided), some),
        "webhooks received": (len(told.deliveries), max(some, len(decided))),
        "decisions in the workers' logs": (diary.decided.total(), some),
        "mails that the test hook predicted": (len(diary.predicted), some),
        "late results refused": (diary.refused, 1),
        "decisions by a clock an hour ahead": (diary.ahead, 1),
        "times that somebody found Redis gone": (diary.without_redis, 1),
        "model versions that decided": (len(versions), 2),
    }
    return [Line(what, found, bound, least=True) for what, (found, bound) in at_least.items()]


def thoroughness(
    hits: Sequence[Hit], left: Sequence[Leaving], done: Counter[str], again: int, kills: int
) -> list[Line]:
    """Whether every fault was done, and had the effect that makes it one."""
    failed = sum(leaving.status != 0 for leaving in left)
    return [
        Line("kinds of faults that took effect", _kinds(done), KINDS, least=True),
        Line(KILLED, done[KILLED], kills, least=True),
        Line(TERMINATED, done[TERMINATED], kills, least=True),
        Line("mails taken from a worker", again, sum(h.fault == KILLED for h in hits), least=True),
        Line("SIGTERM: ended, workers", len(left), kills, least=True),
        Line("SIGTERM: ended with a status other than 0", failed, 0),
        Line("SIGTERM to the end, most seconds", _longest(left), GRACE_SECONDS),
    ]


def recoveries(promises: Sequence[Promise], hits: Sequence[Hit], evidence: Evidence) -> list[float]:
    """From each hit to the decision of each mail that it took from a worker.

    A mail whose decision was already stored when the worker was hit is left out.
    """
    by_tag = {p.tag: p.email_id for p in promises if not p.poison}
    found: list[float] = []
    for hit in hits:
        ids = [by_tag[tag] for tag in hit.tags if tag in by_tag]
        times = (each.at for i in ids for each in evidence.decided.get(i, ()))
        found += [at - hit.at for at in times if at >= hit.at]
    return found


def report(lines: Sequence[Line], done: Counter[str], facts: Mapping[str, Any]) -> str:
    """As printed."""
    return "\n".join(
        [
            "| fault | times |\n|---|---|",
            *(f"| {fault} | {number} |" for fault, number in sorted(done.items())),
            "",
            "| what | found | bound | |\n|---|---|---|---|",
            *map(str, lines),
            "",
            *(f"{name}: {value}" for name, value in facts.items()),
        ]
    )


def _twice(values: Iterable[str]) -> int:
    return sum(number > 1 for number in Counter(values).values())


def _kinds(done: Counter[str]) -> int:
    return sum(number > 0 for number in done.values())


def _longest(left: Sequence[Leaving]) -> float:
    return max((leaving.seconds for leaving in left), default=0.0)
