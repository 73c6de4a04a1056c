"""Numbers that prove themselves: NIR, IBAN and payment card. A wrong check digit is no such number.

The checks are python-stdnum's; here is only how people write the numbers.
"""

import re
from collections.abc import Iterator

from stdnum import iban as stdnum_iban
from stdnum import luhn
from stdnum.fr import nir as stdnum_nir

from mail.masking.found import AFTER, BEFORE, GAP, Found, bare, labelled_otherwise

_KEY = rf"(?:{GAP}?|\s{{0,2}}[,(]?\s?(?:[Cc]l[ée]|CL[ÉE]|[Kk]ey)\s?:?\s?)"
# Sex, year, month, department (2A and 2B are Corsica), commune, order, key. Looked for at every
# place, so that a digit before it does not hide one.
_NIR = re.compile(
    rf"{BEFORE}(?=([1-8](?:{GAP}?[0-9]){{4}}{GAP}?(?:[0-9]{GAP}?[0-9]|2{GAP}?[ABab])"
    rf"(?:{GAP}?[0-9]){{6}}{_KEY}[0-9]{GAP}?[0-9]){AFTER})"
)
_NIR_MONTH = re.compile(r"...(?:0[1-9]|1[0-2]|[2-3]\d|4[0-2]|[5-9]\d)")

_IBAN_CHARS = range(15, 35)
_IBAN = re.compile(rf"{BEFORE}(?=([A-Za-z]{{2}}{GAP}?[0-9]{{2}}(?:{GAP}?[0-9A-Za-z]){{11,30}}))")

_CARD = re.compile(rf"{BEFORE}(?=([2-6](?:{GAP}?[0-9]){{11,18}}))")
# By the first four digits: from, to, lengths.
_BRANDS = (
    (4000, 4999, (13, 16, 19)),  # Visa
    (5100, 5599, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (3400, 3499, (15,)),  # American Express
    (3700, 3799, (15,)),
    (3000, 3059, (14, 16)),  # Diners Club
    (3600, 3699, (14, 16)),
    (3800, 3999, (14, 16)),
    (6011, 6011, range(16, 20)),  # Discover
    (6440, 6599, range(16, 20)),
    (3528, 3589, range(16, 20)),  # JCB
    (6200, 6299, range(16, 20)),  # UnionPay
    *((p, p, range(12, 20)) for p in (5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763)),
)
_AMEX_OR_DINERS = {(4, 6, 5), (4, 6, 4)}


def nirs(text: str) -> Iterator[Found]:
    """French social security numbers with their key."""
    for match in _NIR.finditer(text):
        number = re.sub(r"CLÉ|CLE|KEY", "", bare(match[1]))
        if _NIR_MONTH.match(number) and stdnum_nir.is_valid(number):
            yield Found("nir", *match.span(1))


def ibans(text: str) -> Iterator[Found]:
    """Account numbers of any country that has them, at their country's length."""
    for match in _IBAN.finditer(text):
        for chars, end in _ends(match[1], text, match.start(1)):
            if chars in _IBAN_CHARS and _is_iban(bare(text[match.start(1) : end])):
                yield Found("iban", match.start(1), end)
                break


def cards(text: str) -> Iterator[Found]:
    """Payment cards, by brand, length and Luhn's digit, written whole or in the usual groups."""
    for match in _CARD.finditer(text):
        for chars, end in _ends(match[1], text, match.start(1)):
            written = text[match.start(1) : end]
            if _is_card(bare(written), chars, written) and not labelled_otherwise(
                text, match.start(1)
            ):
                yield Found("card", match.start(1), end)
                break


def _ends(value: str, text: str, start: int) -> list[tuple[int, int]]:
    """Where the value may end: characters of the number so far and the place, longest first."""
    ends, chars = [], 0
    for offset, char in enumerate(value, start + 1):
        chars += char.isalnum()
        if char.isalnum() and not text[offset : offset + 1].isalnum():
            ends.append((chars, offset))
    return ends[::-1]


def _is_iban(number: str) -> bool:
    # the national checks beyond ISO 13616 are left out: they are not every bank's
    return stdnum_iban.is_valid(number, check_country=False)


def _is_card(number: str, chars: int, written: str) -> bool:
    prefix = int(number[:4])
    brand = any(low <= prefix <= high and chars in lengths for low, high, lengths in _BRANDS)
    return brand and _is_grouped_as_cards_are(written) and luhn.is_valid(number)


def _is_grouped_as_cards_are(written: str) -> bool:
    groups = tuple(len(group) for group in re.findall(r"[0-9]+", written))
    fours = set(groups[:-1]) <= {4} and groups[-1] <= 4
    return len(groups) == 1 or fours or groups in _AMEX_OR_DINERS
