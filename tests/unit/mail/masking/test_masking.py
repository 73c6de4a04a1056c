"""Personal data is masked, what looks like it stays; on sentences of mail and on made numbers."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.masking.mask import KINDS, Masker
from tests.unit.mail.masking.lines import CONTRACTS, FILES, Figures, lines, measure
from tests.unit.mail.masking.numbers_made import KINDS as MADE
from tests.unit.mail.test_linear import work

MASKER = Masker(CONTRACTS)
ALL = [line for name in FILES for line in lines(name)]
AROUND = [("", ""), ("Bonjour, voici : ", ", merci."), ("(", ")"), ("call me on ", " please")]
HOSTILE = [
    *("1", "1 ", "1 8 ", "185057800608491 ", "1 85 05 78 006 084 ", "2A", "0", "06 ", "06 12 34 "),
    *("FR76 ", "FR76 3000 ", "a", "A1", "AB 123 ", "1234 AB ", "@", "a@", "a.", "a@a.", "+33 "),
    *(
        "4970 ",
        "4",
        "4-",
        "(0)",
        "+",
        " ",
        "\n",
        "-",
        "(at)",
        "POL-2024-",
        "CT33",
        "clé ",
        "\u202f",
    ),
    *(
        "0612345678 ",
        "AB-123-CD ",
        "commande n° ",
        "commande 0612345678 ",
        "a'",
        "é",
        "x-- ",
        "clé ",
    ),
]


def check(figures: Figures) -> None:
    """The bounds that the service promises."""
    assert figures.recall >= 0.99, figures.wrong
    assert figures.precision >= 0.98, figures.wrong


def test_there_are_enough_sentences() -> None:
    """At least 200, a third of which hold nothing but look-alikes, and every kind is there."""
    assert len({line.text for line in ALL}) >= 200
    assert sum(not line.expected for line in ALL) * 3 >= len(ALL)
    assert {one.kind for line in ALL for one in line.expected} == set(KINDS)


@pytest.mark.parametrize("name", FILES)
def test_sentences_of_mail_are_masked_rightly(name: str) -> None:
    """Those that the code was written with, and those kept back."""
    check(measure(lines(name)))


def test_what_is_masked_already_stays_so() -> None:
    """Masking again changes nothing."""
    for line in ALL:
        once = MASKER.mask(line.text)
        assert MASKER.mask(once) == once


@pytest.mark.parametrize("kind", MADE)
@given(data=st.data(), around=st.sampled_from(AROUND))
def test_a_valid_number_is_masked_however_it_is_written(
    kind: str, data: st.DataObject, around: tuple[str, str]
) -> None:
    """Whole or in the usual groups, with spaces, dots or dashes."""
    number = data.draw(MADE[kind])
    before, after = around
    assert MASKER.mask(f"{before}{number}{after}") == f"{before}[{kind.upper()}]{after}"


@given(st.lists(st.sampled_from([*MADE]), min_size=2, max_size=4), st.data())
def test_numbers_do_not_hide_each_other(kinds: list[str], data: st.DataObject) -> None:
    """Each is found beside the others."""
    numbers = [data.draw(MADE[kind]) for kind in kinds]
    masked = MASKER.mask(", ".join(numbers))
    assert masked == ", ".join(f"[{kind.upper()}]" for kind in kinds)


@given(st.text() | st.lists(st.sampled_from(HOSTILE)).map("".join))
def test_any_text_can_be_masked(text: str) -> None:
    """Whatever stands between the spans is left as it is, and no two overlap."""
    found = MASKER.find(text)
    assert all(one.start < one.end <= len(text) for one in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    if not found:
        assert MASKER.mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Sinistre 2024 06 12 34 56 78", "Sinistre 2024 [PHONE]"),
        ("le 12 mai 06 12 34 56 78", "le 12 mai [PHONE]"),
        ("12 06.12.34.56.78", "12 [PHONE]"),
        ("06 12 34 56 78 07 12 34 56 78", "[PHONE] [PHONE]"),
        ("0612345678 0712345678", "[PHONE] [PHONE]"),
        ("tel0612345678, Tél06 12 34 56 78", "tel[PHONE], Tél[PHONE]"),
        ("99 06 12 34 56 78", "99 06 12 34 56 78"),
        ("AA1 01 2345 6784", "AA1 01 2345 6784"),
        ("06 12 34 56 78 99", "06 12 34 56 78 99"),
        ("12 34 06 12 34 56 78 90 12 34", "12 34 06 12 34 56 78 90 12 34"),
    ],
)
def test_pairs_of_digits_are_a_telephone_if_there_are_five(text: str, masked: str) -> None:
    """A longer row of pairs is another number; two telephones in a row are two."""
    assert MASKER.mask(text) == masked


@given(st.from_regex(r"[1-9][0-9]{14}", fullmatch=True))
@settings(max_examples=300)
def test_a_number_without_its_check_digit_stays(number: str) -> None:
    """Of fifteen digits, only those with a NIR's key or an Amex's digit are taken."""
    [*found] = MASKER.find(f"n {number}.")
    for one in found:
        digits = [int(c) * (1 + n % 2) for n, c in enumerate(reversed(number))]
        luhn = sum(d - 9 * (d > 9) for d in digits) % 10 == 0
        key = int(number[13:]) == 97 - int(number[:13]) % 97
        assert {"card": luhn, "nir": key}[one.kind]


@pytest.mark.parametrize("piece", HOSTILE)
def test_masking_is_linear(piece: str) -> None:
    """In Python's own work; and no text burns the processor within an expression."""
    small, large = (work(lambda n=n: MASKER.find(piece * n)) for n in (200, 800))
    assert large <= 5 * small
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    MASKER.find(text)
    assert time.process_time() - started < 5
