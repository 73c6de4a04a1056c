"""Patterns of contract numbers: what they take, and which are refused."""

import pytest

from mail.masking.contracts import MOST_PATTERNS, PatternError
from mail.masking.mask import Masker


@pytest.mark.parametrize(
    ("pattern", "text", "masked"),
    [
        (r"POL-\d{6}", "contrat POL-123456.", "contrat [CONTRACT]."),
        (r"POL-\d{6}", "contrat pol-123456", "contrat [CONTRACT]"),
        (r"[A-Z]{2}\d{3}[ -]?\d{3}", "AB123 456, AB123456", "[CONTRACT], [CONTRACT]"),
        (r"C\d{5,8}", "C12345 C123456789", "[CONTRACT] C123456789"),
        (r"\d{4}\.\d{4}", "1234.5678 1234 5678", "[CONTRACT] 1234 5678"),
        (r"POL-\d{6}", "XPOL-123456 POL-1234567", "XPOL-123456 POL-1234567"),
    ],
)
def test_a_pattern_takes_whole_numbers(pattern: str, text: str, masked: str) -> None:
    """In capitals or not, never a part of a longer one."""
    assert Masker([pattern]).mask(text) == masked


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\d+", r"from `\+"),
        (r"POL-\d*", r"from `\*"),
        (r"(\d{3}){3}", r"from `\("),
        (r"(?:A|B)\d{6}", r"from `\("),
        (r"A|\d{6}", r"from `\|"),
        (r"\d{3,}", r"from `\{3,\}"),
        (r"(\d)\1", "not understood"),
        (r"\w{9}", "not understood"),
        (r".{9}", "not understood"),
        (r"[^0-9]{9}\d{4}", "not understood"),
        (r"^\d{6}$", "not understood"),
        (r"[Z-A]\d{6}", "runs backwards"),
        (r"\d{9,3}", "swap the numbers"),
        ("", "too broad"),
        (r"\d{4}", "too broad"),
        (r"[A-Z]{9}", "too broad"),
        (r"\d{0,9}", "too broad"),
        (r"\d{65}", "at most 64"),
        (r"[0-9A-F]{1,5}\d{1,5}\d{1,5}A\d{2}", "125 ways"),
    ],
)
def test_a_dangerous_pattern_is_refused(pattern: str, why: str) -> None:
    """With a sentence that says what to do."""
    with pytest.raises(PatternError, match=why):
        Masker([pattern])


def test_there_may_not_be_any_number_of_patterns() -> None:
    """Each costs time on every text."""
    with pytest.raises(PatternError, match="at most"):
        Masker([rf"A{n}\d{{6}}" for n in range(MOST_PATTERNS + 1)])
