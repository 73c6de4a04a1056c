"""Storing what was posted: one statement for the mails, one row for the batch."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from sqlalchemy import Connection, text
from uuid_utils.compat import uuid7

from service.domain.types import (
    HEAD_START_SECONDS,
    Principal,
    Receipt,
    Rejection,
    Submission,
)

# Rows go in by key order, so that overlapping batches wait for each other instead of deadlocking.
# New mail may be claimed at any time: were it from `received_at` on, it would have to wait for a
# server whose clock steps back, or for a standby whose clock is behind.
_INSERT = text("""
WITH posted AS (
    SELECT * FROM unnest(
        CAST(:ids AS uuid[]), CAST(:external_ids AS text[]), CAST(:mailboxes AS text[]),
        CAST(:kinds AS text[]), CAST(:contents AS bytea[]), CAST(:hashes AS bytea[]),
        CAST(:keys AS bytea[]), CAST(:priorities AS smallint[]), CAST(:head_starts AS integer[]),
        CAST(:callbacks AS text[]), CAST(:stamps AS text[])
    ) AS t(id, external_id, mailbox, kind, content, content_hash, dedupe_key, priority,
           head_start, callback_url, model_version)
), stored AS (
    INSERT INTO emails (id, client_id, batch_id, external_id, mailbox, kind, content, content_hash,
                        dedupe_key, priority, callback_url)
    SELECT id, :client_id, :batch_id, external_id, mailbox, kind, content, content_hash,
           dedupe_key, priority, callback_url
    FROM posted ORDER BY dedupe_key, id
    ON CONFLICT (client_id, dedupe_key) DO NOTHING
    RETURNING id, received_at
), queued AS (
    INSERT INTO waiting (email_id, rank, received_at, priority, size, run_after, model_version)
    SELECT id, received_at - head_start * interval '1 second', received_at, priority,
           length(content), '-infinity', coalesce(model_version, '')
    FROM stored JOIN posted USING (id)
)
SELECT id FROM stored
""")

_EXISTING = text("""
SELECT dedupe_key, id, external_id, content_hash FROM emails
WHERE client_id = :client_id AND dedupe_key = ANY(CAST(:keys AS bytea[]))
""")

_BATCH = text("""
INSERT INTO batches (id, client_id, email_ids, external_ids, duplicates, errors)
VALUES (:id, :client_id, :email_ids, :external_ids, :duplicates, CAST(:errors AS jsonb))
""")


# A new mail's id, and the version of the model that decides it: None for who is champion then.
Mark = tuple[UUID, str | None]


def _plain() -> Mark:
    return uuid7(), None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a batch: a receipt or a rejection for each of its mails."""

    receipts: tuple[Receipt, ...]
    rejections: tuple[Rejection, ...]


def store_emails(
    connection: Connection,
    client: Principal,
    batch_id: UUID | None,
    submissions: Sequence[Submission],
    mark: Callable[[], Mark] = _plain,
) -> Stored:
    """Store each mail once and queue it; one that had come before gets its first id.

    A mail whose client id was used for other content is rejected, the others are stored. `mark`
    makes the ids.
    """
    marks = [mark() for _ in submissions]
    ids = [email_id for email_id, _ in marks]
    new = _insert(connection, client, batch_id, submissions, marks)
    known = _existing(
        connection, client, [s for s, i in zip(submissions, ids, strict=True) if i not in new]
    )
    receipts: list[Receipt] = []
    rejections: list[Rejection] = []
    for submission, email_id in zip(submissions, ids, strict=True):
        if email_id in new:
            receipts.append(Receipt(submission.index, email_id, submission.external_id, False))
            continue
        assert submission.dedupe_key is not None
        first_id, external_id, content_hash = known[submission.dedupe_key]
        if content_hash == submission.content_hash:
            receipts.append(Receipt(submission.index, first_id, external_id, True))
        else:
            rejections.append(_conflict(submission))
    return Stored(tuple(receipts), tuple(rejections))


def store_batch(
    connection: Connection, client: Principal, batch_id: UUID, total: int, stored: Stored
) -> None:
    """Keep which mail stood at which place of the batch."""
    email_ids: list[UUID | None] = [None] * total
    external_ids: list[str | None] = [None] * total
    for receipt in stored.receipts:
        email_ids[receipt.index] = receipt.email_id
        external_ids[receipt.index] = receipt.external_id
    for rejection in stored.rejections:
        external_ids[rejection.index] = rejection.external_id
    connection.execute(
        _BATCH,
        {
            "id": batch_id,
            "client_id": client.client_id,
            "email_ids": email_ids,
            "external_ids": external_ids,
            "duplicates": [r.index for r in stored.receipts if r.duplicate],
            "errors": orjson.dumps({str(r.index): _error(r) for r in stored.rejections}).decode(),
        },
    )


def _insert(
    connection: Connection,
    client: Principal,
    batch_id: UUID | None,
    submissions: Sequence[Submission],
    marks: Sequence[Mark],
) -> set[UUID]:
    if not submissions:
        return set()
    rows = connection.execute(
        _INSERT,
        {
            "ids": [email_id for email_id, _ in marks],
            "external_ids": [s.external_id for s in submissions],
            "mailboxes": [s.mailbox for s in submissions],
            "kinds": [s.kind.value for s in submissions],
            "contents": [s.content for s in submissions],
            "hashes": [s.content_hash for s in submissions],
            "keys": [s.dedupe_key for s in submissions],
            "priorities": [int(s.priority) for s in submissions],
            "head_starts": [HEAD_START_SECONDS[s.priority] for s in submissions],
            "callbacks": [s.callback_url for s in submissions],
            "stamps": [stamp for _, stamp in marks],
            "client_id": client.client_id,
            "batch_id": batch_id,
        },
    )
    return set(rows.scalars())


def _existing(
    connection: Connection, client: Principal, repeated: Sequence[Submission]
) -> Mapping[bytes, tuple[UUID, str | None, bytes]]:
    if not repeated:
        return {}
    keys = [s.dedupe_key for s in repeated]
    rows = connection.execute(_EXISTING, {"client_id": client.client_id, "keys": keys})
    return {bytes(row[0]): (row[1], row[2], bytes(row[3])) for row in rows}


def _conflict(submission: Submission) -> Rejection:
    return Rejection(
        submission.index,
        "id_conflict",
        "This id was already used for other content",
        f"emails.{submission.index}.id",
        submission.external_id,
    )


def _error(rejection: Rejection) -> dict[str, str]:
    return {"code": rejection.code, "detail": rejection.detail, "field": rejection.field}
