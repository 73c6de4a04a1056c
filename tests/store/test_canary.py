"""A canary decides its share of the mail, under its own name, and no mail is lost by it."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, text

from service.domain.backlog import Bounds
from service.domain.models import CHALLENGER, CHAMPION, PROMOTED
from service.domain.trials import CANARY
from service.flow import registry, trials
from service.flow.accept import Intake
from service.flow.admission import Admission
from service.flow.rates import Rates
from service.flow.succession import Succession
from service.jobs import Waker
from tests.support.canary import BOTH, Post, counted, log, posting, try_it, with_challenger
from tests.support.posting import claim, expire_leases, principal, submission
from tests.support.trial import OPERATOR, Versions, decide, give


@pytest.fixture
def house(database: Engine) -> Engine:
    """Version a decides, b challenges it, nothing waits."""
    return with_challenger(database)


@pytest.fixture
def post(house: Engine) -> Post:
    """Posts mail to it."""
    return posting(house)


def stamped(house: Engine) -> dict[UUID, str | None]:
    with house.connect() as connection:
        rows = connection.execute(
            text("SELECT email_id, nullif(model_version, '') AS stamp FROM waiting")
        )
        return {row.email_id: row.stamp for row in rows}


def decided(house: Engine) -> dict[UUID, str]:
    """Who decided each mail; each was decided once."""
    with house.connect() as connection:
        rows = connection.execute(text("SELECT email_id, model_version FROM decisions")).all()
    assert len({row.email_id for row in rows}) == len(rows)
    return {row.email_id: row.model_version for row in rows}


def test_a_share_is_stamped_by_hash(house: Engine, post: Post) -> None:
    """Before the canary and after it, none is."""
    before = post("x")
    trial = try_it(house)
    during = post(*["x"] * 60)
    trials.stop(house, CANARY, OPERATOR, "enough")
    after = post("x")
    stamps = stamped(house)
    assert [stamps[i] for i in (*before, *after)] == [None, None]
    assert {stamps[i] for i in during} == {None, "b"}
    assert all((stamps[i] == "b") == trial.takes(i) for i in during)


def test_mail_that_comes_again_keeps_its_stamp(house: Engine, redis_url: str) -> None:
    """And its id: a duplicate is not another chance."""
    who = principal(house)
    limits = (Admission(house, Bounds(10**6, 10**6)), Rates(redis_url, 0), 32)
    intake = Intake(house, Waker(redis_url), *limits)
    first = intake.one(who, submission("x", external_id="again"))
    try_it(house)
    again = Intake(house, Waker(redis_url), *limits).one(who, submission("x", external_id="again"))
    assert again.duplicate
    assert stamped(house) == {first.email_id: None}


def test_whoever_accepts_stamps_within_a_second(house: Engine, redis_url: str) -> None:
    """One mail or a batch, by the same look at the log."""
    who = principal(house)
    try_it(house)
    intake = Intake(
        house, Waker(redis_url), Admission(house, Bounds(10**6, 10**6)), Rates(redis_url, 0), 32
    )
    for n in range(40):
        intake.one(who, submission("x", external_id=f"{uuid4()}-{n}"))
    assert set(stamped(house).values()) == {None, "b"}


def test_one_model_batch_is_decided_by_both(house: Engine, post: Post) -> None:
    """Each mail by its own, under its name; what makes one of them fail spoils no other."""
    trial = try_it(house)
    ids = post(*["label:claim b:label:payment"] * 20, *["label:claim b:fail"] * 10)
    assert decide(house, BOTH) == 30
    with house.connect() as connection:
        rows = connection.execute(text("SELECT email_id, category, reason FROM decisions"))
        found = {row.email_id: (row.category, row.reason) for row in rows}
    assert decided(house) == {i: "b" if trial.takes(i) else "a" for i in ids}
    for n, email_id in enumerate(ids):
        theirs = ("payment", "model") if n < 20 else ("unknown", "failed")
        assert found[email_id] == (theirs if trial.takes(email_id) else ("claim", "model"))


def test_a_mail_whose_worker_died_keeps_its_model(house: Engine, post: Post) -> None:
    """The stamp lies where the lease does."""
    trial = try_it(house)
    ids = post(*["label:claim"] * 20)
    claim(house)
    expire_leases(house)
    decide(house, BOTH)
    assert decided(house) == {i: "b" if trial.takes(i) else "a" for i in ids}


def test_a_mail_that_kills_the_canary_is_told_as_the_canarys(house: Engine, post: Post) -> None:
    """It goes to a person after its third crash, and counts against the model it was for."""
    try_it(house)
    post(*["label:claim"] * 20)
    for _ in range(5):
        expire_leases(house)
        while claim(house)[1]:
            pass
    expire_leases(house)
    decide(house, BOTH)
    with house.connect() as connection:
        rows = connection.execute(text("SELECT reason, model_version FROM decisions")).all()
    assert {row.reason for row in rows} == {"crashed"}
    assert {row.model_version for row in rows} == {"a", "b"}


@pytest.mark.parametrize(
    ("end", "decider"),
    [
        ("stopped", "a"),
        ("lost", "a"),
        ("another challenger", "a"),
        ("retired", "a"),
        ("promoted", "b"),
        ("rolled back", "path"),
        ("cannot be loaded", "a"),
    ],
)
def test_stamped_mail_outlives_its_canary(
    house: Engine, post: Post, end: str, decider: str
) -> None:
    """However it ends, with mail waiting: each is decided, by whoever is champion then."""
    versions = Versions("b") if end == "cannot be loaded" else Versions()
    made = Succession(house, versions, lambda _: None)
    try_it(house)
    ids = post(*["label:claim"] * 20)
    made.look()
    finish(house, end)
    made.look()
    unmet = counted("stamps_unmet_total")
    decide(house, made.serving)
    assert decided(house) == dict.fromkeys(ids, decider)
    assert (counted("stamps_unmet_total") > unmet) is (decider != "b")


def finish(house: Engine, end: str) -> None:
    if end == "stopped":
        trials.stop(house, CANARY, OPERATOR, "enough")
    elif end == "lost":
        give(house, CANARY, "b", "lost")
    elif end == "another challenger":
        give(house, CHALLENGER, "c")
    elif end == "retired":
        registry.retire(house, "b", OPERATOR, "no good")
    elif end == "promoted":
        give(house, CHAMPION, "b")
    elif end == "rolled back":
        registry.roll_back(house, OPERATOR, "no good")


def test_a_worker_holds_champion_and_canary(house: Engine) -> None:
    """While there is one: taken up beside the champion, shown, and let go."""
    versions, told = Versions(), list[str]()
    made = Succession(house, versions, lambda c: told.append(c.version))
    assert made.serving.held().canary is None
    try_it(house)
    made.look()
    held = made.serving.held()
    assert [one.version for one in held.every] == ["a", "b"]
    assert told == ["a", "a", "b"]
    trials.stop(house, CANARY, OPERATOR, "enough")
    made.look()
    made.look()
    assert [one.version for one in made.serving.held().every] == ["a"]
    assert versions.asked == ["a", "b"]


def test_a_worker_that_starts_in_a_canary_holds_both_at_once(house: Engine) -> None:
    """So that no stamped mail is decided by another."""
    try_it(house)
    made = Succession(house, Versions(), lambda _: None)
    assert [one.version for one in made.serving.held().every] == ["a", "b"]


def test_a_canary_that_is_promoted_is_not_loaded_again(house: Engine) -> None:
    """It decides all mail at once."""
    try_it(house)
    versions = Versions()
    made = Succession(house, versions, lambda _: None)
    give(house, CHAMPION, "b", PROMOTED)
    made.look()
    assert [one.version for one in made.serving.held().every] == ["b"]
    assert versions.asked == ["a", "b"]


def test_a_canary_that_cannot_be_loaded_is_told_once(house: Engine) -> None:
    """The champion serves on, and a worker starts beside it."""
    try_it(house)
    versions = Versions("b")
    made = Succession(house, versions, lambda _: None)
    for _ in range(3):
        made.look()
    assert [one.version for one in made.serving.held().every] == ["a"]
    assert versions.asked == ["a", "b"]
    assert log(house)[0] == ("not_loaded", "b", None)


def test_another_canary_takes_the_place_of_the_first(house: Engine) -> None:
    """One at a time beside the champion."""
    made = Succession(house, Versions(), lambda _: None)
    try_it(house)
    made.look()
    give(house, CHALLENGER, "c")
    try_it(house)
    made.look()
    assert [one.version for one in made.serving.held().every] == ["a", "c"]
