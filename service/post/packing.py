"""Which messages travel together: batches below the API's limits. Pure."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from service.post.sources import Item

MESSAGE_BYTES = 25_000_000  # what the API takes, unless its operator says less
_BATCH_BYTES = 8_000_000
_BATCH_MESSAGES = 100


@dataclass(frozen=True, slots=True)
class Message:
    """One message that may be posted; `key` is the same for the same bytes."""

    name: str
    key: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Fault:
    """One message that cannot be posted, and why."""

    name: str
    code: str
    detail: str


def read(item: Item) -> Message | Fault:
    """A message with its key, or what is wrong with it."""
    try:
        raw = item.read(MESSAGE_BYTES + 1)
    except OSError as error:
        return Fault(item.name, "unreadable", error.strerror or str(error))
    if not raw.strip():
        return Fault(item.name, "empty", "There is no message in it")
    if len(raw) > MESSAGE_BYTES:
        return Fault(item.name, "too_large", f"A message may have {MESSAGE_BYTES} bytes at most")
    return Message(item.name, hashlib.sha256(raw).hexdigest(), raw)


def batches(messages: Iterable[Message]) -> Iterator[list[Message]]:
    """Messages in their order, together as long as they are few and small enough."""
    batch: list[Message] = []
    size = 0
    for message in messages:
        if batch and (len(batch) == _BATCH_MESSAGES or size + len(message.raw) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(message)
        size += len(message.raw)
    if batch:
        yield batch
