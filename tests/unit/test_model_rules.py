"""Who decides: what promotions, rollbacks and retirements lead to, and which are refused."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.models import (
    CHALLENGER,
    CHAMPION,
    PROMOTED,
    Change,
    Known,
    Refused,
    Standing,
    promote,
    retire,
    roll_back,
    standing,
    status,
)

LABELS = ("claim", "other")
A, B, C = (Known(version, LABELS, f"at-{version}", retired=False) for version in "abc")
NOBODY = standing([])


def promoted(*models: Known) -> list[Change]:
    """The log after these became champion one after the other."""
    return [Change(PROMOTED, model.version, CHAMPION) for model in models]


def test_without_promotions_the_model_of_the_path_decides() -> None:
    """None stands for it, and there is no challenger."""
    assert Standing((None,), None) == NOBODY
    assert NOBODY.champion is None


def test_the_newest_promotion_decides() -> None:
    """Those before it are kept to go back to."""
    assert standing(promoted(A, B)).champions == (None, "a", "b")


def test_going_back_twice_goes_back_two_promotions() -> None:
    """Never forth to the one that was just taken back; at last to the model of the path."""
    log = promoted(A, B, C)
    seen = []
    for _ in range(3):
        log += roll_back(standing(log), ())
        seen.append(standing(log).champion)
    assert seen == ["b", "a", None]
    with pytest.raises(Refused, match="no promotion to go back on"):
        roll_back(standing(log), ())


def test_a_promotion_after_a_rollback_counts_from_there() -> None:
    """What was taken back is no step on the way back any more."""
    log = promoted(A, B)
    log += roll_back(standing(log), ())
    log += promoted(C)
    assert standing(log).champions == (None, "a", "c")


def test_a_model_that_was_champion_twice_is_gone_back_to_twice() -> None:
    """Each promotion is a step of its own."""
    log = promoted(A, B, A)
    log += roll_back(standing(log), ())
    assert standing(log).champions == (None, "a", "b")


def test_going_back_passes_over_the_retired() -> None:
    """They cannot serve; if all before are retired, the model of the path does."""
    now = standing(promoted(A, B, C))
    assert roll_back(now, {"b"})[0].version == "a"
    assert roll_back(now, {"a", "b"})[0].version is None


def test_a_champion_is_challenger_no_more() -> None:
    """Both aliases change at once."""
    log = [Change(PROMOTED, "b", CHALLENGER)]
    changes = promote(standing(log), B, CHAMPION, LABELS)
    assert changes == (Change(PROMOTED, "b", CHAMPION), Change(PROMOTED, None, CHALLENGER))
    assert standing([*log, *changes]) == Standing((None, "b"), None)


@pytest.mark.parametrize("alias", [CHAMPION, CHALLENGER])
def test_promoting_whoever_holds_the_alias_changes_nothing(alias: str) -> None:
    """Nothing is written, even if the model could not be promoted today."""
    log = [Change(PROMOTED, "a", alias)]
    assert promote(standing(log), A, alias, ()) == ()


@pytest.mark.parametrize("alias", [CHAMPION, CHALLENGER])
@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (replace(A, retired=True), "Model a is retired"),
        (replace(A, artifact=None), "files of model a are not in the store"),
        (replace(A, labels=("claim", "fraud", "spam")), "answers fraud, spam, for which"),
    ],
)
def test_what_cannot_serve_is_refused(model: Known, alias: str, sentence: str) -> None:
    """As champion and as challenger, with what to do about it."""
    with pytest.raises(Refused, match=sentence):
        promote(NOBODY, model, alias, LABELS)


def test_a_champion_cannot_challenge_itself() -> None:
    """There would be nothing to compare."""
    with pytest.raises(Refused, match="cannot challenge itself"):
        promote(standing(promoted(A)), A, CHALLENGER, LABELS)


def test_a_champion_is_not_retired() -> None:
    """Somebody must decide."""
    with pytest.raises(Refused, match="is the champion: promote another"):
        retire(standing(promoted(A)), A)


def test_a_retired_challenger_leaves_the_place_empty() -> None:
    """With one command."""
    log = [Change(PROMOTED, "a", CHALLENGER)]
    assert standing([*log, *retire(standing(log), A)]).challenger is None


def test_retiring_the_retired_changes_nothing() -> None:
    """It is out of use already."""
    assert retire(NOBODY, replace(A, retired=True)) == ()


@pytest.mark.parametrize(
    ("model", "word"),
    [
        (A, "champion"),
        (B, "challenger"),
        (C, "added"),
        (replace(C, retired=True), "retired"),
        (replace(C, artifact=None), "seen"),
    ],
)
def test_a_list_says_in_one_word_how_a_model_stands(model: Known, word: str) -> None:
    """An alias comes first."""
    now = standing([*promoted(A), Change(PROMOTED, "b", CHALLENGER)])
    assert status(model, now) == word


STEPS = st.lists(
    st.tuples(st.sampled_from([CHAMPION, CHALLENGER, "back", "retire"]), st.sampled_from("abc"))
)


@given(STEPS)
def test_no_history_makes_a_retired_model_decide(steps: list[tuple[str, str]]) -> None:
    """Whatever is tried in whatever order; and one model never holds both aliases."""
    log: list[Change] = []
    retired: set[str] = set()
    for step, version in steps:
        model = replace(A, version=version, retired=version in retired)
        now = standing(log)
        try:
            if step == "back":
                log += roll_back(now, retired)
            elif step == "retire":
                log += retire(now, model)
                retired.add(version)
            else:
                log += promote(now, model, step, LABELS)
        except Refused:
            assert standing(log) == now
        after = standing(log)
        assert {after.champion, after.challenger}.isdisjoint(retired)
        assert after.champion is None or after.champion != after.challenger
