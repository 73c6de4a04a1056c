"""The arguments of MAIL and RCPT (RFC 5321, 4.1.2), read in one pass."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from service.domain.envelope import is_address

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_PARAMETER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*)(?:=([!-<>-~]+))?")


@dataclass(frozen=True, slots=True)
class Path:
    """An address as given ("" for the null sender) and its parameters by upper-case name."""

    address: str
    parameters: Mapping[str, str]


def read_path(argument: str, keyword: str) -> Path | None:
    """The path after `FROM:` or `TO:`, or None where it is not well-formed."""
    name, colon, rest = argument.partition(":")
    if not colon or name.strip().upper() != keyword or _CONTROL.search(rest):
        return None
    address, parameters = _split(rest.strip(" "))
    if address is None or not _is_address(address):
        return None
    given = _parameters(parameters)
    return None if given is None else Path(address, given)


def _split(text: str) -> tuple[str | None, str]:
    """What stands in angle brackets (a quoted `>` does not end it), and what follows."""
    if not text.startswith("<"):
        return None, ""
    quoted = escaped = False
    for place, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = quoted
        elif character == '"':
            quoted = not quoted
        elif character == ">" and not quoted:
            return _without_route(text[1:place]), text[place + 1 :]
    return None, ""


def _without_route(path: str) -> str:
    """Less a source route `@a,@b:`, which RFC 5321 tells servers to ignore."""
    return path.partition(":")[2] if path.startswith("@") else path


def _is_address(address: str) -> bool:
    if not address or address.lower() == "postmaster":
        return True
    return is_address(address)


def _parameters(text: str) -> Mapping[str, str] | None:
    given: dict[str, str] = {}
    if text and not text.startswith(" "):
        return None
    for word in text.split():
        match = _PARAMETER.fullmatch(word)
        if match is None or match[1].upper() in given:
            return None
        given[match[1].upper()] = match[2] or ""
    return given
