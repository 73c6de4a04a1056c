"""Shares of mail that are chosen by hash: by chance, and yet always the same mail. Pure."""

import hashlib
from uuid import UUID


def falls_within(purpose: str, email_id: UUID, share: float) -> bool:
    """Whether a mail is one of the share that is chosen for this purpose.

    Every purpose chooses anew; a larger share of one purpose holds the smaller one.
    """
    digest = hashlib.sha256(purpose.encode() + b"\0" + email_id.bytes).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
