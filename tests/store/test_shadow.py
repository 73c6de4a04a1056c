"""The shadow predicts a share of decided mail, and is in nobody's way."""

from collections.abc import Callable
from uuid import UUID

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, text

from service.domain.models import CHALLENGER
from service.domain.trials import SHADOW
from service.domain.types import Principal
from service.flow import erasing, trials
from service.flow.disagreements import Comparison, comparison
from service.flow.shadow import Limits, Shadow
from tests.support.posting import claim, principal, store, submission
from tests.support.queued import agent, routing
from tests.support.trial import OPERATOR, Versions, decide, fill, give

LIMITS = Limits(emails=8, size=1_000_000, held=32)
Post = Callable[..., list[UUID]]


@pytest.fixture
def house(database: Engine) -> Engine:
    """Version a decides, b challenges it, nothing waits."""
    fill(database, "a", "b", "c")
    return database


@pytest.fixture
def post(house: Engine) -> Post:
    """Store mails of these words; decided at once, unless told otherwise."""
    who = principal(house)

    def posted(*words: str, decided: bool = True) -> list[UUID]:
        ids = store(house, who, *(submission(w, index=n) for n, w in enumerate(words)))
        if decided:
            decide(house)
        return ids

    return posted


def try_it(house: Engine, share: float = 1.0) -> None:
    trials.start(house, SHADOW, share, OPERATOR, "test")


def work(shadow: Shadow) -> None:
    """Step until there is nothing to do."""
    for _ in range(1_000):
        if not shadow.step():
            return
    raise AssertionError("the shadow never ends")


def said(house: Engine) -> dict[UUID, str | None]:
    """What is kept of each mail."""
    with house.connect() as connection:
        rows = connection.execute(text("SELECT email_id, label FROM shadow_predictions"))
        return {row.email_id: row.label for row in rows}


def seen(house: Engine, who: Principal | None = None, limit: int = 20) -> Comparison:
    found = comparison(house, routing(), who, limit)
    assert found is not None
    return found


def test_every_decided_mail_of_the_share_is_predicted_once(house: Engine, post: Post) -> None:
    """What came before the trial is not; a second pass finds nothing."""
    post("label:claim")
    try_it(house, 0.5)
    ids = post(*["label:claim b:label:payment"] * 60)
    shadow = Shadow(house, Versions(), LIMITS)
    work(shadow)
    trial = trials.newest(house, SHADOW)
    assert trial is not None
    assert said(house) == {i: "payment" for i in ids if trial.takes(i)}
    assert 10 < len(said(house)) < 50
    assert not shadow.step()


def test_mail_that_the_model_was_not_asked_for_is_left_out(house: Engine, post: Post) -> None:
    """There is nothing to compare."""
    try_it(house)
    post("fail")
    (asked,) = post("label:claim")
    work(Shadow(house, Versions(), LIMITS))
    assert said(house).keys() == {asked}


def test_nothing_is_done_while_mail_waits(house: Engine, post: Post) -> None:
    """Nor while workers hold more than a model batch; then it goes on."""
    try_it(house)
    (first,) = post("label:claim")
    shadow = Shadow(house, Versions(), LIMITS)
    waiting = post(*["label:claim"] * 33, decided=False)
    assert not shadow.step()
    assert REGISTRY.get_sample_value("aiguilleur_shadow_state", {"state": "yielding"}) == 1
    claim(house, emails=33)
    assert not shadow.step()
    assert said(house) == {}
    with house.begin() as connection:
        connection.execute(text("UPDATE waiting SET lease_token = NULL, lease_until = NULL"))
    decide(house)
    work(shadow)
    assert said(house).keys() == {first, *waiting}


def test_mail_that_is_decided_late_is_not_passed_over(house: Engine, post: Post) -> None:
    """The oldest one that waits is the end of what is looked at; held by a worker, say."""
    try_it(house)
    (late,) = post("label:claim", decided=False)
    claim(house)
    (early,) = post("label:claim")
    shadow = Shadow(house, Versions(), LIMITS)
    work(shadow)
    assert said(house) == {}
    with house.begin() as connection:
        connection.execute(text("UPDATE waiting SET lease_token = NULL, lease_until = NULL"))
    decide(house)
    work(shadow)
    assert said(house).keys() == {late, early}


def test_without_a_trial_no_model_is_loaded(house: Engine, post: Post) -> None:
    """Nor kept, once it is over."""
    versions = Versions()
    shadow = Shadow(house, versions, LIMITS)
    post("label:claim")
    assert not shadow.step()
    assert versions.asked == []
    try_it(house)
    post("label:claim")
    work(shadow)
    assert versions.asked == ["b"]
    trials.stop(house, SHADOW, OPERATOR, "enough")
    post("label:claim")
    work(shadow)
    assert len(said(house)) == 1


def test_another_challenger_is_loaded(house: Engine, post: Post) -> None:
    """Once somebody starts a trial of it; its predictions are its own."""
    versions = Versions()
    shadow = Shadow(house, versions, LIMITS)
    try_it(house)
    post("label:claim")
    work(shadow)
    give(house, CHALLENGER, "c")
    work(shadow)
    try_it(house)
    (email_id,) = post("label:claim c:label:payment")
    work(shadow)
    assert versions.asked == ["b", "c"]
    assert said(house)[email_id] == "payment"


