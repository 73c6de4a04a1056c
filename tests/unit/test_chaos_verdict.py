"""The verdict on an attack: it sees each harm, and refuses to pass where nothing happened."""

from collections import Counter
from dataclasses import replace

from bench.chaos.client import Promise
from bench.chaos.diary import Diary
from bench.chaos.house import Hit, Leaving
from bench.chaos.receiver import Told
from bench.chaos.verdict import (
    KILLED,
    KINDS,
    TERMINATED,
    Evidence,
    Line,
    Recorded,
    judge,
    substance,
    thoroughness,
)

PROMISES = [Promise("a", "mail-1", 100.0, poison=False), Promise("b", "mail-2", 100.0, poison=True)]
HITS = [Hit(KILLED, 100.0, ("mail-1",))]
GOOD = Evidence(
    {"a": "mail-1", "b": "mail-2"},
    frozenset(),
    {"a": [Recorded("model", "1", 110.0)], "b": [Recorded("crashed", "1", 120.0)]},
)
DIARY = Diary(Counter("ab"), Counter(["mail-1"]), 1, 1, 1)
NOTHING = Diary(Counter(), Counter(), 0, 0, 0)


TOLD = Told({"a": {"1"}, "b": {"2"}})


def missed(lines: list[Line]) -> list[str]:
    return [line.what for line in lines if not line.held]


def test_a_good_end_holds() -> None:
    """Every mail stored, decided and told once, the poison found, the killed one soon."""
    assert missed(judge(PROMISES, HITS, GOOD, TOLD, DIARY)) == []


def test_each_harm_misses_its_line() -> None:
    """Lost, stuck, doubled, told twice or never, wrongly blamed, late: each by its own line."""
    late = {**GOOD.decided, "a": [Recorded("model", "1", 131.0)]}
    blamed = {**GOOD.decided, "a": [Recorded("crashed", "1", 110.0)]}
    spared = {**GOOD.decided, "b": [Recorded("model", "1", 110.0)]}
    twice = {**GOOD.decided, "a": [*GOOD.decided["a"]] * 2}
    undecided = {"b": GOOD.decided["b"]}
    harms = {
        "promised, not stored": (replace(GOOD, stored={"b": "mail-2"}), TOLD, DIARY),
        "stored twice under one id of the client": (
            replace(GOOD, stored={**GOOD.stored, "c": "mail-1"}),
            TOLD,
            DIARY,
        ),
        "promised, neither decided nor waiting": (replace(GOOD, decided=undecided), TOLD, DIARY),
        "stuck: still waiting after the end": (
            replace(GOOD, waiting=frozenset("a")),
            TOLD,
            DIARY,
        ),
        "decided twice, by the table": (replace(GOOD, decided=twice), TOLD, DIARY),
        "decided twice, by the workers' logs": (GOOD, TOLD, replace(DIARY, decided=Counter("aab"))),
        "told under two event ids": (GOOD, Told({"a": {"1", "3"}, "b": {"2"}}), DIARY),
        "decided, never told": (GOOD, Told({"b": {"2"}}), DIARY),
        "innocent, ended as crashed": (replace(GOOD, decided=blamed), TOLD, DIARY),
        "poison, not ended as crashed": (replace(GOOD, decided=spared), TOLD, DIARY),
        "recovery p99, seconds": (replace(GOOD, decided=late), TOLD, DIARY),
    }
    for what, (evidence, told, diary) in harms.items():
        assert missed(judge(PROMISES, HITS, evidence, told, diary)) == [what]


def test_nothing_received_decided_or_told_is_no_pass() -> None:
    """An attack on an idle service proves nothing: every line of the substance is missed."""
    idle = Evidence({}, frozenset(), {})
    lines = substance([], idle, Told(), NOTHING, kills=1)
    assert missed(lines) == [line.what for line in lines]


def test_webhooks_that_never_came_are_missed() -> None:
    """Decisions without deliveries: the receiver, or the way to it, was broken."""
    assert "webhooks received" in missed(substance(PROMISES, GOOD, Told(), DIARY, kills=0))


def test_no_kill_and_no_fault_is_no_pass() -> None:
    """As is a fault that was tried without effect."""
    tried = Counter({f"fault {n}": 1 for n in range(KINDS - 3)} | {"without effect": 0})
    lines = thoroughness([], [], tried, 0, kills=1)
    assert missed(lines) == [
        "kinds of faults that took effect",
        KILLED,
        TERMINATED,
        "SIGTERM: ended, workers",
    ]


def test_a_worker_that_ends_late_or_badly_is_missed() -> None:
    """SIGTERM must end it within the grace, with status 0."""
    done = Counter({f"fault {n}": 1 for n in range(KINDS)} | {KILLED: 1, TERMINATED: 1})
    lines = thoroughness(HITS, [Leaving(31.0, -9)], done, 1, kills=1)
    assert missed(lines) == [
        "SIGTERM: ended with a status other than 0",
        "SIGTERM to the end, most seconds",
    ]
