"""What an attempt to deliver can come to: an `Answer`, or `Undelivered`."""

from dataclasses import dataclass
from enum import StrEnum


class Trouble(StrEnum):
    """Why no answer came; also the outcome label of the metric."""

    REFUSED = "refused"  # by us: the URL or the address that it leads to is not allowed
    DNS = "dns"
    CONNECTION = "connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    INTERNAL = "internal"  # a fault of our own


@dataclass(frozen=True, slots=True)
class Answer:
    """The receiver's status, and its Retry-After as it stands."""

    status: int
    retry_after: str | None = None


class Undelivered(Exception):
    """No answer came; `detail` is a phrase for operators, without content or secrets."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble = trouble
        self.detail = detail
