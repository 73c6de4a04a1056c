"""The rule of drift: a week against the reference, two days in a row, an end well below."""

import random
from datetime import date, timedelta

import pytest

from model.bags import bag_of
from model.contents import NO_DEFECT, Contents, contents, look
from model.profile import Answer, Profile, profile
from service.domain.drift.adversary import told_apart
from service.domain.drift.concept import LEAST, Pair, fallen
from service.domain.drift.features import figures
from service.domain.drift.moved import Counted, moved
from service.domain.drift.rule import Day, alarms, judge
from service.domain.drift.stability import LEAST_EMAILS, Figure, chi_square, figure
from service.domain.drift.week import DEFECTS, FEATURES, LANGUAGE, WORDS, completed, total
from service.domain.spot_checks import Group, estimate

FIRST = date(2027, 3, 1)


def days(*indices: float | None, bound: float = 0.1) -> list[Day]:
    """A day each, None where there was too little mail."""
    return [
        Day(
            FIRST + timedelta(n),
            700,
            {} if index is None else {"category": Figure(index, bound)},
        )
        for n, index in enumerate(indices)
    ]


def bags(draw: random.Random, number: int, more: dict[str, float] | None = None) -> list[bytes]:
    """Mails of 25 of 400 words, and these others with their chance."""
    words = [f"w{n}" for n in range(400)]
    return [
        bag_of(
            [*draw.sample(words, 25), *(w for w, p in (more or {}).items() if draw.random() < p)]
        )
        for _ in range(number)
    ]


def filler(draw: random.Random) -> str:
    """Eight words of two hundred, so that no two mails are equal."""
    return " ".join(f"w{chr(97 + n // 20)}{chr(97 + n % 20)}" for n in draw.sample(range(200), 8))


def drawn(draw: random.Random, number: int, french: float = 0.7, defects: float = 0.05) -> Profile:
    """Answers and contents of mail as ever."""
    texts = {True: "bonjour je vous merci", False: "please the and with"}
    looks = [
        look(
            f"{texts[draw.random() < french]} {filler(draw)}",
            str(n),
            "a.example",
            "no_charset" if draw.random() < defects else NO_DEFECT,
        )
        for n in range(number)
    ]
    answers = [Answer(draw.choice("abc"), draw.random(), draw.randint(5, 300)) for _ in looks]
    return profile("abc", answers, contents(looks))


def test_nothing_is_said_of_no_days() -> None:
    """There is no drift, and no day to speak of."""
    found = judge([])
    assert not found.drifts
    assert found.day is None


def test_one_day_over_the_bound_is_chance() -> None:
    """Two in a row are drift, since the second."""
    assert not judge(days(0.05, 0.2)).drifts
    found = judge(days(0.05, 0.2, 0.3))
    assert [(x.feature, x.since) for x in found.found] == [("category", FIRST + timedelta(2))]
    assert "category" in found.found[0].sentence


def test_an_alarm_is_told_once() -> None:
    """Around the bound it neither ends nor begins again; well below, it ends."""
    wavering = days(0.2, 0.2, 0.09, 0.11, 0.09, 0.2, 0.2)
    assert alarms("category", wavering) == [FIRST + timedelta(1)]
    assert judge(wavering).drifts
    assert not judge(days(0.2, 0.2, 0.07)).drifts
    assert len(alarms("category", days(0.2, 0.2, 0.07, 0.2, 0.2))) == 2


def test_a_day_without_figures_changes_nothing() -> None:
    """Neither a beginning nor an end is lost in it, but today nothing is told of it."""
    assert judge(days(0.2, None, 0.2)).drifts
    assert not judge(days(0.2, 0.2, None)).drifts


@pytest.mark.parametrize(
    ("share", "freedom", "value"),
    [(0.9, 1, 2.706), (0.999, 1, 10.828), (0.9999, 1, 15.137), (0.9, 8, 13.362),
     (0.999, 8, 26.124), (0.9999, 8, 31.828), (0.999, 20, 45.315), (0.9999, 20, 52.386)],
)  # fmt: skip
def test_the_reach_of_chance_is_the_chi_squares(share: float, freedom: int, value: float) -> None:
    """Within eight in a hundred of the tables."""
    assert chi_square(share, freedom) == pytest.approx(value, rel=0.08)


def test_few_mails_must_move_farther() -> None:
    """The bound shrinks with their number, towards what weeks differ by anyway."""
    even = dict.fromkeys("abcdefgh", 200)
    bounds = [
        found.bound
        for number in (20, 100, 1_000, 100_000)
        if (found := figure(even, dict.fromkeys("abcdefgh", number)))
    ]
    assert bounds == sorted(bounds, reverse=True)
    assert figure(even, {"a": LEAST_EMAILS - 1}) is None
    assert figure({}, even) is None


def test_chance_alone_stays_below_the_bound() -> None:
    """A thousand weeks of 150 mails from the reference's own population."""
    draw = random.Random(3)
    reference = dict.fromkeys("abcdefghi", 90)
    found = [
        figure(reference, {n: drawn.count(n) for n in "abcdefghi"})
        for _ in range(1_000)
        if (drawn := draw.choices("abcdefghi", k=150))
    ]
    assert not any(one.over for one in found if one)


