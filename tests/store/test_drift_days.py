"""Days counted for drift in the real store: what is kept, when it is due, what it says."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from model.contents import NO_DEFECT, contents, look
from model.profile import Answer, as_json, profile
from service.domain.drift.week import DEFECTS, FEATURES
from service.drift_command import as_json as told_as_json
from service.drift_page import page
from service.flow.drift.count import count
from service.flow.drift.due import due, span_of
from service.flow.drift.judge import verdict
from service.flow.drift.report import Told, report
from service.flow.standing import Standing
from service.store import drift as store
from service.store import engine, models
from tests.support.decided_days import mail, words

FIRST = date(2027, 3, 1)
_CHECK = text("""
INSERT INTO spot_checks (email_id, chosen_at, share, mailbox, category, reason, model_name,
    model_version, text_version, label, labelled_at)
SELECT gen_random_uuid(), :at, 0.5, 'm', 'claim', 'model', 'm', 'v1', '3',
       CASE WHEN n <= :right THEN 'claim' ELSE 'other' END, clock_timestamp()
FROM generate_series(1, :all) AS n
""")


@pytest.fixture
def draw() -> random.Random:
    """The same mail every time."""
    return random.Random(5)


@pytest.fixture(autouse=True)
def _empty(database: Engine) -> Iterator[None]:
    """Nothing is left of the test before."""
    with database.begin() as connection:
        connection.execute(
            text("TRUNCATE emails, readings, decisions, models, drift_days, spot_checks")
        )
    yield
    Standing().forget()


def day_of(
    database: Engine, draw: random.Random, day: date, number: int = 30, **how: float
) -> None:
    """A day of mail, counted: `french`, `claims` and `broken` are shares."""
    for _ in range(number):
        mail(
            database,
            draw,
            day,
            words(draw, how.get("french", 0.8)),
            label="claim" if draw.random() < how.get("claims", 0.5) else "other",
            defect="no_charset" if draw.random() < how.get("broken", 0.0) else "",
        )
    count(database, span_of(day))


def introduced(database: Engine, draw: random.Random, number: int = 400) -> None:
    """A model made with mail like that."""
    answers = [
        Answer("claim" if draw.random() < 0.5 else "other", 0.6 + 0.3 * draw.random(), n)
        for n in (draw.randint(10, 60) for _ in range(number))
    ]
    looks = (look(words(draw), str(n)) for n in range(number))
    made = as_json(profile(["claim", "other"], answers, contents(looks)))
    engine.run(database, lambda c: models.seen(c, "v1", "m", ["claim", "other"], made))


def told(database: Engine, last: date) -> Told:
    return engine.run(database, lambda c: report(c, FIRST, last, "v1"))[0]


def alter(database: Engine, how: str) -> None:
    with database.begin() as connection:
        connection.execute(text(f"ALTER TABLE drift_days {how}"))


def later(days: int) -> date:
    return FIRST + timedelta(days)


def test_a_day_is_kept_without_anybodys_data(database: Engine, draw: random.Random) -> None:
    """Counts, words of several senders, domains of several mails: no address, no rare word."""
    for n in range(6):
        mail(database, draw, FIRST, "Bonjour merci contrat", sender=f"user{n}@big.example")
    mail(database, draw, FIRST, "Zorglub contrat", sender="solo@tiny.example", defect="bad_base64")
    assert count(database, span_of(FIRST)) == ["v1"]
    (row,) = engine.run(database, lambda c: store.counted(c, "v1", FIRST, FIRST))
    kept = row.counts["contents"]
    assert row.emails == 7
    assert row.counts["labels"] == {"claim": 7}
    assert "contrat:7" in kept["words"]
    assert kept["domains"] == {"big.example": 6}
    assert kept["defects"] == {NO_DEFECT: 6, "bad_base64": 1}
    plain = orjson.dumps(row.counts).decode().lower()
    assert not any(secret in plain for secret in ("zorglub", "user1", "solo", "tiny"))


def test_counting_again_replaces(database: Engine, draw: random.Random) -> None:
    """A day stands there once."""
    day_of(database, draw, FIRST)
    day_of(database, draw, FIRST, 5)
    (row,) = engine.run(database, lambda c: store.counted(c, "v1", FIRST, FIRST))
    assert row.emails == 35


def test_what_nobody_could_read_is_a_defect(database: Engine, draw: random.Random) -> None:
    """It counts among messages, and not among the model's answers."""
    mail(database, draw, FIRST, "contrat")
    mail(database, draw, FIRST, "x", reason="crashed")
    mail(database, draw, FIRST, "x", reason="rule")
    count(database, span_of(FIRST))
    (row,) = engine.run(database, lambda c: store.counted(c, "v1", FIRST, FIRST))
    assert row.counts["contents"]["defects"] == {NO_DEFECT: 1, "unread": 1}
    assert row.emails == 1


