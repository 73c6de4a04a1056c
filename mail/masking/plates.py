"""French licence plates: AB-123-CD since 2009, 1234 AB 75 before that.

Both look like words and amounts. Written in capitals or with dashes they are taken; otherwise the
words before them must speak of a vehicle.
"""

import re
from collections.abc import Iterator

from mail.fold import fold
from mail.masking.found import Found, labelled_otherwise
from mail.pattern import words

_LETTER = "[A-HJ-NP-TV-Za-hj-np-tv-z]"  # I, O and U are on no plate
_SEP = "(|[ \u00a0\u202f]|[ ]?[.\u2010\u2011\u2013-][ ]?)"
_FROM = r"(?<![\w@=])(?<!\w[-/.])"
_TO = r"(?![\w@])(?![-/.]\w)"
_NEW = re.compile(rf"{_FROM}({_LETTER}{{2}}){_SEP}([0-9]{{3}}){_SEP}({_LETTER}{{2}}){_TO}")
_DEPARTMENT = "97[1-6]|0[1-9]|2[ABab]|[1-8][0-9]|9[0-5]"
_OLD = re.compile(rf"{_FROM}([1-9][0-9]{{0,3}}){_SEP}({_LETTER}{{1,3}}){_SEP}({_DEPARTMENT}){_TO}")
# Short words that stand before or after a number.
_WORDS = words(
    "DE LE LA ET EN ES JE CE SE NE ME TE SA MA TA AT BY MY WE HE BE AS AN AM PM"
    " KM KG ML CL MM CM MG HA KW CV CH GB MB TB KB HT AV BD ST RD ND TH NB"
    " JAN FEB FEV MAR APR AVR MAY SEP SEPT DEC CHF CAD GBP MAD TND XAF XPF SEK DKK CNY"
    " TTC TVA TEL FAX APT BAT ETG RDC SAV ART MAX REF PCS ANS AGE DES LES PAR VAT QTY AND THE FT"
)
_VEHICLE = re.compile(
    r"immat|plaque|\bplates?\b|registration|vehicule|vehicle|voiture|\bcars?\b|\bmoto|scooter"
    r"|carte grise|remorque|camion|\bvan\b|trailer"
)
_VEHICLE_CHARS = 60


def plates(text: str) -> Iterator[Found]:
    """Plates of both kinds."""
    for match in _NEW.finditer(text):
        if match[3] != "000" and _stands(match, match[1], match[5], least=True):
            yield Found("plate", *match.span())
    for match in _OLD.finditer(text):
        enough = len(match[1]) > 1 and len(match[3]) > 1
        if _stands(match, match[3], match[3], least=enough):
            yield Found("plate", *match.span())


def _stands(match: re.Match[str], first: str, last: str, *, least: bool) -> bool:
    """Whether it is a plate by its form, or by the words before it; `least`: enough letters."""
    if labelled_otherwise(match.string, match.start()):
        return False
    dashes = bool(match[2].strip()) and bool(match[4].strip())
    common = 0 if dashes or not match[2] else sum(w.upper() in _WORDS for w in (first, last))
    clear = least and not common and (dashes or (first.isupper() and last.isupper()))
    return clear or (common < 2 and _speaks_of_vehicle(match.string, match.start()))


def _speaks_of_vehicle(text: str, start: int) -> bool:
    return _VEHICLE.search(fold(text[max(0, start - _VEHICLE_CHARS) : start])) is not None
