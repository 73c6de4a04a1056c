"""Where an older message begins: attributions, separator lines and blocks of quoted headers."""

import re
from dataclasses import dataclass

from mail.addresses import addresses
from mail.fold import fold
from mail.lines import Lines
from mail.quote_patterns import (
    ATTRIBUTION_END,
    ATTRIBUTION_START,
    AUTHOR_START,
    EVIDENCE,
    FIELD_LINE,
    FIELD_OF,
    FORWARD_SEPARATOR,
    ISO_ATTRIBUTION,
    NAMED_BY_DATE,
    NARRATED,
    REPLY_SEPARATOR,
    RULE_LINE,
    VERBS,
    WROTE,
)
from mail.types import Address

_BLOCK_LINES = 14  # a block of quoted headers is never longer
_ATTRIBUTION_LINES = 4  # nor is a wrapped attribution
_ATTRIBUTION_CHARS = 350
_CONTINUATIONS = 2
_END_CHARS = 16  # within which an attribution shows that it ends
_NAME_CHARS = 40  # within which the name of a field ends
_CENTURIES = ("19", "20")
_STARTS = (*"-_=~+*", "message", "mail", "transfere", "reachemine", "forwarded", *_CENTURIES)
_ENDS = (":", ":*", ":_", "wrote", "ecrit", "...", "---")
# Looking for one character in a set is several times cheaper than at so many beginnings.
_FIRSTS = frozenset(start[0] for start in _STARTS)
_LASTS = frozenset(end[-1] for end in _ENDS)
_HINT = re.compile(r"[0-9@]")  # of a date or an address, without which nothing is attributed
_HINTS = (*VERBS, ">:")
_ADDRESS = re.compile(r"(?:mailto:)?([^\s<>\[\]():;,\"']{1,80}@[^\s<>\[\]():;,\"']{1,200})")
_NAME_BEFORE = re.compile(r"^.*?(?:,|\d{1,2}[:h]\d{2}(?: [ap]m)?,?)\s+", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Separator:
    """Lines [start, end) that introduce an older message, and who wrote it if they say so."""

    start: int
    end: int
    forwarded: bool
    sender: Address | None


def candidates(lines: Lines) -> list[int]:
    """The lines worth asking about: one cheap look at each spares the ordinary ones."""
    return [
        number
        for number, line in enumerate(lines.folded)
        if line
        and (
            (line[-1] in _LASTS and line.endswith(_ENDS))
            or (line[0] in _FIRSTS and line.startswith(_STARTS))
            or (":" in line and _names_field(line[:_NAME_CHARS]))
        )
    ]


def _names_field(line: str) -> bool:
    name, colon, _ = line.partition(":")
    return bool(colon) and name.strip(" *_\t") in FIELD_OF


def find_separator(lines: Lines, number: int) -> Separator | None:
    """The separator that begins at, or whose last line is, line ``number``; bounded work."""
    line = lines.folded[number]
    found = _header_block(lines, number, needed=3) if _names_field(line[:_NAME_CHARS]) else None
    if found is None and 6 < len(line) < 200:
        found = _separator_line(lines, number)
    if found is None and line.startswith(_CENTURIES):
        found = _iso_attribution(lines, number)
    if found is None and line.endswith(_ENDS):
        found = _attribution(lines, number)
    return found


def _separator_line(lines: Lines, number: int) -> Separator | None:
    folded = lines.folded[number]
    forwarded = FORWARD_SEPARATOR.holds(folded)
    if not forwarded and not REPLY_SEPARATOR.holds(folded):
        return None
    following = lines.next_written(number + 1)
    block = _header_block(lines, following, needed=1) if following is not None else None
    if block is None:
        return Separator(number, number + 1, forwarded, None)
    return Separator(number, block.end, forwarded, block.sender)


def _header_block(lines: Lines, number: int, needed: int) -> Separator | None:
    """Consecutive ``De : / Envoyé : / À : / Objet :`` lines, at least ``needed`` different ones.

    Without a separator line above, the block has to prove itself: an author, and a date with a
    subject, or an address. "De : 12 rue des Lilas / A : 3 rue Pasteur" is somebody moving house.
    """
    found: dict[str, str] = {}
    end, current, extra = number, "", 0
    for candidate in range(number, min(number + _BLOCK_LINES, len(lines))):
        content = lines.contents[candidate]
        name, value = _field(content, lines.folded[candidate])
        if name in found:
            break
        if name:
            current, extra, end = name, 0, candidate + 1
            found[name] = value
        elif content and current and extra < _CONTINUATIONS and _continues(current, found[current]):
            extra += 1
            end = candidate + 1 if not found[current] else end
            found[current] += " " + content
        elif content or candidate > end:
            break
    if not found or len(found) < needed or (needed > 1 and not _proves_itself(found)):
        return None
    return Separator(number, end, forwarded=False, sender=sender_in(found.get("from", "")))


def _continues(name: str, value: str) -> bool:
    """Whether a line without a name may belong to the field above it."""
    return name in ("to", "cc", "subject", "from") or not value


def _field(content: str, folded: str) -> tuple[str, str]:
    if ":" not in folded[:_NAME_CHARS]:
        return "", ""
    match = FIELD_LINE.match(folded)
    name = FIELD_OF.get(match[1].strip()) if match else None
    return (name, content[match.end() :].strip(" *_\t\u00a0")) if match and name else ("", "")


def _proves_itself(found: dict[str, str]) -> bool:
    if "from" not in found:
        return False
    if "sent" in found:
        return "subject" in found or "@" in found["from"]
    return "to" in found and "@" in found["from"] + found["to"]


def _attribution(lines: Lines, number: int) -> Separator | None:
    """``Le … a écrit :``, over up to four lines, recognised from its last one.

    It starts at the nearest line that begins like one; failing that, at the nearest from which
    an author with an address is named.
    """
    above = "\n".join(lines.folded[max(0, number + 1 - _ATTRIBUTION_LINES) : number + 1])
    if not ATTRIBUTION_END.search(above[-_END_CHARS:]) or not _may_attribute(above):
        return None
    depth, joined, fallback = lines.depths[number], "", None
    for start in range(number, max(-1, number - _ATTRIBUTION_LINES), -1):
        content = lines.folded[start]
        joined = f"{content} {joined}".rstrip()
        if not content or lines.depths[start] != depth or len(joined) > _ATTRIBUTION_CHARS:
            break
        if ATTRIBUTION_START.match(joined) and _attributes(joined):
            return _attributed(lines, start, number)
        if fallback is None and AUTHOR_START.match(joined) and _attributes(joined):
            fallback = start
    return None if fallback is None else _attributed(lines, fallback, number)


def _may_attribute(folded: str) -> bool:
    """Whether a verb and a digit or an address are there at all."""
    return any(verb in folded for verb in _HINTS) and _HINT.search(folded) is not None


def _attributes(folded: str) -> bool:
    return (
        (WROTE.search(folded) or NAMED_BY_DATE.match(folded)) is not None
        and NARRATED.search(folded) is None
        and EVIDENCE.search(folded) is not None
    )


def _attributed(lines: Lines, start: int, number: int) -> Separator:
    author = _author(" ".join(lines.contents[start : number + 1]))
    return Separator(start, number + 1, forwarded=False, sender=author)


def _iso_attribution(lines: Lines, number: int) -> Separator | None:
    """``2024-03-05 10:20 GMT+01:00 Jean <jean@x.fr>:``, which has no verb and may wrap once."""
    joined = lines.contents[number]
    for end in (number + 1, number + 2):
        if len(joined) <= _ATTRIBUTION_CHARS and ISO_ATTRIBUTION.match(fold(joined)):
            return Separator(number, end, forwarded=False, sender=_author(joined))
        if end < len(lines) and lines.contents[end]:
            joined = f"{joined} {lines.contents[end]}"
    return None


def sender_in(value: str) -> Address | None:
    """The author a quoted ``De :`` names: ``Jean <jean@x.fr>``, ``Jean [mailto:jean@x.fr]``."""
    found = _ADDRESS.search(value)
    if found is None:
        return next(iter(addresses(value.encode("utf-8", "replace"))), None)
    name = value[: found.start()].strip(" \t\"'<[(*")
    return Address(name, found[1])


def _author(joined: str) -> Address | None:
    """The author in an attribution: the address, and the name between the date and it."""
    found = _ADDRESS.search(joined)
    if found is None:
        return None
    before = joined[: found.start()].strip(" \t\"'<[(*")
    name = before.rpartition(",")[2] if "," in before else _NAME_BEFORE.sub("", before)
    return Address(name.strip(" \t\"'<"), found[1])


def rule_before(lines: Lines, number: int) -> int:
    """The line of dashes right above ``number``, blank lines between allowed, else ``number``."""
    for candidate in range(number - 1, max(-1, number - 4), -1):
        if lines.contents[candidate]:
            return candidate if RULE_LINE.fullmatch(lines.contents[candidate]) else number
    return number