def test_nothing_is_judged_before_a_whole_week(database: Engine, draw: random.Random) -> None:
    """And then all but what the first four weeks must tell."""
    introduced(database, draw)
    for n in range(6):
        day_of(database, draw, later(n))
    assert told(database, later(5)).verdict.figures == {}
    day_of(database, draw, later(6))
    found = told(database, later(6))
    assert found.verdict.figures.keys() == set(FEATURES) - {DEFECTS}
    assert not found.verdict.drifts
    assert found.lacks.keys() == {"defects", "accuracy", "stood"}


def test_a_model_that_decides_again_is_judged_after_a_whole_week(
    database: Engine, draw: random.Random
) -> None:
    """Brought back by a rollback, it is not held to a weekend alone."""
    introduced(database, draw)
    for n in range(7):
        day_of(database, draw, later(n))
    for n in range(7, 9):
        mail(database, draw, later(n), words(draw), version="v2")
        count(database, span_of(later(n)))
    for n in range(9, 15):
        day_of(database, draw, later(n), claims=0.95)
        assert told(database, later(n)).verdict.figures == {}
    day_of(database, draw, later(15), claims=0.95)
    assert told(database, later(15)).verdict.figures["category"].over


def test_a_shift_is_found_and_named(database: Engine, draw: random.Random) -> None:
    """The mix of categories and of languages; the report says which words came, and since when."""
    introduced(database, draw)
    for n in range(7):
        day_of(database, draw, later(n))
    for n in range(7, 13):
        day_of(database, draw, later(n), french=0.1, claims=0.95)
    found = told(database, later(12))
    assert {"category", "language", "words"} <= set(found.verdict.features)
    assert {x.name for x in found.words} >= {"please", "bonjour"}
    assert all(later(7) < x.since <= later(12) for x in found.verdict.found)
    assert engine.run(database, lambda c: verdict(c, "v1", later(6))).drifts is False
    shown = page([found], "Drift")
    assert "Drift since" in shown
    assert "please" in shown
    assert orjson.loads(orjson.dumps(told_as_json(found)))["drifts"] is True


def test_the_sweeper_shows_what_was_found(database: Engine, draw: random.Random) -> None:
    """By feature and version, and when the newest day was."""
    introduced(database, draw)
    for n in range(9):
        day_of(database, draw, later(n), claims=0.5 if n < 3 else 1.0)
    engine.run(database, Standing().refresh)

    def shown(name: str, **labels: str) -> float | None:
        return REGISTRY.get_sample_value(f"aiguilleur_{name}", labels)

    feature = {"feature": "category", "model_version": "v1"}
    assert shown("drifts", **feature) == 1
    assert shown("drifts", feature="length", model_version="v1") == 0
    assert (shown("drift_week_index", **feature) or 0) > (shown("drift_week_bound", **feature) or 9)
    noon = datetime(later(8).year, later(8).month, later(8).day, tzinfo=UTC)
    assert shown("drift_counted_timestamp_seconds", what="day") == noon.timestamp()


def test_defects_are_held_against_the_models_first_days(
    database: Engine, draw: random.Random
) -> None:
    """Which training data does not know; once they are over."""
    introduced(database, draw)
    for n in range(28):
        day_of(database, draw, later(n), 8)
    for n in range(28, 35):
        day_of(database, draw, later(n), 20, broken=0.5)
    assert "defects" not in told(database, later(33)).verdict.figures
    found = told(database, later(34)).verdict.figures["defects"]
    assert found.over


