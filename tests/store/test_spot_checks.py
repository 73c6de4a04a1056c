"""Spot checks in the database: chosen with the decision, labelled within mailboxes, counted."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, text

from service.errors import InvalidRequest, NotFound
from service.flow import accuracy
from service.flow.agents.spot_checks import SpotChecks
from service.flow.dataset import rows
from service.flow.standing import Standing
from service.store import decide, engine
from tests.store.test_decide import decided
from tests.support.posting import claim, principal, store, submission
from tests.support.queued import actor, agent, routing

ANNA = actor("anna")


@pytest.fixture
def checks(database: Engine) -> SpotChecks:
    """Over empty tables."""
    with database.begin() as connection:
        connection.execute(text("TRUNCATE spot_checks, labels, done_items, waiting"))
    return SpotChecks(database, routing())


def checked(database: Engine, count: int, share: float | None = 0.5) -> list[UUID]:
    """Mails that the model decided and that were chosen with this probability."""
    who = principal(database)
    ids = store(database, who, *(submission(f"mail {n}", index=n) for n in range(count)))
    token, claimed = claim(database)
    made = [replace(decided(one), check_share=share) for one in claimed]
    engine.run(database, lambda c: decide.decide(c, token, made))
    return ids


def test_what_was_chosen_waits_for_a_label(database: Engine, checks: SpotChecks) -> None:
    """Oldest first, without the model's word; what was not chosen does not."""
    checked(database, 2, share=None)
    ids = checked(database, 3)
    found = checks.waiting(agent(), limit=9)
    assert [row.email_id for row in found] == sorted(ids)
    assert "category" not in found[0]._mapping
    assert [r.email_id for r in checks.waiting(agent(), after=ids[0])] == [sorted(ids)[1]]
    assert checks.count(agent()) == 3


def test_a_label_ends_the_wait_and_can_be_changed(database: Engine, checks: SpotChecks) -> None:
    """The last word counts, as training data too; the mail's own decision stays."""
    (email_id,) = checked(database, 1)
    for category in ("payment", "account"):
        checks.label(agent(), ANNA, email_id, category)
    assert checks.waiting(agent()) == []
    (row,) = rows(database, ANNA, "file", None)
    assert (row["email_id"], row["category"], row["source"]) == (
        str(email_id),
        "account",
        "spot_check",
    )
    assert row["previous_category"] == "claim"


def test_others_mail_is_not_there(database: Engine, checks: SpotChecks) -> None:
    """Nor mail that was not chosen, nor a category that does not exist."""
    (email_id,) = checked(database, 1)
    (unchosen,) = checked(database, 1, share=None)
    far = agent("elsewhere")
    assert (checks.waiting(far), checks.count(far)) == ([], 0)
    for who, mail in ((far, email_id), (agent(), unchosen)):
        with pytest.raises(NotFound):
            checks.label(who, ANNA, mail, "claim")
    with pytest.raises(InvalidRequest):
        checks.label(agent(), ANNA, email_id, "nonsense")


@pytest.fixture
def labelled(database: Engine, checks: SpotChecks) -> None:
    """Forty spot checks, of which the model was right about thirty, and five without a label."""
    ids = [i for _ in range(3) for i in checked(database, 15)]
    for number, email_id in enumerate(ids[:40]):
        checks.label(agent(), ANNA, email_id, "claim" if number < 30 else "other")


def test_accuracy_is_estimated_by_version_and_category(database: Engine, labelled: None) -> None:
    """With what waits; a supervisor elsewhere sees nothing of it."""
    (found,) = accuracy.accuracy(database, accuracy.DAYS)
    assert found.checked
    assert (found.version, found.waiting, found.checked.value) == ("1", 5, 0.75)
    assert found.checked.low == pytest.approx(0.598, abs=1e-3)
    assert found.categories == {"claim": found.checked}
    assert (found.stood, found.completed) == (None, 0)
    far = agent("elsewhere")
    assert engine.run(database, lambda c: accuracy.of(c, accuracy.DAYS, far)) == []


@pytest.fixture
def standing() -> Iterator[Standing]:
    """What it showed is forgotten."""
    made = Standing()
    yield made
    made.forget()


def test_the_gauges_show_it(database: Engine, labelled: None, standing: Standing) -> None:
    """The estimate between its bounds, and how many labels it rests on."""
    engine.run(database, standing.refresh)

    def shown(name: str, **labels: str) -> float:
        value = REGISTRY.get_sample_value(f"aiguilleur_{name}", {"model_version": "1", **labels})
        assert value is not None
        return value

    low, value, high = (
        shown("checked_accuracy", bound=bound) for bound in ("low", "estimate", "high")
    )
    assert low < value == 0.75 < high
    assert [shown("spot_checks", state=s) for s in ("labelled", "waiting")] == [40, 5]
