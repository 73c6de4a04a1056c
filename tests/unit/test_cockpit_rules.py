"""What the cockpit tells: reigns and turns from the log, categories won and lost."""

import random
from datetime import UTC, datetime

import pytest

from service.domain.cockpit import Entry, Outcome, Reign, contest, figure, reigns, turns


def day(number: int) -> datetime:
    return datetime(2026, 11, number, tzinfo=UTC)


def entry(number: int, version: str | None, action: str = "promoted") -> Entry:
    return Entry(number, day(number), action, version, "because", "operator/anna")


LOG = [entry(1, "a"), entry(5, "b"), entry(7, "a", "rolled_back"), entry(9, None, "rolled_back")]


def test_reigns_follow_each_other_without_a_gap() -> None:
    """Before the first one MODEL_PATH's model decided, which may come back."""
    assert reigns(LOG) == [
        Reign(None, None, day(1)),
        Reign("a", day(1), day(5)),
        Reign("b", day(5), day(7)),
        Reign("a", day(7), day(9)),
        Reign(None, day(9), None),
    ]


def test_without_an_entry_model_path_always_decided() -> None:
    """One reign without an end or a beginning, and no turn."""
    assert reigns([]) == [Reign(None, None, None)]
    assert turns([]) == []


def test_each_turn_knows_who_decided_before() -> None:
    """In the order of the log."""
    assert [(turn.before, turn.after) for turn in turns(LOG)] == [
        (None, "a"),
        ("a", "b"),
        ("b", "a"),
        ("a", None),
    ]


def test_precision_and_recall_are_means_of_the_categories_that_occur() -> None:
    """As macro-F1 is; a category without mail has none, a set without any has no mean."""
    rows = {
        "a": {"precision": 0.5, "recall": 1.0, "support": 3},
        "b": {"precision": 1.0, "recall": 0.5, "support": 1},
        "c": {"precision": 0.0, "recall": 0.0, "support": 0},
    }
    assert figure({"categories": rows}, "precision") == pytest.approx(0.75)
    assert figure({"categories": {"c": rows["c"]}}, "recall") is None
    assert figure({"lift": {"5": 3}}, "lift.5") == 3.0
    assert figure({"lift": {"5": None}}, "lift.5") is None


TRUTH = ("claim",) * 60 + ("payment",) * 60 + ("other",) * 60 + ("rare",) * 5


def answers(claim: int, payment: int, other: int) -> tuple[str, ...]:
    """So many of each category are right, the rest called something that is none of them."""
    found = list(TRUTH)
    for first, right in ((0, claim), (60, payment), (120, other)):
        for place in range(first + right, first + 60):
            found[place] = "nothing"
    return tuple(found)


def test_between_equally_good_models_little_is_won_or_lost() -> None:
    """In at most one of twenty pairs, either way, over 1,000; four standard deviations of room."""

    def told(chance: random.Random) -> bool:
        named = tuple("abcd"[n % 4] for n in range(400))
        first, second = (
            tuple(x if chance.random() < 0.8 else chance.choice("abcd") for x in named)
            for _ in range(2)
        )
        found = contest(named, first, second)
        return any(one.outcome in {Outcome.WON, Outcome.LOST} for one in found)

    chance = random.Random(8)
    assert sum(told(chance) for _ in range(1000)) <= 50 + 4 * (1000 * 0.05 * 0.95) ** 0.5


def test_what_is_won_or_lost_is_beyond_chance() -> None:
    """Thirty points are, two are not, and five mails say nothing."""
    found = contest(TRUTH, answers(30, 58, 50), answers(54, 36, 51))
    assert {c.name: c.outcome for c in found} == {
        "claim": Outcome.WON,
        "payment": Outcome.LOST,
        "other": Outcome.EVEN,
        "rare": Outcome.FEW,
    }
    assert [c.outcome for c in found] == list(Outcome)
    claim = found[0]
    assert (claim.emails, claim.before, claim.after) == (
        60,
        pytest.approx(60 / 90),
        pytest.approx(108 / 114),
    )


def test_the_same_answers_win_and_lose_nothing() -> None:
    """Whatever they are."""
    same = answers(30, 40, 50)
    assert {c.outcome for c in contest(TRUTH, same, same)} == {Outcome.EVEN, Outcome.FEW}
