"""What the service speaks of, named by stage: Submission -> Claimed -> Reading -> Decision."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from uuid import UUID

from service.domain.sla import Clocks


class Priority(IntEnum):
    """How urgent a mail is; the value is stored."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    URGENT = 3


# Mail is worked in order of `received_at - HEAD_START[priority]`. A head start, unlike a strict
# lane, cannot starve the rest: a normal mail is overtaken only by what came soon after it.
HEAD_START_SECONDS: Mapping[Priority, int] = {
    Priority.LOW: -3600,
    Priority.NORMAL: 0,
    Priority.HIGH: 1800,
    Priority.URGENT: 7200,
}


# The third lease that a mail loses while it is worked alone sends it to triage.
MAX_CRASHES = 3


class Kind(StrEnum):
    """How a mail was posted."""

    RAW = "raw"
    FIELDS = "fields"


ALL = frozenset("*")  # mailboxes or queues


class Role(StrEnum):
    """What an API key may do."""

    GATEWAY = "gateway"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


POSTERS = frozenset({Role.GATEWAY, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: an API key and what it may do.

    `queues` limit those who work on mail, not those who post it.
    """

    key_id: str
    client_id: UUID
    client_name: str
    roles: frozenset[Role]
    mailboxes: frozenset[str]
    callback_hosts: frozenset[str]
    queues: frozenset[str] = ALL

    def may_use(self, mailbox: str) -> bool:
        """Whether this key is allowed this mailbox; `*` stands for all."""
        return "*" in self.mailboxes or mailbox in self.mailboxes

    def may_see(self, queue: str) -> bool:
        """Whether the mail of this queue is this key's to see and to work on."""
        return "*" in self.queues or queue in self.queues

    def posts(self) -> bool:
        """Who may post mail reads what their own client posted, wherever it lies."""
        return bool(self.roles & POSTERS)

    def sees_all_clients(self) -> bool:
        """Agents, supervisors and admins read every client's mail in their mailboxes and queues."""
        return bool(self.roles - {Role.GATEWAY})


@dataclass(frozen=True, slots=True)
class Submission:
    """One mail as a client posted it, checked, not yet stored.

    `content` is the raw message, or the canonical JSON of the fields. `dedupe_key` is None where
    nothing makes the mail a duplicate (fields without an id).
    """

    index: int
    kind: Kind
    content: bytes
    content_hash: bytes
    dedupe_key: bytes | None
    mailbox: str
    priority: Priority
    external_id: str | None = None
    callback_url: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One mail of a batch that cannot be accepted, and why."""

    index: int
    code: str
    detail: str
    field: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer for one accepted mail; `duplicate` where it had been accepted before."""

    index: int
    email_id: UUID
    external_id: str | None
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Claimed:
    """One mail under our lease.

    `losses` counts its leases that expired, the last of them just now where it is `taken_over`;
    `crashes` counts those which it held alone. `stamp` is the version of the model that is to
    decide it, None for whoever is champion.
    """

    email_id: UUID
    client_id: UUID
    batch_id: UUID | None
    external_id: str | None
    kind: Kind
    content: bytes
    mailbox: str
    priority: Priority
    callback_url: str | None
    received_at: datetime
    waited_seconds: float
    crashes: int
    losses: int = 0
    taken_over: bool = False
    stamp: str | None = None

    @property
    def gave_up(self) -> bool:
        """Whether it took so many workers down, alone, that it goes to a person unread."""
        return self.crashes >= MAX_CRASHES


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a mail goes and why: all that is needed to explain and reproduce it."""

    email_id: UUID
    category: str
    queue: str
    priority: Priority
    reason: str
    confidence: float | None
    threshold: float | None
    scores: Mapping[str, float]
    model_name: str
    model_version: str
    text_version: str
    routing_version: str
    inference_seconds: float
    tokens: int


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as stored, with what its reader saw and how long it took.

    `reinject` is the address that the mail is handed on to, None where it is not; `search` are the
    words that it is found by; `check_share` is the probability with which the mail was chosen for a
    spot check, None where it was not.
    """

    claimed: Claimed
    decision: Decision
    fields: Mapping[str, object]
    link_key: bytes | None
    clocks: Clocks
    reinject: str | None = None
    search: str = ""
    check_share: float | None = None
