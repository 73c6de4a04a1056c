"""Personal data replaced by its kind: `06 12 34 56 78` becomes `[PHONE]`."""

from collections.abc import Iterable, Sequence

from mail.masking.contacts import emails, phones
from mail.masking.contracts import finder
from mail.masking.found import Found
from mail.masking.numbers import cards, ibans, nirs
from mail.masking.plates import plates

MASK_VERSION = "1"  # raise it whenever the same text would be masked differently
KINDS = ("email", "contract", "iban", "card", "nir", "phone", "plate")

_BLANK = "\0"  # in no mail's text, and no part of any number


class Masker:
    """Masks text, in time linear in its length whatever it holds."""

    def __init__(self, contracts: Sequence[str] = ()) -> None:
        """Take the house's patterns of contract numbers.

        Raises:
            PatternError: a pattern is dangerous or too broad.

        """
        # the surest first: what one has found, the next ones do not see
        self._finders = (emails, finder(contracts), ibans, cards, nirs, phones, plates)

    def find(self, text: str) -> list[Found]:
        """All personal data in a text, in order of place; no two overlap."""
        found: list[Found] = []
        for look in self._finders:
            new = _apart(look(text))
            text = _without(text, new)
            found += new
        return sorted(found, key=lambda one: one.start)

    def mask(self, text: str) -> str:
        """The text with a word for each: `[CARD]`, `[EMAIL]` and so on."""
        pieces, place = [], 0
        for one in self.find(text):
            pieces += [text[place : one.start], f"[{one.kind.upper()}]"]
            place = one.end
        return "".join((*pieces, text[place:]))


def _apart(found: Iterable[Found]) -> list[Found]:
    """Those that do not overlap an earlier one."""
    kept: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _without(text: str, found: Sequence[Found]) -> str:
    """The text, as long as it was, with nothing to see where something was found."""
    pieces, place = [], 0
    for one in found:
        pieces += [text[place : one.start], _BLANK * (one.end - one.start)]
        place = one.end
    return "".join((*pieces, text[place:])) if found else text
