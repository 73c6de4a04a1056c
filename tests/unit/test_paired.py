"""Exact paired tests, against published values and against what they are meant to do."""

import itertools
import random
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.paired import accuracy, dependence, f1, holm, tail

NAMES = ("a", "b", "c")
ANSWERS = st.lists(
    st.tuples(*[st.sampled_from(NAMES)] * 3), min_size=1, max_size=8
)  # truth, theirs, ours


def columns(rows: Sequence[tuple[str, str, str]]) -> list[list[str]]:
    return [list(column) for column in zip(*rows, strict=True)]


def plain_f1(truth: Sequence[str], answers: Sequence[str], category: str) -> float:
    hits = sum(t == a == category for t, a in zip(truth, answers, strict=True))
    said, there = answers.count(category), truth.count(category)  # type: ignore[attr-defined]
    return 2 * hits / (said + there)


@pytest.mark.parametrize(
    ("lost", "disputed", "p"),
    # the sign test's tables: P(X >= k) of a fair coin (Siegel 1956, table D, one-tailed)
    [(9, 10, 0.011), (8, 10, 0.055), (15, 20, 0.021), (5, 5, 0.031), (0, 7, 1.0), (0, 0, 1.0)],
)
def test_the_tail_is_that_of_a_fair_coin(lost: int, disputed: int, p: float) -> None:
    """As the printed tables have it, to their three digits."""
    assert tail(lost, disputed) == pytest.approx(p, abs=6e-4)


def test_a_long_tail_is_exact_too() -> None:
    """Of thousands of mails in dispute no number overflows or vanishes too soon."""
    assert tail(2_000, 2_000) == pytest.approx(2.0**-1074 * 0, abs=1e-300)
    assert tail(1_000, 2_000) == pytest.approx(0.5 + 0.01784 / 2, abs=1e-4)


@given(ANSWERS)
def test_f1_is_tested_over_all_ways_of_swapping_answers(rows: list[tuple[str, str, str]]) -> None:
    """The closed form counts what swapping the two answers of each mail gives, one by one."""
    truth, theirs, ours = columns(rows)
    for category in set(truth):
        found = f1(truth, theirs, ours, category)
        assert found.theirs == pytest.approx(plain_f1(truth, theirs, category))
        assert found.ours == pytest.approx(plain_f1(truth, ours, category))
        as_large = 0
        for swaps in itertools.product((False, True), repeat=len(rows)):
            one = [o if s else t for s, t, o in zip(swaps, theirs, ours, strict=True)]
            other = [t if s else o for s, t, o in zip(swaps, theirs, ours, strict=True)]
            loss = plain_f1(truth, one, category) - plain_f1(truth, other, category)
            as_large += loss >= found.theirs - found.ours - 1e-12
        assert found.p == pytest.approx(as_large / 2 ** len(rows))


@given(ANSWERS, st.data())
def test_one_more_right_answer_never_makes_a_loss_more_certain(
    rows: list[tuple[str, str, str]], data: st.DataObject
) -> None:
    """Of accuracy, whatever the other model says of that mail."""
    place = data.draw(st.integers(0, len(rows) - 1))
    before = accuracy(*columns(rows))
    truth, theirs, _ = rows[place]
    rows[place] = (truth, theirs, truth)
    assert accuracy(*columns(rows)).p >= before.p - 1e-12


@given(ANSWERS, st.randoms(use_true_random=False))
def test_neither_order_nor_names_matter(
    rows: list[tuple[str, str, str]], chance: random.Random
) -> None:
    """The same mails in another order, or under other names, give the same chance."""
    other = [tuple(x.upper() for x in row) for row in rows]
    chance.shuffle(other)
    assert accuracy(*columns(rows)) == accuracy(*columns(other))  # type: ignore[arg-type]
    category = rows[0][0]
    one = f1(*columns(rows), category)
    two = f1(*columns(other), category.upper())  # type: ignore[arg-type]
    assert one.p == pytest.approx(two.p)


def test_holm_corrects_as_the_paper_does() -> None:
    """Holm (1979): p times the number of hypotheses not yet rejected, never falling again."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_a_corrected_chance_lies_between_the_plain_one_and_bonferronis(plain: list[float]) -> None:
    """And their order stays."""
    corrected = holm(plain)
    for p, c in zip(plain, corrected, strict=True):
        assert p <= c <= min(1.0, p * len(plain)) + 1e-12
    pairs = sorted(zip(plain, corrected, strict=True))
    assert [c for _, c in pairs] == sorted(corrected)


def test_dealt_answers_lie_as_the_deviation_says() -> None:
    """Over 2,000 deals mean 0 and deviation 1, within what so many deals may show."""
    chance = random.Random(4)
    truth = [chance.choice("aaabbc") for _ in range(150)]
    answers = [chance.choice("aabccc") for _ in truth]
    found = []
    for _ in range(2_000):
        chance.shuffle(answers)
        found.append(dependence(truth, answers))
    mean = sum(found) / len(found)
    assert abs(mean) < 0.09
    assert (sum((x - mean) ** 2 for x in found) / len(found)) ** 0.5 == pytest.approx(1, abs=0.06)
    assert dependence(truth, truth) > 15
    assert dependence(truth, ["a"] * 150) == 0.0
