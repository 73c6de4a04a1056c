"""A canary that does worse is rolled back by itself, and one as good is left alone."""

import pytest
from sqlalchemy import Engine, text

from service.domain.models import CHAMPION, ROLLED_BACK
from service.domain.trials import CANARY, SHADOW
from service.flow import judging, trials
from service.flow.serving import Serving
from service.flow.succession import Succession
from service.flow.trial_watch import TrialWatch
from service.store import engine as run
from tests.support.canary import BOTH, Post, counted, log, posting, try_it, with_challenger
from tests.support.trial import OPERATOR, Versioned, Versions, decide, give


@pytest.fixture
def house(database: Engine) -> Engine:
    """Version a decides, b challenges it, nothing waits."""
    return with_challenger(database)


@pytest.fixture
def post(house: Engine) -> Post:
    """Posts mail to it."""
    return posting(house)


def complete(house: Engine, *, wrong_of: str) -> None:
    """People complete all that was decided, and correct what this version said."""
    with house.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO done_items (email_id, queue, mailbox, category, predicted, "
                "model_version, received_at, responded_at, response_late, resolution_late, by_key, "
                "by_client, item) SELECT email_id, queue, 'm', "
                "CASE WHEN model_version = :wrong THEN 'other' ELSE category END, category, "
                "model_version, now(), now(), false, false, 'k', 'c', '{}' FROM decisions"
            ),
            {"wrong": wrong_of},
        )


def test_a_canary_that_people_correct_is_rolled_back(house: Engine, post: Post) -> None:
    """With its reason in the log; it is nobody's challenger any more, and stays so."""
    try_it(house)
    post(*["label:claim"] * 60)
    decide(house, BOTH)
    before = judging.run(house)
    assert before is not None
    assert before.verdict.lost is None
    complete(house, wrong_of="b")
    judged = judging.run(house)
    assert judged is not None
    assert judged.verdict.lost is not None
    assert log(house)[:2] == [("lost", None, "challenger"), ("lost", "b", "canary")]
    with house.connect() as connection:
        reason = connection.execute(
            text("SELECT reason FROM model_changes ORDER BY id DESC LIMIT 1")
        ).scalar_one()
    assert reason.startswith("It lost by overrides: ")
    assert judging.run(house) is None
    made = Succession(house, Versions(), lambda _: None)
    assert made.serving.held().canary is None


@pytest.mark.parametrize(
    ("words", "measure"),
    [("label:claim b:fail", "failures"), ("label:claim b:unsure", "abstentions"),
     ("label:claim b:outside", "abstentions")],
)  # fmt: skip
def test_what_it_does_wrong_is_named(house: Engine, post: Post, words: str, measure: str) -> None:
    """By what the champion does not."""
    try_it(house)
    post(*[words] * 60)
    decide(house, BOTH)
    judged = judging.run(house)
    assert judged is not None
    assert judged.verdict.lost is not None
    assert judged.verdict.lost.name == measure


def test_a_canary_that_is_slow_is_rolled_back(house: Engine, post: Post) -> None:
    """Slow beside what was usual before it began; not beside nothing."""
    post(*["label:claim"] * 30)
    decide(house)
    try_it(house)
    post(*["label:claim"] * 60)
    decide(house, BOTH)
    with house.begin() as connection:
        connection.execute(
            text("UPDATE decisions SET inference_seconds = 2 WHERE model_version = 'b'")
        )
    judged = judging.run(house)
    assert judged is not None
    assert judged.verdict.lost is not None
    assert judged.verdict.lost.name == "slow answers"


def test_one_as_good_is_left_alone(house: Engine, post: Post) -> None:
    """Whatever both do wrong; and mail of before the canary counts for nobody."""
    post(*["fail"] * 60)
    decide(house)
    try_it(house)
    post(*["fail"] * 30, *["unsure"] * 30)
    decide(house, BOTH)
    judged = judging.run(house)
    assert judged is not None
    assert judged.verdict.lost is None
    assert sum(judged.decided) == 60