def test_mail_as_ever_cannot_be_told_apart() -> None:
    """The classifier guesses; in eight draws it is lucky once at most, and one day is no drift."""
    lucky = 0
    for seed in range(8):
        draw = random.Random(seed)
        found = told_apart(bags(draw, 300), bags(draw, 300), seed)
        assert found is not None
        assert found.words.index == pytest.approx(0, abs=0.1)
        lucky += found.words.over or found.novel.over
    assert lucky <= 1


def test_new_words_are_told_apart() -> None:
    """Three words that half of recent mail has and none had before."""
    draw = random.Random(4)
    new = dict.fromkeys(("trottinette", "mobility", "helmet"), 0.5)
    found = told_apart(bags(draw, 400), bags(draw, 400, new))
    assert found is not None
    assert found.words.over
    assert found.words.index > 0.25


def test_a_small_part_of_new_mail_is_at_the_top() -> None:
    """A tenth that is altogether new, which moves the AUC by little."""
    draw = random.Random(11)
    new = [bag_of([f"n{draw.randrange(30)}" for _ in range(20)]) for _ in range(80)]
    found = told_apart(bags(draw, 800), [*bags(draw, 720), *new])
    assert found is not None
    assert found.novel.over
    assert not found.words.over


def test_too_few_mails_are_not_compared() -> None:
    """On either side; equal ones count once."""
    draw = random.Random(5)
    assert told_apart(bags(draw, 99), bags(draw, 300)) is None
    assert told_apart(bags(draw, 300), []) is None
    assert told_apart(bags(draw, 50) * 3, bags(draw, 300)) is None


def test_a_wave_of_equal_mail_is_no_new_kind() -> None:
    """Forty times the same, of words that nobody else uses."""
    draw = random.Random(12)
    wave = [bag_of([f"n{n}" for n in range(20)])] * 40
    found = told_apart(bags(draw, 300), [*bags(draw, 260), *wave])
    assert found is not None
    assert not found.novel.over


def test_the_comparison_is_the_same_every_time() -> None:
    """By its seed."""
    draw = random.Random(6)
    one, other = bags(draw, 150), bags(draw, 1_000)
    assert told_apart(one, other, 7) == told_apart(one, other, 7)


def test_words_that_moved_are_named() -> None:
    """What rose and what fell, not what stayed; a word that is too rare to be written down counts
    as nearly written down.
    """
    before = Counted({"contract": 300, "portal": 120, "the": 900}, 1_000, least=5)
    now = Counted({"contract": 310, "scooter": 90, "the": 880, "bike": 6}, 1_000)
    found = {x.name: x for x in moved(before, now)}
    assert found.keys() == {"portal", "scooter"}
    assert found["portal"].z < 0 < found["scooter"].z
    assert found["scooter"].now == pytest.approx(0.09)
    assert moved(before, Counted({}, 0)) == []


def test_a_word_moves_as_its_authors_say() -> None:
    """Larger counts of the same shares are surer."""
    few = moved(Counted({"a": 50, "b": 50}, 100), Counted({"a": 95, "b": 5}, 100))
    many = moved(Counted({"a": 500, "b": 500}, 1_000), Counted({"a": 950, "b": 50}, 1_000))
    assert abs(many[0].z) > abs(few[0].z) > 3


def test_a_week_has_a_figure_for_each_feature() -> None:
    """Quiet where nothing moved; language and defects are over where they did."""
    draw = random.Random(8)
    reference = drawn(draw, 800)
    quiet = total([drawn(draw, 100) for _ in range(7)])
    found = figures(reference, quiet)
    assert found.keys() == set(FEATURES)
    assert not any(one.over for one in found.values())
    moved_ = figures(reference, total([drawn(draw, 100, 0.2, 0.4) for _ in range(7)]))
    assert {name for name, one in moved_.items() if one.over} >= {LANGUAGE, DEFECTS, WORDS}


def test_an_old_manifest_lacks_what_it_never_counted() -> None:
    """The answers are compared all the same."""
    draw = random.Random(9)
    reference = profile("abc", [Answer("a", 0.5, 20)] * 300)
    assert figures(reference, drawn(draw, 300)).keys() == {"category", "confidence", "length"}


def test_the_first_days_say_what_training_data_does_not() -> None:
    """Defects and domains; what the manifest has stays."""
    draw = random.Random(10)
    first, made = drawn(draw, 300), profile("a", [], Contents(9, 9, {"fr": 9}, {"x": 9}))
    found = completed(made, first).contents
    assert found is not None
    assert first.contents is not None
    assert found.defects == first.contents.defects
    assert found.domains == first.contents.domains
    assert found.languages == {"fr": 9}
    assert completed(made, None) == made
    assert completed(first, drawn(draw, 200)) == first


def share(right: int, of: int) -> Pair:
    """Recent labels, beside 90 of a hundred before."""
    return Pair(estimate([Group(1.0, of, of, right)]), estimate([Group(1.0, 300, 300, 270)]))


def test_a_model_that_is_wrong_more_often_has_fallen() -> None:
    """By more than its labels may say by chance; few labels say nothing."""
    found = fallen(share(70, 100))
    assert found
    assert found.over
    quiet = fallen(share(86, 100))
    assert quiet
    assert not quiet.over
    better = fallen(share(100, 100))
    assert better
    assert not better.over
    assert fallen(share(20, LEAST - 1)) is None
    assert fallen(Pair(None, None)) is None