def test_a_model_without_a_profile_is_counted_and_not_judged(
    database: Engine, draw: random.Random
) -> None:
    """The report says what to do; so it does of a profile of an older release."""
    for n in range(7):
        day_of(database, draw, later(n), 20)
    assert "python -m model profile" in told(database, later(6)).lacks["category"]
    older = as_json(profile(["claim"], [Answer("claim", 0.7, 20)] * 200))
    engine.run(database, lambda c: models.seen(c, "v1", "m", ["claim"], older))
    count(database, span_of(later(6)))
    found = told(database, later(6))
    assert "category" in found.verdict.figures
    assert "older release" in found.lacks["words"]


def test_a_model_that_is_less_often_right_is_found(database: Engine, draw: random.Random) -> None:
    """By spot checks of four weeks beside those before."""
    introduced(database, draw)
    for n in (0, 30, 31):
        day_of(database, draw, later(n), 3)
    for days, right in ((1, 95), (30, 60)):
        at = datetime(2027, 3, 1, 12, tzinfo=UTC) + timedelta(days)
        engine.run(
            database,
            lambda c, at=at, right=right: c.execute(_CHECK, {"at": at, "right": right, "all": 100}),
        )
    for n in (30, 31):
        count(database, span_of(later(n)))
    found = told(database, later(31))
    assert "accuracy" in found.verdict.features
    assert found.right[later(31)].value == pytest.approx(0.6)
    assert "Right, by spot checks" in page([found], "Drift")


def test_two_models_are_counted_apart(database: Engine, draw: random.Random) -> None:
    """Each has its own days."""
    mail(database, draw, FIRST, "contrat", version="v1")
    mail(database, draw, FIRST, "contrat", version="v2")
    assert count(database, span_of(FIRST)) == ["v1", "v2"]
    assert engine.run(database, lambda c: len(report(c, FIRST, FIRST))) == 2


def test_days_are_due_once_and_when_they_are_over(database: Engine, draw: random.Random) -> None:
    """An hour after midnight; a day without mail never is; missed days come first."""
    for n in (0, 2):
        mail(database, draw, later(n), "contrat")

    def due_at(days: int, hour: int) -> list[date]:
        now = datetime(2027, 3, 1, hour, tzinfo=UTC) + timedelta(days)
        return [span.day for span in due(database, now)]

    assert due_at(0, 23) == []
    assert due_at(1, 0) == []
    assert due_at(1, 1) == [FIRST]
    assert due_at(3, 2) == [FIRST, later(2)]
    count(database, span_of(FIRST))
    assert due_at(3, 2) == [later(2)]
    assert due_at(90, 2) == []


def test_a_day_is_counted_of_all_models_or_of_none(database: Engine, draw: random.Random) -> None:
    """Whoever counts may be ended between two models; then the day is due still."""
    for version in ("v1", "v2"):
        mail(database, draw, FIRST, "contrat", version=version)
    alter(database, "ADD CONSTRAINT no_v2 CHECK (model_version <> 'v2')")
    with pytest.raises(IntegrityError):
        count(database, span_of(FIRST))
    alter(database, "DROP CONSTRAINT no_v2")
    assert [x.day for x in due(database, datetime(2027, 3, 2, 2, tzinfo=UTC))] == [FIRST]
    assert count(database, span_of(FIRST)) == ["v1", "v2"]


def test_bags_and_days_are_forgotten_in_time(database: Engine, draw: random.Random) -> None:
    """Bags after a fortnight, counts after 400 days."""
    for n in (0, 380, 405):
        mail(database, draw, later(n), "contrat")
        count(database, span_of(later(n)))
    with database.connect() as connection:
        rows = connection.execute(text("SELECT day, bags FROM drift_days ORDER BY day")).all()
    assert [(row.day, row.bags is None) for row in rows] == [
        (later(380), True),
        (later(405), False),
    ]


def test_one_process_counts_at_a_time(database: Engine) -> None:
    """The other is told so, and may once the first is done."""
    with store.alone(database) as first, store.alone(database) as second:
        assert (first, second) == (True, False)
    with store.alone(database) as again:
        assert again
