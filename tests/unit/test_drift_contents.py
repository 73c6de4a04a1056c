"""What drift keeps of mail: its words and languages as a crowd, and nobody's data."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.bags import BITS, BYTES, bag_of, packed, unpacked, words_of
from model.contents import (
    LEAST_SENDERS,
    MOST_BAGS,
    NO_DEFECT,
    Tally,
    as_json,
    contents,
    from_json,
    look,
)
from model.language import language_of
from model.profile import Answer, profile
from model.profile import as_json as profile_as_json
from model.profile import from_json as profile_from_json


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Bonjour, je vous écris pour mon contrat, merci", "fr"),
        ("Please cancel the policy that we have with you", "en"),
        ("Bitte kündigen Sie den Vertrag, danke", "de"),
        ("Hola, necesito el certificado para mi coche, gracias", "es"),
        ("Buongiorno, non ho ancora il documento della polizza", "it"),
        ("Geachte heer, ik heb een vraag voor u", "nl"),
        ("Пожалуйста, отмените договор", "other"),
        ("INV-2231 12,50", "other"),
        ("", "other"),
    ],
)
def test_the_language_is_told_by_small_words(text: str, language: str) -> None:
    """And not guessed where there are none."""
    assert language_of(text) == language


def test_words_are_letters_alone() -> None:
    """No number, no address as a whole, no single letter, nothing endless."""
    assert words_of("Le dossier 22-31 de a.b@c.fr É " + "x" * 99) == {"le", "dossier", "de", "fr"}


@given(st.text())
def test_any_text_has_a_bag(text: str) -> None:
    """Of a fixed length, the same every time."""
    bag = bag_of(words_of(text))
    assert len(bag) == BYTES
    assert bag == bag_of(sorted(words_of(text)))
    assert int.from_bytes(bag, "little").bit_count() <= min(BITS, len(words_of(text)))


def test_bags_survive_json() -> None:
    """And what is none is refused, however large it would become."""
    bags = tuple(bag_of([str(n)]) for n in range(9))
    assert unpacked(packed(bags), 9) == bags
    assert unpacked(packed(bags), 4) == bags[:4]
    assert len(unpacked(packed([bytes(BYTES)] * 100_000), MOST_BAGS)) == MOST_BAGS
    for broken in ("!", "AAAA", packed([b"too short"])):
        with pytest.raises(ValueError, match="bag"):
            unpacked(broken, 9)


def test_a_word_is_named_from_five_senders_on() -> None:
    """However often one of them writes it; where nobody knows senders, each mail is another's."""
    busy = [look("secret dupont", "a")] * 50
    few = [look("rare", str(n)) for n in range(LEAST_SENDERS - 1)]
    many = [look("contract", str(n)) for n in range(LEAST_SENDERS)]
    found = contents([*busy, *few, *many])
    assert found.words == {"contract": LEAST_SENDERS}
    assert found.emails == 50 + len(few) + len(many)
    assert found.senders == 1 + LEAST_SENDERS
    assert contents([look("claim")] * LEAST_SENDERS).words == {"claim": LEAST_SENDERS}


def test_known_words_are_counted_however_few_use_them() -> None:
    """They are named in the reference already, and must be seen to go."""
    tally = Tally(known=frozenset({"claim"}))
    tally.add(look("claim dupont", "a"))
    assert tally.contents().words == {"claim": 1}


def test_domains_need_several_mails() -> None:
    """A domain that wrote once is a person's."""
    looks = [look("x", str(n), "big.example") for n in range(5)] + [look("x", "y", "one.example")]
    assert contents(looks).domains == {"big.example": 5}


def test_what_did_not_come_as_a_message_has_no_defects() -> None:
    """None is told from nothing wrong."""
    assert contents([look("x")]).defects is None
    assert contents([look("x")]).domains is None
    assert contents([look("x", defect=NO_DEFECT)]).defects == {NO_DEFECT: 1}


def test_bags_are_a_fair_sample() -> None:
    """Of mail that comes sorted, as much of its end as of its beginning."""
    number = 4 * MOST_BAGS
    found = contents(look("first" if n < number / 2 else "last") for n in range(number))
    assert len(found.bags) == MOST_BAGS
    late = sum(bag == bag_of(["last"]) for bag in found.bags)
    assert abs(late - MOST_BAGS / 2) < 4 * MOST_BAGS**0.5 / 2


def test_contents_survive_the_manifest() -> None:
    """Beside the answers; broken or of another kind they are none, and the answers remain."""
    draw = random.Random(1)
    words = ["claim", "contract", "damage", "water", "car"]
    looks = [
        look(" ".join(draw.sample(words, 3)), str(n), "big.example", NO_DEFECT) for n in range(40)
    ]
    found = profile("ab", [Answer("a", 0.5, 9)] * 40, contents(looks))
    raw = profile_as_json(found)
    assert profile_from_json(raw) == found
    for broken in (
        {"version": 2},
        {**raw["contents"], "words": "no count"},
        {**raw["contents"], "bags": "!"},
        {**raw["contents"], "languages": None},
    ):
        read = profile_from_json({**raw, "contents": broken})
        assert read is not None
        assert read.contents is None
        assert read.labels == found.labels


def test_an_older_manifest_lacks_contents_alone() -> None:
    """It is read as before."""
    raw = profile_as_json(profile("ab", [Answer("a", 0.5, 9)]))
    assert "contents" not in raw
    read = profile_from_json(raw)
    assert read is not None
    assert read.contents is None
    assert from_json(None) is None
    assert from_json(as_json(contents([]))) == contents([])
