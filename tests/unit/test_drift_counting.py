"""The process that counts beside the sweeper: one at a time, and ended when it hangs."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from service.counting import Counting
from service.errors import Unavailable
from tests.support.waiting import until


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def counts(outcome: str) -> float:
    found = REGISTRY.get_sample_value("aiguilleur_drift_counts_total", {"outcome": outcome})
    assert found is not None
    return found


def stepped(counting: Counting, outcome: str) -> Callable[[], bool]:
    """A condition: sweeps until one more counting has ended so."""
    before = counts(outcome)

    def ended() -> bool:
        counting.step()
        return counts(outcome) > before

    return ended


def test_what_is_due_is_counted_by_another_process(tmp_path: Path) -> None:
    """And asked again only after a while."""
    asked = []
    file = tmp_path / "done"
    counting = Counting(lambda: not asked.append(1), python(f"open({str(file)!r}, 'a').write('x')"))
    until(stepped(counting, "counted"), "the end")
    for _ in range(5):
        counting.step()
    assert file.read_text() == "x"
    assert len(asked) == 1


def test_nothing_is_started_where_nothing_is_due() -> None:
    """Nor where PostgreSQL cannot say."""

    def away() -> bool:
        raise Unavailable("The database is not reachable")

    for due in (lambda: False, away):
        counting = Counting(due, ["/does/not/exist"], look_seconds=0)
        counting.step()
        counting.step()


@pytest.mark.parametrize(
    "code", ["raise SystemExit(3)", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"]
)
def test_a_failure_is_counted_and_tried_again(code: str) -> None:
    """Sweeps go on meanwhile."""
    counting = Counting(lambda: True, python(code), look_seconds=0)
    until(stepped(counting, "failed"), "the first")
    until(stepped(counting, "failed"), "the second")
    counting.stop()


def test_one_that_hangs_is_ended() -> None:
    """After its time, and when the sweeper ends."""
    hangs = python("import time; time.sleep(600)")
    counting = Counting(lambda: True, hangs, look_seconds=0, most_seconds=0.1)
    until(stepped(counting, "failed"), "the end of its time")
    ended = Counting(lambda: True, hangs, look_seconds=0)
    ended.step()
    ended.stop()
    counting.stop()
