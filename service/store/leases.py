"""The lease protocol on `waiting`: claim, renew, release. All times are PostgreSQL's own.

A claim takes the longest-ranked mails that nobody holds. One whose lease expired is claimed alone
from then on, so that a poison mail never condemns its neighbours; only leases lost alone count as
crashes (`service.domain.types.MAX_CRASHES`).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, text
from uuid_utils.compat import uuid4

from service.domain.types import Claimed, Kind, Priority

# A locked row is found again by its place, not through an index: that saves a descent a mail. One
# that changed between this statement's start and its lock is left for the next claim. A place is
# one of one table: `waiting` must not be partitioned.
# Planned anew each time, half a millisecond a model batch: a plan kept from a night in which
# nothing waited reads all that came in the morning, for each mail, until the table is analysed.
_CLAIM = text("""
WITH head AS MATERIALIZED (
    SELECT ctid AS place, email_id, rank, size, lease_token IS NOT NULL AS expired,
           losses > 0 OR lease_token IS NOT NULL AS suspect
    FROM waiting
    WHERE run_after <= clock_timestamp()
      AND (lease_until IS NULL OR lease_until < clock_timestamp())
    ORDER BY rank, email_id
    LIMIT :emails
    FOR UPDATE SKIP LOCKED
), ordered AS (
    SELECT place, expired, suspect, row_number() OVER by_rank AS n,
           sum(size) OVER by_rank - size AS bytes_before
    FROM head WINDOW by_rank AS (ORDER BY rank, email_id)
), chosen AS (
    SELECT place, expired FROM ordered
    WHERE CASE WHEN (SELECT suspect FROM ordered WHERE n = 1) THEN n = 1
               ELSE NOT suspect AND bytes_before < :bytes END
), leased AS (
    UPDATE waiting w
    SET lease_token = :token,
        lease_until = clock_timestamp() + :seconds * interval '1 second',
        lease_alone = w.losses > 0 OR w.lease_token IS NOT NULL,
        losses = w.losses + (w.lease_token IS NOT NULL)::int,
        crashes = w.crashes + (w.lease_token IS NOT NULL AND w.lease_alone)::int
    FROM chosen WHERE w.ctid = chosen.place
    RETURNING w.email_id, w.rank, w.crashes, w.losses, w.model_version, chosen.expired
)
SELECT e.id, e.client_id, e.batch_id, e.external_id, e.kind, e.content, e.mailbox, e.priority,
       e.callback_url, e.received_at, leased.crashes,
       leased.losses, leased.expired, nullif(leased.model_version, '') AS stamp,
       extract(epoch FROM clock_timestamp() - e.received_at) AS waited
FROM leased JOIN emails e ON e.id = leased.email_id
ORDER BY leased.rank, e.id
""").execution_options(prepare=False)

_RENEW = text("""
UPDATE waiting SET lease_until = clock_timestamp() + :seconds * interval '1 second'
WHERE lease_token = :token AND email_id = ANY(CAST(:ids AS uuid[]))
""")

_RELEASE = text("""
UPDATE waiting SET lease_token = NULL, lease_until = NULL,
    run_after = CASE WHEN :pause > 0
        THEN clock_timestamp() + :pause * interval '1 second' ELSE run_after END
WHERE lease_token = :token AND email_id = ANY(CAST(:ids AS uuid[]))
""")

_CLAIMABLE = text("""
SELECT count(*) FROM (
    SELECT 1 FROM waiting
    WHERE run_after <= clock_timestamp()
      AND (lease_until IS NULL OR lease_until < clock_timestamp())
    LIMIT :most
) AS head
""")


def claim(
    connection: Connection, *, emails: int, size: int, seconds: float
) -> tuple[UUID, list[Claimed]]:
    """Take a lease on up to `emails` mails of `size` bytes together (one mail may exceed it).

    Returns:
        The lease's token, fresh for each claim, and the mails by rank; none where none waits, or
        where the only one to take changed just then: ask `claimable`.

    """
    token = uuid4()
    rows = connection.execute(
        _CLAIM, {"emails": emails, "bytes": size, "token": token, "seconds": seconds}
    )
    return token, [_claimed(row) for row in rows]


def renew(connection: Connection, token: UUID, email_ids: list[UUID], seconds: float) -> int:
    """Extend a lease; returns how many mails it still holds."""
    row = {"token": token, "ids": email_ids, "seconds": seconds}
    return connection.execute(_RENEW, row).rowcount


def release(connection: Connection, token: UUID, email_ids: list[UUID], pause: float = 0.0) -> int:
    """Give back what was not decided, without counting it as lost; claimable after `pause` s."""
    row = {"token": token, "ids": email_ids, "pause": pause}
    return connection.execute(_RELEASE, row).rowcount


def claimable(connection: Connection, most: int) -> int:
    """How many mails could be claimed now, counted up to `most`."""
    return int(connection.execute(_CLAIMABLE, {"most": most}).scalar_one())


def _claimed(row: Row[Any]) -> Claimed:
    return Claimed(
        row.id,
        row.client_id,
        row.batch_id,
        row.external_id,
        Kind(row.kind),
        bytes(row.content),
        row.mailbox,
        Priority(row.priority),
        row.callback_url,
        row.received_at,
        float(row.waited),
        row.crashes,
        row.losses,
        row.expired,
        row.stamp,
    )
