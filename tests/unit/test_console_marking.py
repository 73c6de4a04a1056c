"""Which words are marked, how, and that the text stays what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.console.marking import Piece, marked

TEXT = "My car was hit, my other car was not."


def word(text: str, weight: float, after: int = 0) -> dict[str, float]:
    start = TEXT.index(text, after)
    return {"start": start, "end": start + len(text), "weight": weight}


def test_words_are_marked_by_side_and_strength() -> None:
    """In their place; half of the most weight or more is strong."""
    found = marked(TEXT, [word("hit", 2.0), word("car", 1.0), word("not", -0.5)])
    assert [piece for piece in found.pieces if piece.side] == [
        Piece("car", "for", strong=True),
        Piece("hit", "for", strong=True),
        Piece("not", "against", strong=False),
    ]


def test_words_are_named_once_weightiest_first() -> None:
    """Whatever their case and however often they are there."""
    again = word("car", 0.9, after=10)
    found = marked(
        TEXT, [word("My", 0.5), word("hit", 1.0), word("car", 0.8), again, word("my", -0.7)]
    )
    assert found.speak_for == ["hit", "car", "My"]
    assert found.speak_against == ["my"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        [word("hit", 0.05)],
        [word("hit", 0.0)],
        [{"start": -3, "end": 2, "weight": 2.0}],
        [{"start": 5, "end": 5, "weight": 2.0}],
        [{"start": 0, "end": 1000, "weight": 2.0}],
    ],
)
def test_what_weighs_nothing_is_not_marked(words: list[dict[str, float]]) -> None:
    """Nor what lies outside of the text."""
    found = marked(TEXT, words)
    assert found.pieces == [Piece(TEXT)]
    assert [*found.speak_for, *found.speak_against] == []


def test_little_beside_much_is_not_marked() -> None:
    """A tenth of the weightiest word's weight is the least."""
    assert marked(TEXT, [word("hit", 5.0), word("car", 0.4)]).speak_for == ["hit"]


@given(
    st.text(max_size=60),
    st.lists(
        st.fixed_dictionaries(
            {"start": st.integers(-5, 70), "end": st.integers(-5, 70), "weight": st.floats(-9, 9)}
        ),
        max_size=30,
    ),
)
def test_the_text_stays_what_it_was(text: str, words: list[dict[str, float]]) -> None:
    """Whatever the places are; twelve marks at most."""
    pieces = marked(text, words).pieces
    assert "".join(piece.text for piece in pieces) == text
    assert sum(bool(piece.side) for piece in pieces) <= 12