def test_a_challenger_that_cannot_be_loaded_is_noted_and_not_tried_at_once(
    house: Engine, post: Post
) -> None:
    """The trial waits; who looks at the log finds why."""
    versions = Versions("b")
    shadow = Shadow(house, versions, LIMITS)
    try_it(house)
    post("label:claim")
    assert not shadow.step()
    assert not shadow.step()
    assert versions.asked == ["b"]
    with house.connect() as connection:
        noted = connection.execute(
            text("SELECT reason FROM model_changes WHERE action = 'not_loaded'")
        )
        assert noted.scalars().all() == ["b is broken."]


def test_a_mail_that_the_challenger_fails_on_spoils_no_other(house: Engine, post: Post) -> None:
    """It is counted as not predicted."""
    try_it(house)
    bad, good = post("label:claim b:fail", "label:claim")
    work(Shadow(house, Versions(), LIMITS))
    assert said(house) == {bad: None, good: "claim"}
    assert (seen(house).predicted, seen(house).unpredicted) == (1, 1)


def test_a_process_that_starts_again_goes_on_where_it_was(house: Engine, post: Post) -> None:
    """What was begun when it died is not tried again, whatever killed it."""
    try_it(house)
    ids = post(*["label:claim"] * 10)
    shadow = Shadow(house, Versions(), LIMITS)
    shadow.step()
    with house.begin() as connection:  # as if the first batch had killed it
        connection.execute(text("UPDATE shadow_predictions SET label = NULL"))
    work(Shadow(house, Versions(), LIMITS))
    assert said(house) == dict.fromkeys(ids[:8]) | dict.fromkeys(ids[8:], "claim")


def test_large_mail_is_left_out(house: Engine, post: Post) -> None:
    """So that the lane holds little in memory."""
    try_it(house)
    large, small = post("label:claim " + "x" * 2_000, "label:claim")
    work(Shadow(house, Versions(), Limits(8, 1_000, 32)))
    assert said(house).keys() == {small}
    assert large not in said(house)


def test_the_matrix_counts_pairs_and_what_people_said(house: Engine, post: Post) -> None:
    """Spot checks and corrections judge; the label is the model's, not the routing's."""
    try_it(house)
    one, two, _three = post(*["label:claim b:label:payment"] * 3)
    post("label:claim", "unsure b:label:claim", "label:claim b:outside")
    work(Shadow(house, Versions(), LIMITS))
    with house.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO spot_checks (email_id, share, mailbox, category, reason, model_name, "
                "model_version, text_version, label, labelled_at) "
                "VALUES (:id, 1, 'default', 'claim', 'model', 'm', 'a', '1', :label, now())"
            ),
            [{"id": one, "label": "payment"}, {"id": two, "label": "claim"}],
        )
    found = seen(house)
    cells = {(c.champion, c.challenger): c for c in found.matrix}
    assert {pair: c.emails for pair, c in cells.items()} == {
        ("claim", "payment"): 3,
        ("claim", "claim"): 1,
        ("other", "claim"): 1,
        ("claim", "unknown"): 1,
    }
    pair = cells["claim", "payment"]
    assert (pair.judged, pair.champion_right, pair.challenger_right) == (2, 1, 1)
    assert (found.compared, found.agreed) == (6, 1)


def test_the_mails_to_look_at_are_those_nobody_judged(house: Engine, post: Post) -> None:
    """Surest and dearest first, with the queue that each would have lain in."""
    try_it(house)
    ids = post("label:claim b:label:payment", "label:claim b:unsure", "label:claim")
    work(Shadow(house, Versions(), LIMITS))
    found = seen(house).first
    assert [one.email_id for one in found] == ids[:2]
    assert (found[0].champion_queue, found[0].challenger_queue) == ("claims", "payments")
    assert found[1].challenger_queue == routing().triage
    assert found[0].worth > found[1].worth
    assert seen(house, limit=1).first == found[:1]


def test_whoever_sees_certain_queues_sees_their_mail_alone(house: Engine, post: Post) -> None:
    """In the matrix and among the mails named."""
    try_it(house)
    post("label:claim b:label:payment", "label:payment b:label:claim")
    work(Shadow(house, Versions(), LIMITS))
    mine = seen(house, agent(queues=["claims"]))
    assert [(c.champion, c.emails) for c in mine.matrix] == [("claim", 1)]
    assert [one.champion_queue for one in mine.first] == ["claims"]
    assert seen(house, agent("elsewhere")).compared == 0


def test_without_a_trial_there_is_nothing_to_compare(house: Engine) -> None:
    """And after one, its figures stay."""
    assert comparison(house, routing(), None, 20) is None
    try_it(house)
    trials.stop(house, SHADOW, OPERATOR, "enough")
    assert not seen(house).trial.running


def test_what_a_shadow_said_goes_with_the_mail(house: Engine, post: Post) -> None:
    """And, kept mail or not, with its own age."""
    try_it(house)
    gone, kept = post("label:claim", "label:claim")
    work(Shadow(house, Versions(), LIMITS))
    with house.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO done_items SELECT :id, now() - interval '9 days', 'q', 'm', 'c', 'c', "
                "'a', now(), now(), false, false, 'k', 'c', NULL, NULL, NULL, '{}'"
            ),
            {"id": gone},
        )
    report = erasing.purge(house, OPERATOR, 8)
    assert (report.rows["emails"], report.rows["shadow_predictions"]) == (1, 1)
    assert said(house).keys() == {kept}
    with house.begin() as connection:
        connection.execute(
            text("UPDATE shadow_predictions SET begun_at = now() - interval '9 days'")
        )
    report = erasing.purge(house, OPERATOR, 8)
    assert (report.rows["emails"], report.rows["shadow_predictions"]) == (0, 1)
    assert said(house) == {}
