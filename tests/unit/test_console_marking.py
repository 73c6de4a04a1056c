"""Which words and sentences are marked, how, and that the text stays what it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.console.marking import Piece, marked

TEXT = "My car was hit, my other car was not. It is blue."
Part = dict[str, float]


def part(text: str, weight: float, after: int = 0) -> Part:
    start = TEXT.index(text, after)
    return {"start": start, "end": start + len(text), "weight": weight}


def test_words_are_marked_by_side_and_strength() -> None:
    """In their place; half of the most weight or more is strong."""
    found = marked(TEXT, [part("hit", 2.0), part("car", 1.0), part("not", -0.5)], [])
    assert [piece for piece in found.pieces if piece.side] == [
        Piece("car", "for", strong=True),
        Piece("hit", "for", strong=True),
        Piece("not", "against", strong=False),
    ]


def test_words_are_named_once_weightiest_first() -> None:
    """Whatever their case and however often they are there."""
    words = [part("hit", 1.0), part("car", 0.9), part("car", 0.8, after=10), part("My", 0.5)]
    found = marked(TEXT, [*words, part("my", -0.7)], [])
    assert found.speak_for == ["hit", "car", "My"]
    assert found.speak_against == ["my"]


def test_weighty_sentences_are_marked_around_their_words() -> None:
    """The weightiest that speaks for the category is quoted."""
    sentences = [part("It is blue.", -0.9), part(TEXT[:37], 2.0)]
    found = marked(TEXT, [part("hit", 2.0), part("blue", -1.0)], sentences)
    assert Piece("hit", "for", strong=True, sentence="for") in found.pieces
    assert Piece("blue", "against", strong=True, sentence="against") in found.pieces
    assert Piece("It is ", sentence="against") in found.pieces
    assert found.weightiest_sentence == TEXT[:37]


def test_words_that_weigh_only_together_leave_their_sentence() -> None:
    """Each by itself is little beside it."""
    found = marked(TEXT, [part("hit", 0.35), part("was", -0.3)], [part(TEXT[:37], 2.4)])
    assert [*found.speak_for, *found.speak_against] == []
    assert found.weightiest_sentence == TEXT[:37]


def test_a_long_sentence_is_quoted_in_part() -> None:
    """On one line."""
    text = "one\ntwo " * 100
    found = marked(text, [], [{"start": 0, "end": len(text), "weight": 3.0}])
    assert found.weightiest_sentence.startswith("one two one")
    assert len(found.weightiest_sentence) <= 201


@pytest.mark.parametrize(
    "words",
    [
        [],
        [part("hit", 0.05)],
        [part("hit", 0.0)],
        [{"start": -3, "end": 2, "weight": 2.0}],
        [{"start": 5, "end": 5, "weight": 2.0}],
        [{"start": 0, "end": 1000, "weight": 2.0}],
    ],
)
def test_what_weighs_nothing_is_not_marked(words: list[Part]) -> None:
    """Nor what lies outside of the text."""
    found = marked(TEXT, words, [part("It is blue.", 0.4)])
    assert found.pieces == [Piece(TEXT)]
    assert [*found.speak_for, *found.speak_against, found.weightiest_sentence] == [""]


PARTS = st.lists(
    st.fixed_dictionaries(
        {"start": st.integers(-5, 70), "end": st.integers(-5, 70), "weight": st.floats(-9, 9)}
    ),
    max_size=30,
)


@given(st.text(max_size=60), PARTS, PARTS)
def test_the_text_stays_what_it_was(text: str, words: list[Part], sentences: list[Part]) -> None:
    """Whatever the places are."""
    pieces = marked(text, words, sentences).pieces
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)
