"""Ways to reach a person: French telephone numbers and e-mail addresses.

No library for the telephone: one country's plan is one line, and phonenumbers brings the plans of
all others, 8 MB of memory for each process.
"""

import re
from collections.abc import Iterator

from mail.masking.found import AFTER, BEFORE, GAP, Found, labelled_otherwise
from mail.pattern import words

# France and its departments overseas (plan of Arcep): nine digits after the country's code.
_ABROAD = re.compile(
    rf"(?<![^\W_])(?<!\+)(?:\((?:\+|00){GAP}?(?:33|262|590|594|596)\)|(?:\+|00){GAP}?"
    rf"(?:33|262|590|594|596)){GAP}?(?:\({GAP}?0{GAP}?\){GAP}?|0{GAP}?)?[1-9](?:{GAP}?[0-9]){{8}}"
    rf"{AFTER}"
)
_AT_HOME = re.compile(
    rf"(?:{BEFORE}|(?<=[Tt]el)|(?<=[Tt]él)|(?<=TEL)|(?<=TÉL))0{GAP}?[1-9](?:{GAP}?[0-9]){{8}}{AFTER}"
)
# How ten digits are grouped; other groups are dates, amounts and the like.
_SHAPES = frozenset(
    {
        (10,), (2, 2, 2, 2, 2), (4, 2, 2, 2), (4, 3, 3), (1, 3, 3, 3), (1, 9), (2, 8), (2, 4, 4),
        (2, 3, 3, 2), (3, 3, 4), (4, 6),
    }
)  # fmt: skip
_GAPS = re.compile(r"[^0-9]+")
_PAIRS = (2, 2, 2, 2, 2)
_PAIR_ENDS = re.compile(r"(?<![0-9])[0-9]{2}([ ./\u00a0\u202f-])\Z")
_ENDS = re.compile(r"[0-9]([ ./\u00a0\u202f-])\Z")
_GOES_ON = re.compile(r"([ ./\u00a0\u202f-])[0-9]")

_LOCAL = r"[\w.+'%&-]"
_AT = r"(?:@|[ ]?[(\[{][ ]?(?:at|arobase|chez)[ ]?[)\]}][ ]?)"
_EMAIL = re.compile(
    rf"(?<![\w.+%&-])\w{_LOCAL}{{0,63}}{_AT}(?:[\w-]{{1,63}}\.){{1,8}}"
    rf"((?:xn--[a-z0-9]{{2,59}})|[^\W\d_]{{2,24}})(?!\w)",
    re.IGNORECASE,
)
# "logo@2x.png" is a picture
_FILES = words("png jpg jpeg gif svg webp bmp ico pdf css js")


def phones(text: str) -> Iterator[Found]:
    """French numbers as they are dialled at home or from abroad, service numbers among them."""
    taken = [Found("phone", *match.span()) for match in _ABROAD.finditer(text)]
    yield from taken
    ends = {found.end for found in taken}
    for match in _AT_HOME.finditer(text):
        if _is_phone(match, ends):
            ends.add(match.end())
            yield Found("phone", *match.span())


def emails(text: str) -> Iterator[Found]:
    """Addresses with a domain, also those that hide their @ from robots."""
    for match in _EMAIL.finditer(text):
        if match[1].lower() not in _FILES:
            yield Found("email", *match.span())


def _is_phone(match: re.Match[str], ends: set[int]) -> bool:
    written, text = match[0], match.string
    groups = tuple(len(group) for group in _GAPS.split(written))
    marks = {"".join(gap.split()) for gap in _GAPS.findall(written)}
    if groups not in _SHAPES or len(marks) > 1 or written.count("\n") > 1:
        return False
    if len(groups) == 1:
        return not labelled_otherwise(text, match.start())
    before = _PAIR_ENDS if groups == _PAIRS else _ENDS
    return not _goes_on_before(match, before, ends) and not _goes_on_after(match)


def _goes_on_before(match: re.Match[str], group: re.Pattern[str], ends: set[int]) -> bool:
    """Whether it is the end of a longer number, and not the second of two telephones.

    Five pairs are known after anything but a pair; other groups after no digits at all.
    """
    before = group.search(match.string[max(0, match.start() - 4) : match.start()])
    return before is not None and before[1] in match[0] and match.start() - 1 not in ends


def _goes_on_after(match: re.Match[str]) -> bool:
    """Whether it is the beginning of a longer number, and not the first of two telephones."""
    after = _GOES_ON.match(match.string, match.end())
    if after is None or after[1] not in match[0]:
        return False
    return _AT_HOME.match(match.string, match.end() + 1) is None
