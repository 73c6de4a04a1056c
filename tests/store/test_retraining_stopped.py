"""Retrainings that are killed, fail or last too long, and what is told of them."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, text

from model.inference import load_classifier
from service.domain import retraining as rules
from service.domain.models import Refused
from service.flow.retraining.alone import alone
from service.flow.retraining.history import history
from service.flow.retraining.plan import World
from service.flow.retraining.run import Retrainer
from service.flow.retraining.signals import signals
from service.flow.standing import Standing
from service.store import engine as database
from tests.support.labelled_mail import START, clear, said
from tests.support.retraining import OPERATOR, WHY, House, Killed, fail, killed, mails, with_mail


@pytest.fixture
def house(database: Engine, tmp_path: Path) -> House:
    """With 400 labelled mails."""
    return with_mail(database, tmp_path)


def test_whoever_was_killed_is_gone_on_with(house: House) -> None:
    """From the step at which it was; what is there is not made again, though more was labelled."""
    house.trainer.before = killed
    with pytest.raises(Killed):
        house.run()
    assert house.retrainer().unfinished()
    said(house.engine, mails(50), first=START + timedelta(days=60))
    house.trainer.before = lambda: None
    ended = house.run()
    assert ended.outcome == rules.CHALLENGER
    assert house.trainer.calls[0] == house.trainer.calls[1]
    (row,) = history(house.engine)
    assert (row["id"], row["starts"]) == (ended.number, 2)


def test_a_model_that_was_trained_is_not_trained_again(house: House) -> None:
    """Killed while models were judged: those that were are not judged again either."""
    loads: list[Path] = []

    def load(path: Path) -> object:
        loads.append(path)
        if len(loads) == 2:
            raise Killed
        return load_classifier(path)

    world = World(house.engine, house.store, house.trainer, load)  # type: ignore[arg-type]
    with pytest.raises(Killed):
        Retrainer(world, house.plan, OPERATOR).run(WHY)
    assert Retrainer(world, house.plan, OPERATOR).run(WHY).outcome == rules.CHALLENGER
    assert len(house.trainer.calls) == 1
    assert len(loads) == 3


def test_what_kills_its_process_again_and_again_fails(house: House) -> None:
    """So that no schedule goes on with it for ever."""
    house.trainer.before = killed
    for _ in range(rules.MOST_STARTS):
        with pytest.raises(Killed):
            house.run()
    ended = house.run()
    assert (ended.outcome, ended.error) == (
        rules.FAILED,
        "It was killed 3 times: see what the machine says of it, memory first.",
    )
    house.trainer.before = lambda: None
    assert house.run().outcome == rules.CHALLENGER


def test_a_step_that_fails_ends_it_with_a_sentence(house: House) -> None:
    """And the labels count as new still."""
    house.trainer.before = fail
    ended = house.run()
    assert (ended.outcome, ended.step) == (rules.FAILED, rules.TRAIN)
    assert ended.error == "There is nothing to tell apart."
    assert history(house.engine)[0]["error"] == ended.error
    assert signals(house.engine, house.own).labels == 400


def test_a_fault_of_ours_is_told_by_its_kind_alone(house: House) -> None:
    """Whatever its text holds."""

    def burst() -> None:
        raise KeyError("Dear Sir, my IBAN is")

    house.trainer.before = burst
    assert house.run().error == "KeyError in the step train; the log has more."


def test_a_step_that_takes_too_long_is_stopped(house: House) -> None:
    """Wherever it is among the mail."""
    ended = house.run(step_seconds=0.0)
    assert (ended.outcome, ended.step) == (rules.FAILED, rules.SNAPSHOT)
    assert ended.error == "It took longer than it may, and was stopped."


def test_without_labels_there_is_nothing_to_learn(house: House) -> None:
    """Which is said, and no model changes."""
    clear(house.engine)
    ended = house.run()
    assert ended.outcome == rules.FAILED
    assert ended.error
    assert ended.error.startswith("There is no labelled mail yet")


def test_two_are_never_at_work_at_once(house: House) -> None:
    """The second one is refused while the first one lives."""
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with alone(house.engine):
            inside.set()
            leave.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    try:
        assert inside.wait(30)
        with pytest.raises(Refused, match="Another retraining is at work"):
            house.run()
    finally:
        leave.set()
        holder.join()
    assert house.run().outcome == rules.CHALLENGER


@pytest.fixture
def standing() -> Iterator[Standing]:
    """What it showed is forgotten."""
    made = Standing()
    yield made
    made.forget()


def test_the_gauges_show_one_that_failed_and_one_that_is_late(
    house: House, standing: Standing
) -> None:
    """By its step; what ended well shows nothing."""

    def shown(name: str) -> float | None:
        database.run(house.engine, Standing().refresh)  # its turns are seconds apart
        return REGISTRY.get_sample_value(f"aiguilleur_retraining_{name}", {"step": "train"})

    assert shown("failed") is None
    house.trainer.before = fail
    house.run()
    assert shown("failed") == 1
    house.trainer.before = killed
    with pytest.raises(Killed):
        house.run()
    assert shown("late_seconds") == 0
    an_hour = timedelta(seconds=house.plan.train_seconds + 3600)
    with house.engine.begin() as connection:
        connection.execute(text("UPDATE retrainings SET step_at = step_at - :by"), {"by": an_hour})
    assert shown("late_seconds") == pytest.approx(3600, abs=60)
    house.trainer.before = lambda: None
    house.run()
    assert (shown("failed"), shown("late_seconds")) == (None, None)
