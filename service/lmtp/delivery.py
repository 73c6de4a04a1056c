"""From a transaction to its replies: store the message once for each mailbox. Blocks."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus

from mail.fingerprint import fingerprint
from service import log
from service.domain.duplicates import raw_key
from service.domain.types import Kind, Principal, Priority, Submission
from service.errors import ServiceError
from service.flow.accept import Intake
from service.lmtp import replies
from service.lmtp.replies import Reply
from service.lmtp.session import Transaction
from service.lmtp.wire import Bad

_log = log.get(__name__)

_TOLD = 10  # recipients that the header names: more would leave less room for the mail's own fields
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9.:_\[\]-]")


class Delivery:
    """Stores what comes by LMTP as the mail of one client; safe to use from several threads."""

    def __init__(self, intake: Intake, who: Principal, hostname: str) -> None:
        self._intake = intake
        self._who = who
        self._hostname = hostname

    def __call__(self, transaction: Transaction) -> tuple[Reply, ...]:
        """One reply for each recipient, in their order; never raises.

        Each mailbox is a commit of its own, so one that fails is tried again without the others.
        """
        content = transaction.content
        if isinstance(content, Bad):
            return (replies.TOO_LARGE,) * len(transaction.recipients)
        # of the message as sent, so that it is the same mail by whatever way it comes again
        content_hash = fingerprint(content)
        made: dict[str, Reply] = {}
        for mailbox in dict.fromkeys(recipient.mailbox for recipient in transaction.recipients):
            stored = traced(transaction, mailbox, self._hostname) + content
            made[mailbox] = self._store(_submission(mailbox, stored, content_hash))
        return tuple(made[recipient.mailbox] for recipient in transaction.recipients)

    def _store(self, submission: Submission) -> Reply:
        try:
            receipt = self._intake.one(self._who, submission)
        except ServiceError as error:
            _log.warning("lmtp_not_stored", error=error.code)
            too_much = error.status == HTTPStatus.TOO_MANY_REQUESTS
            return replies.TOO_BUSY if too_much else replies.OWN_FAULT
        except Exception:  # noqa: BLE001  # whatever it is, it is ours: the client must try again
            _log.exception("lmtp_crashed")
            return replies.OWN_FAULT
        return replies.stored(receipt.email_id, duplicate=receipt.duplicate)


def traced(transaction: Transaction, mailbox: str, hostname: str) -> bytes:
    """The envelope as header fields (RFC 5321, 4.4), of this mailbox's first recipients."""
    told = [r.address for r in transaction.recipients if r.mailbox == mailbox][:_TOLD]
    protocol = "UTF8LMTP" if transaction.utf8 else "LMTP"
    lines: Sequence[str] = (
        f"Return-Path: <{transaction.sender}>",
        *(f"Delivered-To: {address}" for address in told),
        f"Received: from {_NOT_A_NAME.sub('?', transaction.client)[:255]}",
        f"\tby {hostname} with {protocol}; {format_datetime(datetime.now(UTC))}",
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def _submission(mailbox: str, content: bytes, content_hash: bytes) -> Submission:
    return Submission(
        index=0,
        kind=Kind.RAW,
        content=content,
        content_hash=content_hash,
        dedupe_key=raw_key(mailbox, content_hash),
        mailbox=mailbox,
        priority=Priority.NORMAL,
    )