def test_judging_changes_nothing_that_is_over_already(house: Engine, post: Post) -> None:
    """Whoever stopped it was first."""
    try_it(house)
    post(*["label:claim b:fail"] * 60)
    decide(house, BOTH)
    trials.stop(house, CANARY, OPERATOR, "enough")
    assert judging.run(house) is None
    assert log(house)[0] == ("stopped", "b", "canary")


def test_a_canary_decides_and_loses_by_whatever_engine(house: Engine, post: Post) -> None:
    """Decisions name an engine whose scores differ; the registry and the stamps do not."""
    try_it(house)
    before = counted("stamps_unmet_total")
    post(*["label:claim"] * 60)
    decide(house, Serving(Versioned("a+torch"), Versioned("b+torch")))
    judged = judging.run(house)
    assert judged is not None
    assert min(judged.decided) > 10
    assert sum(judged.decided) == 60
    assert counted("stamps_unmet_total") == before
    with house.begin() as connection:
        wrong = "UPDATE decisions SET reason = 'failed' WHERE model_version = 'b+torch'"
        connection.execute(text(wrong))
    judged = judging.run(house)
    assert judged is not None
    assert judged.verdict.lost is not None


def test_what_comes_after_a_canary_is_not_the_canarys(house: Engine, post: Post) -> None:
    """Promoted it decides all mail; how it stood as a canary does not change with that."""
    try_it(house)
    post(*["label:claim"] * 60)
    decide(house, BOTH)
    give(house, CHAMPION, "b")
    told = trials.newest(house, CANARY)
    assert told is not None
    before = run.run(house, lambda c: judging.stand(c, told))
    post(*["fail"] * 60)
    decide(house, Serving(Versioned("b")))
    assert run.run(house, lambda c: judging.stand(c, told)) == before
    assert before.verdict.lost is None
    assert sum(before.decided) == 60


def test_a_rollback_of_the_champion_ends_the_canary(house: Engine) -> None:
    """Who presses the button wants the champion before, for all mail."""
    try_it(house)
    give(house, CHAMPION, None, ROLLED_BACK)
    assert judging.run(house) is None


def test_the_sweep_shows_how_trials_stand(house: Engine, post: Post) -> None:
    """Share, rates and evidence while it runs; for a day, that it lost."""
    watch = TrialWatch()
    try_it(house)
    trials.start(house, SHADOW, 0.2, OPERATOR, "test")
    post(*["label:claim"] * 60)
    decide(house, BOTH)
    run.run(house, watch.look)
    assert counted("trial_share", kind="canary", model_version="b") == 0.5
    assert counted("trial_share", kind="shadow", model_version="b") == 0.2
    assert counted("canary_evidence_enough", model_version="b") == pytest.approx(1.9, abs=0.01)
    assert counted("canary_evidence", measure="failures", model_version="b") == 0
    assert counted("canary_lost", model_version="b") == 0
    post(*["label:claim b:fail"] * 60)
    decide(house, BOTH)
    run.run(house, TrialWatch().look)
    assert counted("canary_lost", model_version="b") == 1
    assert counted("trial_share", kind="canary", model_version="b") == 0
    TrialWatch.forget()
    assert counted("canary_lost", model_version="b") == 0


def test_looking_again_at_once_asks_nothing(house: Engine, post: Post) -> None:
    """The sweep comes round as often as it likes."""
    now = [0.0]
    watch = TrialWatch(lambda: now[0])
    run.run(house, watch.look)
    try_it(house)
    post(*["label:claim b:fail"] * 100)
    decide(house, BOTH)
    run.run(house, watch.look)
    assert log(house)[0] == ("started", "b", "canary")
    now[0] += 2.0
    run.run(house, watch.look)
    assert log(house)[1] == ("lost", "b", "canary")
    TrialWatch.forget()
