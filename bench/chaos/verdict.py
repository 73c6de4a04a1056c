"""What became of every mail that was promised, counted in what nobody can take back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.chaos.client import Promise
from bench.chaos.house import Hit
from bench.chaos.receiver import Receiver
from bench.load import percentile

RECOVERY_SECONDS = 30.0
KILLED, TERMINATED = "worker SIGKILL with a lease", "worker SIGTERM with a lease"
KINDS = 18

# An append-only record beside the service's own: it has no key, so it would show a second decision.
RECORD = """
CREATE TABLE chaos_record (email_id uuid NOT NULL, reason text NOT NULL,
                           at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE FUNCTION chaos_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO chaos_record (email_id, reason) VALUES (NEW.email_id, NEW.reason); RETURN NEW; END
$$;
CREATE TRIGGER chaos_note BEFORE INSERT ON decisions FOR EACH ROW EXECUTE FUNCTION chaos_note();
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the verdict."""

    what: str
    found: float
    bound: float

    @property
    def held(self) -> bool:
        """Whether the bound holds; every bound is an upper one."""
        return self.found <= self.bound


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the database says of every mail."""

    stored: frozenset[str]
    waiting: frozenset[str]
    decided: Mapping[str, Sequence[tuple[str, float]]]  # reason and time of each decision


def read(database_url: str) -> Evidence:
    """Take the evidence."""
    with psycopg.connect(database_url) as connection:
        stored = frozenset(str(r[0]) for r in connection.execute("SELECT id FROM emails"))
        waiting = frozenset(str(r[0]) for r in connection.execute("SELECT email_id FROM waiting"))
        decided: dict[str, list[tuple[str, float]]] = {}
        query = "SELECT email_id, reason, extract(epoch FROM at)::float8 FROM chaos_record"
        for email_id, reason, at in connection.execute(query):
            decided.setdefault(str(email_id), []).append((reason, at))
    return Evidence(stored, waiting, decided)


def judge(
    promises: Sequence[Promise], hits: Sequence[Hit], evidence: Evidence, receiver: Receiver
) -> list[Line]:
    """The table, line by line."""
    promised = {p.email_id: p for p in promises}
    decided = evidence.decided
    reasons = {i: decided[i][0][0] for i in promised if i in decided}
    innocent = [i for i, p in promised.items() if not p.poison]
    lines = [
        Line("promised, not stored", len(promised.keys() - evidence.stored), 0),
        Line(
            "promised, neither decided nor waiting",
            len(promised.keys() - decided.keys() - evidence.waiting),
            0,
        ),
        Line("stuck: still waiting after the end", len(promised.keys() & evidence.waiting), 0),
        Line("decided twice", sum(len(each) > 1 for each in decided.values()), 0),
        Line(
            "told twice, under two event ids",
            sum(len(each) > 1 for each in receiver.events.values()),
            0,
        ),
        Line("decided, never told", len(decided.keys() - receiver.events.keys()), 0),
        Line("innocent, ended as crashed", sum(reasons.get(i) == "crashed" for i in innocent), 0),
        Line(
            "poison, not ended as crashed",
            sum(p.poison and reasons.get(i) != "crashed" for i, p in promised.items()),
            0,
        ),
    ]
    seconds = recoveries(promises, hits, evidence)
    return [*lines, Line("recovery p99, seconds", percentile(seconds, 0.99), RECOVERY_SECONDS)]


def completeness(promises: Sequence[Promise], done: Counter[str], kills: int) -> list[Line]:
    """Whether enough was done: a verdict on little load or few faults would say nothing."""
    wanted = {KILLED: kills, TERMINATED: kills}
    missing = sum(max(0, number - done[fault]) for fault, number in wanted.items())
    return [
        Line("kills with a lease in hand that were missed", missing, 0),
        Line("kinds of faults that were missed", max(0, KINDS - len(done)), 0),
        Line("mails too few", max(0, 10 * kills - len(promises)), 0),
    ]


def recoveries(promises: Sequence[Promise], hits: Sequence[Hit], evidence: Evidence) -> list[float]:
    """From each hit to the decision of each mail that it took from a worker.

    A mail whose decision was already stored when the worker was hit is left out.
    """
    by_tag = {p.tag: p.email_id for p in promises if not p.poison}
    found: list[float] = []
    for hit in hits:
        ids = [by_tag[tag] for tag in hit.tags if tag in by_tag]
        times = (at for i in ids for _, at in evidence.decided.get(i, ()))
        found += [at - hit.at for at in times if at >= hit.at]
    return found


def report(lines: Sequence[Line], done: Counter[str], facts: Mapping[str, Any]) -> str:
    """As printed."""
    rows = [f"| {fault} | {number} |" for fault, number in sorted(done.items())]
    verdict = [
        f"| {line.what} | {line.found:.4g} | {line.bound:g} | {'held' if line.held else 'MISSED'} |"
        for line in lines
    ]
    return "\n".join(
        [
            "| fault | times |\n|---|---|",
            *rows,
            "",
            "| what | found | at most | |\n|---|---|---|---|",
            *verdict,
            "",
            *(f"{name}: {value}" for name, value in facts.items()),
        ]
    )
