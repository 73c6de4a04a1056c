"""Labelled mail as training data: what people said of it, in the form that `model.data` reads.

labels -> mail -> what was read of it, masked unless somebody wants otherwise -> a row for each mail
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from mail.masking.mask import MASK_VERSION
from mail.text import MODEL_CHARS, TEXT_VERSION, said
from mail.types import Email
from service import log
from service.domain.items import Actor
from service.domain.types import Kind
from service.flow.read import parse_content
from service.store import audit, judgements
from service.store import engine as database

_PAGE = 200  # mails in memory at once
_log = log.get(__name__)

Mask = Callable[[str], str]


def rows(
    engine: Engine, by: Actor, file: str, mask: Mask | None, retraining: int | None = None
) -> Iterator[dict[str, Any]]:
    """A row for each labelled mail, by id, with its newest label that was not undone.

    The mails' audit trails note who wrote them to which file, so that it is known where else mail
    is that must be erased; and for which `retraining`, whose files are gone when it ends.

    `group` is the same for all mail of a sender, so that training keeps it on one side of a split,
    and `thread` for all mail of a thread; both are hashes. `by_chance` says that a spot check chose
    the mail, and not somebody who minded its category. With `mask`, a row holds what the model
    reads, masked (`as_read` is its text version), and no sender; without, text and sender in full.
    """
    after = UUID(int=0)
    detail: dict[str, Any] = {"file": file}
    if retraining is not None:
        detail["retraining"] = retraining
    while True:
        page = _page(engine, after, by, detail)
        for row in page:
            made = row_of(row, mask)
            if made is not None:
                yield made
        if len(page) < _PAGE:
            return
        after = page[-1].email_id


def _page(engine: Engine, after: UUID, by: Actor, detail: Mapping[str, Any]) -> list[Row[Any]]:
    def work(connection: Connection) -> list[Row[Any]]:
        found = list(judgements.examples(connection, after, _PAGE))
        entries = (audit.Entry(row.email_id, "exported", detail) for row in found)
        audit.append(connection, by, *entries)
        return found

    return database.run(engine, work)


def group_of(address: str) -> str:
    """What the rows of all mail of an address share; nothing where there is no address."""
    return _hash(address.lower())


def row_of(row: Row[Any], mask: Mask | None) -> dict[str, Any] | None:
    """The mail as fields; None where nothing can be read that a model could learn from."""
    email = parse_content(Kind(row.kind), bytes(row.content))
    if not (email.text.strip() or email.subject.strip()):
        _log.info("example_without_text", email_id=str(row.email_id))
        return None
    sender = email.sender.address if email.sender else ""
    return {
        "category": row.category,
        **(_masked(email, mask) if mask else _in_full(email, sender)),
        "group": group_of(sender),
        "thread": _hash(_thread(email)),
        "date": row.received_at.astimezone(UTC).isoformat(),
        "email_id": str(row.email_id),
        "previous_category": row.previous_category,
        "model": f"{row.model_name}/{row.model_version}",
        "text_version": row.text_version,
        "source": row.source,
        "by_chance": row.by_chance,
        "labelled_at": row.at.astimezone(UTC).isoformat(),
    }


def _masked(email: Email, mask: Mask) -> dict[str, Any]:
    # read first and masked then: what is masked would be read otherwise, without its addresses
    return {
        "subject": mask(email.subject),
        "text": mask(said(email))[:MODEL_CHARS],
        "as_read": TEXT_VERSION,
        "mask_version": MASK_VERSION,
    }


def _in_full(email: Email, sender: str) -> dict[str, Any]:
    return {"subject": email.subject, "from": sender.lower(), "text": email.text}


def _thread(email: Email) -> str:
    return email.references[0] if email.references else email.in_reply_to or email.message_id


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()[:16] if value else ""
