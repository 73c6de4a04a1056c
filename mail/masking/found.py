"""What the finders have in common: a span, the gaps that people write, what stands before it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from mail.fold import fold

_SPACE = "[ \\t\u00a0\u2007\u2009\u202f]"
_MARK = "[./\u2010\u2011\u2013-]"
# Between two digits of one number: spaces, a mark with or without them, or a wrapped line.
GAP = rf"(?:{_SPACE}{{1,2}}|{_SPACE}?{_MARK}{_SPACE}?|{_SPACE}?\r?\n{_SPACE}?)"
# A number neither begins nor ends within a word or a longer number.
BEFORE, AFTER = r"(?<![^\W_])", r"(?![^\W_])"

_LABELS = (
    r"commande|order|facture|invoice|devis|quotation|suivi|tracking|colis|parcel|siret|siren|imei"
    r"|iccid|ean|gtin|isbn|issn|article|item|produit|product|modele|model|ref|reference|serie"
    r"|serial|sn|ticket|transaction|vol|flight"
)
_BETWEEN = r"n|no|nr|num|numero|number|id|code|est|is|le|la|the|de|du|of|client"
_LABELLED = re.compile(
    rf"\b(?:{_LABELS})s?[ .:#=°º(\n-]{{1,3}}(?:(?:{_BETWEEN})[ .:#=°º\n]{{1,3}}){{0,3}}\Z"
)
_LABEL_CHARS = 45


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data in a text: its kind and its place, in code points."""

    kind: str
    start: int
    end: int


Finder = Callable[[str], Iterator[Found]]


def labelled_otherwise(text: str, start: int) -> bool:
    """Whether the words right before `start` say that an order, a parcel or a thing is meant."""
    return _LABELLED.search(fold(text[max(0, start - _LABEL_CHARS) : start])) is not None


def bare(value: str) -> str:
    """A value without its gaps, in upper case."""
    return "".join(filter(str.isalnum, value)).upper()
