"""Ids of mail, which begin with the time at which it was accepted (RFC 9562, UUID version 7)."""

from datetime import datetime
from uuid import UUID


def earliest(moment: datetime) -> UUID:
    """Below every id that was made from this millisecond on, and above those made before it."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
