"""What the search stores of a mail and asks for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.search import fold, query, stored


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Résiliation", "resiliation"),
        ("SŒUR, cœur", "soeur, coeur"),
        ("Straße", "strasse"),
        ("ﬁn №5", "fin no5"),
        ("e\u0301te\u0301", "ete"),
        ("plain", "plain"),
    ],
)
def test_accents_and_case_are_folded(text: str, expected: str) -> None:
    """French and English alike, composed or not."""
    assert fold(text) == expected


@pytest.mark.parametrize(
    "text", ["AB-12 345.67", "AB 12 345 67", "contrat n° AB-12 345.67, merci", "ab12-34567"]
)
def test_a_number_in_groups_is_stored_as_one_too(text: str) -> None:
    """With the letters before it, however it was written."""
    words = stored("", "", text).split()
    assert "ab1234567" in words
    assert "ab" in words or "ab12" in words


def test_a_telephone_number_is_found_however_it_is_written() -> None:
    """Groups of digits need no letters."""
    assert "0612345678" in stored("", "", "Tél. : 06 12 34 56 78").split()


def test_words_apart_are_not_joined() -> None:
    """A sentence or a line between two numbers keeps them two; a short word leads one."""
    words = stored("", "", "le 12, puis 345\n678").split()
    assert words == ["le", "12", "puis", "345", "678", "le12"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("attestation", "'attestation':*"),
        ("Été à Nice", "'ete':* & 'a' & 'nice':*"),
        ("l'école", "'l' & 'ecole':*"),
        ("jean.dupont@example.org", "('jean':* <-> 'dupont':*) & ('example':* <-> 'org':*)"),
        ("AB-12", "(('ab' <-> '12') | 'ab12':*)"),
        ("  '':* & | ! <-> \\ \0 ", None),
        ("", None),
    ],
)
def test_a_query_asks_for_all_its_words(asked: str, expected: str | None) -> None:
    """Nothing in it is an operator."""
    assert query(asked) == expected


@given(st.text())
def test_a_query_holds_nothing_but_words(asked: str) -> None:
    """Whatever was typed, PostgreSQL reads quoted words and our own operators."""
    made = query(asked)
    assert made is None or not re.sub(r"'[^\W_]+'(:\*)?|<->|[&|() ]", "", made)


@given(st.text(max_size=2000))
def test_what_is_stored_is_bounded_and_plain(text: str) -> None:
    """Words of 60 characters at most, apart by one space."""
    words = stored(text, text, text)
    assert all(0 < len(word) <= 60 for word in words.split(" ") if words)
    assert "\0" not in words
