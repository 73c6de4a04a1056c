"""Calendar invitations (RFC 5545): what a person would be told about them."""

import re

from mail.clean import clean

_FOLD = re.compile(r"\n[ \t]")
_PROPERTY = re.compile(
    r"(?im)^(SUMMARY|DTSTART|DTEND|LOCATION|DESCRIPTION)(?:;[^:\n]{0,200})?:(.*)$"
)
_ESCAPE = re.compile(r"\\([nN,;\\])")
_CHARS = 64 * 1024


def calendar_text(text: str) -> str:
    """Title, time, place and description, one a line; empty when it is no calendar."""
    found: dict[str, str] = {}
    for match in _PROPERTY.finditer(_FOLD.sub("", clean(text[:_CHARS]))):
        found.setdefault(match[1].upper(), _ESCAPE.sub(_unescaped, match[2]).strip())
    names = ("SUMMARY", "DTSTART", "DTEND", "LOCATION", "DESCRIPTION")
    return "\n".join(found[name] for name in names if found.get(name))


def _unescaped(match: re.Match[str]) -> str:
    return "\n" if match[1] in "nN" else match[1]
