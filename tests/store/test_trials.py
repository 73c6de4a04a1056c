"""Trials are read from the registry's log: whatever changes there, none outlives its models."""

import random

import pytest
from sqlalchemy import Engine

from service.domain.models import CHALLENGER, CHAMPION, PROMOTED, ROLLED_BACK, Refused
from service.domain.trials import SHADOW, Trial
from service.flow import registry, trials
from service.store import engine as run
from service.store import registry as log
from service.store import trials as store
from tests.support.trial import OPERATOR, fill, give


@pytest.fixture
def house(database: Engine) -> Engine:
    """Version a decides, b challenges it, c waits."""
    fill(database, "a", "b", "c")
    return database


def start(house: Engine, share: float = 0.2) -> Trial:
    return trials.start(house, SHADOW, share, OPERATOR, "is it ready?")[0]


def running(house: Engine) -> Trial | None:
    return run.run(house, lambda c: store.running(c, SHADOW))


def test_a_trial_is_an_entry_with_its_share_and_its_reason(house: Engine) -> None:
    """Started twice it is one; with another share it is another."""
    made = start(house)
    assert (made.version, made.artifact, made.share, made.running) == ("b", "at-b", 0.2, True)
    assert trials.start(house, SHADOW, 0.2, OPERATOR, "again") == (made, False)
    assert start(house, 0.5).id > made.id
    entries = registry_entries(house)
    assert entries[:2] == [("started", "b", "shadow", "is it ready?")] * 2


def registry_entries(house: Engine) -> list[tuple[str, str | None, str | None, str]]:
    found = run.run(house, lambda c: log.history(c, None, 10))
    return [(row.action, row.version, row.alias, row.reason) for row in found]


def test_a_trial_that_was_stopped_does_not_run(house: Engine) -> None:
    """It is the newest still, and stopping it again is refused."""
    made = start(house)
    assert trials.stop(house, SHADOW, OPERATOR, "enough") == "b"
    assert running(house) is None
    newest = trials.newest(house, SHADOW)
    assert newest is not None
    assert (newest.id, newest.running) == (made.id, False)
    with pytest.raises(Refused):
        trials.stop(house, SHADOW, OPERATOR, "enough")


@pytest.mark.parametrize(
    ("alias", "version", "action"),
    [
        (CHALLENGER, "c", PROMOTED),
        (CHALLENGER, None, PROMOTED),
        (CHAMPION, "b", PROMOTED),
        (CHAMPION, "c", PROMOTED),
        (CHAMPION, None, ROLLED_BACK),
    ],
)
def test_a_change_of_either_model_ends_the_trial(
    house: Engine, alias: str, version: str | None, action: str
) -> None:
    """Whoever wrote it down, a release that knows no trials too."""
    start(house)
    give(house, alias, version, action)
    assert running(house) is None


def test_retiring_the_challenger_ends_its_trial(house: Engine) -> None:
    """And the same version, challenger again, is not tried until somebody says so."""
    start(house)
    registry.retire(house, "b", OPERATOR, "no good")
    assert running(house) is None
    give(house, CHALLENGER, "b")
    assert running(house) is None


def test_another_challenger_is_tried_anew(house: Engine) -> None:
    """The entries of trials change no alias."""
    start(house)
    give(house, CHALLENGER, "c")
    assert start(house).version == "c"
    assert registry.resolved(house, CHAMPION) == "a"
    assert registry.resolved(house, CHALLENGER) == "c"


@pytest.mark.parametrize("seed", range(3))
def test_what_runs_is_always_of_the_challenger(house: Engine, seed: int) -> None:
    """After any sequence of changes, what runs was started after the last change of an alias."""
    numbers = random.Random(seed)
    expected: str | None = None
    challenger = "b"
    for _ in range(40):
        step = numbers.choice(["start", "stop", "champion", "challenger"])
        if step == "start":
            start(house, numbers.choice([0.1, 0.2]))
            expected = challenger
        elif step == "stop" and expected:
            trials.stop(house, SHADOW, OPERATOR, "")
            expected = None
        elif step == "champion":
            give(house, CHAMPION, numbers.choice(["a", "b", "c"]))
            expected = None
        elif step == "challenger":
            challenger = numbers.choice(["a", "b", "c"])
            give(house, CHALLENGER, challenger)
            expected = None
        found = running(house)
        assert (found.version if found else None) == expected
