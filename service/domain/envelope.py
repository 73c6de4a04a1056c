"""Addresses of an envelope (RFC 5321, 4.1.2). Pure."""

import re

_CHARS = 512
_LOCAL = re.compile(r'[^\s()<>\[\]:;,@\\"]+|"(?:[^"\\]|\\.)*"')
_DOMAIN = re.compile(r'[^\s()<>\[\]:;,@\\"]+|\[[^\s()<>\[\];,@\\"]+\]')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def is_address(text: str) -> bool:
    """Whether it is one address that every server reads alike.

    A comma or a colon outside quotes would make a list or a group of it for some.
    """
    local, at, domain = text.rpartition("@")
    if not at or len(text) > _CHARS or _CONTROL.search(text):
        return False
    return _LOCAL.fullmatch(local) is not None and _DOMAIN.fullmatch(domain) is not None
