"""Labelled mail as training data: what people said of it, in the form that `model.data` reads.

labels -> mail -> subject, sender and text as they were read -> a row for each mail
"""

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from service import log
from service.domain.items import Actor
from service.domain.types import Kind
from service.flow.read import parse_content
from service.store import audit, judgements
from service.store import engine as database

_PAGE = 200  # mails in memory at once
_log = log.get(__name__)


def rows(engine: Engine, by: Actor, file: str) -> Iterator[dict[str, Any]]:
    """A row for each labelled mail, by id, with its newest label that was not undone.

    The mails' audit trails note who wrote them to which file, so that it is known where else mail
    is that must be erased.

    `group` is the same for all mail of a sender, so that training keeps it on one side of a split;
    it is a hash, the address itself is in `from`.
    """
    after = UUID(int=0)
    while True:
        page = _page(engine, after, by, file)
        for row in page:
            made = row_of(row)
            if made is not None:
                yield made
        if len(page) < _PAGE:
            return
        after = page[-1].email_id


def _page(engine: Engine, after: UUID, by: Actor, file: str) -> list[Row[Any]]:
    def work(connection: Connection) -> list[Row[Any]]:
        found = list(judgements.examples(connection, after, _PAGE))
        entries = (audit.Entry(row.email_id, "exported", {"file": file}) for row in found)
        audit.append(connection, by, *entries)
        return found

    return database.run(engine, work)


def row_of(row: Row[Any]) -> dict[str, Any] | None:
    """The mail as fields; None where nothing can be read that a model could learn from."""
    email = parse_content(Kind(row.kind), bytes(row.content))
    if not (email.text.strip() or email.subject.strip()):
        _log.info("example_without_text", email_id=str(row.email_id))
        return None
    sender = email.sender.address.lower() if email.sender else ""
    group = hashlib.sha256(sender.encode()).hexdigest()[:16] if sender else ""
    return {
        "category": row.category,
        "subject": email.subject,
        "from": sender,
        "text": email.text,
        "group": group,
        "email_id": row.email_id,
        "previous_category": row.previous_category,
        "model": f"{row.model_name}/{row.model_version}",
        "text_version": row.text_version,
        "labelled_at": row.at,
    }
