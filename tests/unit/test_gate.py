"""The gate: who may challenge the champion, who may not, and what it says."""

import random
from collections import Counter
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.evaluation import Evaluation
from service.domain.gate import DEFAULT, Verdict, judge

LABELS = ("claim", "complaint", "other", "payment")
TRUTH = tuple(n % 4 for n in range(400))


def evaluation(
    answers: Sequence[int],
    *,
    truth: Sequence[int] = TRUTH,
    version: str = "v",
    ece: float = 0.03,
    lacks: Sequence[str] = (),
    by_chance: bool = True,
) -> Evaluation:
    counts = Counter(LABELS[i] for i in truth)
    metrics = {
        "ece": ece,
        "ece_by_chance": 0.04,
        "lacks": {name: counts[name] for name in lacks if counts[name]},
    }
    return Evaluation(
        version, "any", "hash", by_chance, metrics, (), LABELS, tuple(truth), tuple(answers)
    )


def model(accuracy: float, seed: int, truth: Sequence[int] = TRUTH) -> list[int]:
    """Answers that are right by chance, so often."""
    chance = random.Random(seed)
    return [t if chance.random() < accuracy else chance.choice(range(4)) for t in truth]


def verdict(
    candidate: Evaluation, champion: Evaluation, past: dict[str, Evaluation] | None = None
) -> Verdict:
    others = {version: {"newest": one} for version, one in (past or {}).items()}
    return judge({"newest": candidate}, {"newest": champion}, others, LABELS)


def test_a_candidate_as_good_as_the_champion_passes() -> None:
    """With the figures, and what the mail does not tell."""
    found = verdict(evaluation(model(0.85, 1)), evaluation(model(0.85, 2)))
    assert found.passed
    (reason,) = found.reasons
    assert reason.startswith("No loss is beyond chance in 5 paired tests at 5% (Holm)")
    assert "There is no golden set: AIGUILLEUR_GOLDEN_SET names one." in found.notes
    assert any(note.startswith("Accuracy on the newest set: 8") for note in found.notes)


def test_equally_good_candidates_are_seldom_refused() -> None:
    """At most one in twenty, over 400 pairs; four standard deviations of room."""
    refused = sum(
        not verdict(evaluation(model(0.85, n)), evaluation(model(0.85, n + 10_000))).passed
        for n in range(400)
    )
    assert refused <= 20 + 4 * (400 * 0.05 * 0.95) ** 0.5


def test_a_candidate_that_loses_on_all_mail_is_refused() -> None:
    """Ten points on 400 mails are no chance."""
    found = verdict(evaluation(model(0.75, 1)), evaluation(model(0.92, 2)))
    assert not found.passed
    assert found.reasons[0].startswith("On the newest set accuracy is ")
    assert "chance explains that with p " in found.reasons[0]


def test_no_category_may_lose_though_all_mail_gains() -> None:
    """The candidate is right on every mail but half of the complaints, which are now claims."""
    answers = [0 if t == 1 and n % 8 == 1 else t for n, t in enumerate(TRUTH)]
    found = verdict(evaluation(answers), evaluation(_but(0.6, (0, 2, 3))))
    assert not found.passed
    (reason,) = found.reasons
    assert reason.startswith(
        "On the newest set complaint loses: F1 is 66.7% against the champion's"
    )


def _but(accuracy: float, on: Sequence[int]) -> list[int]:
    """Right on other categories, and so often on these."""
    chance = random.Random(7)
    return [
        t if t not in on or chance.random() < accuracy else chance.choice([x for x in on if x != t])
        for t in TRUTH
    ]


def test_a_loss_on_the_golden_set_counts_too() -> None:
    """Whatever the newest set says."""
    good, bad = evaluation(model(0.9, 1)), evaluation(model(0.6, 2))
    candidate, champion = {"newest": good, "golden": bad}, {"newest": good, "golden": good}
    found = judge(candidate, champion, {}, LABELS)
    assert not found.passed
    assert all("On the golden set" in reason for reason in found.reasons)


@pytest.mark.parametrize("seed", range(20))
def test_answers_learned_from_shuffled_labels_are_refused(seed: int) -> None:
    """Though the champion is no better: such answers have nothing to do with the mail."""
    found = verdict(evaluation(model(0.0, seed)), evaluation(model(0.0, seed + 500)))
    assert not found.passed
    assert "it learned nothing" in found.reasons[0]


def test_whoever_always_answers_the_same_is_refused() -> None:
    """Even where most mail is of that category."""
    truth = [0] * 300 + [1] * 50 + [2] * 50
    always = evaluation([0] * 400, truth=truth)
    found = verdict(always, always)
    assert not found.passed
    assert "it learned nothing" in found.reasons[0]


