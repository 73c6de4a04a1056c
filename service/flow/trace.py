"""Which way a message came, read from its header alone: for the guard against loops. Pure.

On the bytes, not on what the parser made of them: the guard must hold for mail that cannot be read.
"""

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from mail.fingerprint import header_block

_RECEIVED = re.compile(rb"(?im)^Received[ \t]*:")
_OWN_ID = re.compile(rb"(?im)^X-Aiguilleur-Id[ \t]*:[ \t]*([0-9a-f-]{36})[ \t]*\r?$")
_IDS_READ = 20  # one is honest


@dataclass(frozen=True, slots=True)
class Trace:
    """`hops` servers passed it on; `ids` are mails that it says it was before."""

    hops: int
    ids: AbstractSet[UUID]


def trace(raw: bytes) -> Trace:
    """Read the header block of a message; linear, never raises."""
    block = b"\n".join(header_block(raw).splitlines())
    hops = sum(1 for _ in _RECEIVED.finditer(block))
    found = (match[1] for match, _ in zip(_OWN_ID.finditer(block), range(_IDS_READ), strict=False))
    return Trace(hops, frozenset(own for text in found if (own := _uuid(text)) is not None))


def _uuid(text: bytes) -> UUID | None:
    try:
        return UUID(text.decode("ascii"))
    except ValueError:
        return None