@pytest.mark.parametrize("count", [5, 10, 25])
def test_a_small_golden_set_refuses_nobody_who_is_right_on_it(count: int) -> None:
    """So few mails cannot tell a good model from a random deal; what they tell of, they do."""
    truth = [n % 2 for n in range(count)]
    newest, golden = evaluation(TRUTH), evaluation(truth, truth=truth)
    on = {"newest": newest, "golden": golden}
    assert judge(on, on, {}, LABELS).passed
    wrong = {"newest": newest, "golden": evaluation([2] * count, truth=truth)}
    assert not judge(wrong, wrong, {}, LABELS).passed


def test_too_few_mails_tell_nothing() -> None:
    """However good the candidate looks on them."""
    few = TRUTH[: DEFAULT.emails - 1]
    one = evaluation(few, truth=few)
    found = verdict(one, one)
    assert not found.passed
    (reason,) = found.reasons
    assert reason.startswith("The newest set has 99 mails, and 100 are the fewest")
    assert not judge({}, {}, {}, LABELS).passed


def test_a_champion_that_could_not_be_judged_is_not_beaten() -> None:
    """A person may promote by hand."""
    found = judge({"newest": evaluation(TRUTH)}, {}, {}, LABELS)
    assert not found.passed
    assert "The champion was not judged on the newest set" in found.reasons[0]


def test_a_category_must_not_be_forgotten() -> None:
    """Unless the routing has it no more, or the champion never knew it."""
    lacking = evaluation([0 if t == 1 else t for t in TRUTH], lacks=["complaint"])
    champion = evaluation(TRUTH)
    reasons = verdict(lacking, champion).reasons
    assert any(r.startswith("It lacks the category complaint, which the champion") for r in reasons)
    gone = judge({"newest": lacking}, {"newest": champion}, {}, ["claim", "other", "payment"])
    assert not any("lacks" in reason for reason in gone.reasons)
    both = verdict(lacking, lacking)
    assert not any("lacks" in reason for reason in both.reasons)


def test_confidence_must_mean_what_it_says() -> None:
    """Unless the champion's means even less."""
    honest, boasting = evaluation(TRUTH, ece=0.05), evaluation(TRUTH, ece=0.12)
    found = verdict(boasting, honest)
    assert not found.passed
    assert "Its confidence is off by 0.120 (ECE)" in found.reasons[0]
    assert verdict(boasting, evaluation(TRUTH, ece=0.13)).passed


def test_a_better_model_of_the_past_is_named() -> None:
    """Rather that one than a candidate that is worse."""
    candidate, champion = evaluation(model(0.8, 1)), evaluation(model(0.78, 2))
    found = verdict(candidate, champion, {"old": evaluation(model(0.97, 3))})
    assert not found.passed
    assert found.reasons[0].startswith("Model old, which is in the store, is better")
    assert verdict(candidate, champion, {"old": evaluation(model(0.8, 3))}).passed


def test_categories_of_few_mails_are_named_and_not_tested() -> None:
    """As is that agents chose the mail."""
    truth = [0] * 200 + [2] * 200 + [1] * 5
    one = evaluation(truth, truth=truth, by_chance=False)
    found = verdict(one, one)
    assert found.passed
    assert "Too few mails on the newest set to tell of: complaint (5)." in found.notes
    assert any("mail that agents corrected" in note for note in found.notes)
    assert {test.what for test in found.tests} == {"all mail", "claim", "other"}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.3, 1))
def test_whoever_mends_mistakes_and_makes_none_passes(seed: int, accuracy: float) -> None:
    """Right wherever the champion is, the same wrong answers elsewhere or right ones."""
    champion = model(accuracy, seed)
    chance = random.Random(seed + 1)
    answers = [t if chance.random() < 0.5 else c for t, c in zip(TRUTH, champion, strict=True)]
    assert verdict(evaluation(answers), evaluation(champion)).passed


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.randoms(use_true_random=False))
def test_the_order_of_the_mails_says_nothing(seed: int, chance: random.Random) -> None:
    """The same verdict in the same words."""
    rows = list(zip(TRUTH, model(0.8, seed), model(0.85, seed + 1), strict=True))
    given_order = _judged(rows)
    chance.shuffle(rows)
    assert _judged(rows) == given_order


def _judged(rows: list[tuple[int, int, int]]) -> tuple[bool, tuple[str, ...], tuple[str, ...]]:
    truth, ours, theirs = zip(*rows, strict=True)
    found = verdict(evaluation(ours, truth=truth), evaluation(theirs, truth=truth))
    return found.passed, found.reasons, found.notes


def power(worse: Callable[[int], list[int]]) -> float:
    """How often a champion that is right on 90 % is protected."""
    return (
        sum(
            not verdict(evaluation(worse(n)), evaluation(model(0.87, n + 5_000))).passed
            for n in range(100)
        )
        / 100
    )


def test_a_category_that_loses_thirty_points_is_seen() -> None:
    """Of 100 mails of it, in nineteen of twenty trials."""

    def worse(seed: int) -> list[int]:
        chance = random.Random(seed)
        good = model(0.87, seed)
        return [
            0 if t == 1 and chance.random() < 0.35 else a for t, a in zip(TRUTH, good, strict=True)
        ]

    assert power(worse) >= 0.95
