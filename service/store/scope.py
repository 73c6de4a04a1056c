"""Who may see which mail: the one place where queries learn it.

Each function gives a condition in SQL; `scope` gives the values that all of them take. A key or an
account is limited to mailboxes and to queues. Where it is limited to queues, it sees mail that lies
in one of them now, and mail that it completed out of one of them.
"""

from service.domain.types import ALL, Principal


def in_mailbox(row: str) -> str:
    """A row with a mailbox."""
    return f"(:everything OR {row}.mailbox = ANY(CAST(:mailboxes AS text[])))"


def queue_of(row: str) -> str:
    """A row with a queue."""
    return f"(:every_queue OR {row}.queue = ANY(CAST(:own_queues AS text[])))"


def in_queue(row: str) -> str:
    """A row with a mailbox and a queue: open mail; mail that was done, whoever did it, counted."""
    return f"{in_mailbox(row)} AND {queue_of(row)}"


def done_by_them(row: str) -> str:
    """A row of `done_items` to be read, not counted: limited to queues, what they completed."""
    return f"{in_queue(row)} AND (:every_queue OR {row}.by_key = :own_key)"


def came_to(row: str) -> str:
    """A row with a mailbox and an `email_id`, counted where the service first sent the mail."""
    return f"""{in_mailbox(row)} AND (:every_queue OR EXISTS (
    SELECT FROM decisions f
    WHERE f.email_id = {row}.email_id AND f.number = 1 AND {queue_of("f")}))"""


def visible(row: str, email_id: str) -> str:
    """A mail, wherever it is; the row has its mailbox."""
    return f"""{in_mailbox(row)} AND {_place(email_id)}"""


def readable(row: str) -> str:
    """A row of `emails` as whoever posts mail may read it too: for them there are no queues."""
    own = f"{row}.client_id = CAST(:own_client AS uuid)"
    return f"{in_mailbox(row)} AND ((:posts AND {own}) OR {worked_on(row)})"


def worked_on(row: str) -> str:
    """A row of `emails` in their mailboxes, as those may read it who work on it."""
    return f"(:team AND {_place(f'{row}.id')})"


def _place(email_id: str) -> str:
    return f"""(:every_queue
    OR EXISTS (SELECT FROM queue_items o WHERE o.email_id = {email_id} AND {queue_of("o")})
    OR EXISTS (SELECT FROM done_items o WHERE o.email_id = {email_id} AND {queue_of("o")}
        AND o.by_key = :own_key))"""  # noqa: S608  # text of our own


def scope(who: Principal) -> dict[str, object]:
    """A key's mailboxes and queues, as the conditions take them."""
    return {
        **_limits(who.mailboxes, who.queues),
        "own_key": who.key_id,
        "own_client": who.client_id,
        "posts": who.posts(),
        "team": who.sees_all_clients(),
    }


def within(who: Principal | None) -> dict[str, object]:
    """The same for figures, all mail where nobody asks but the service itself."""
    return _limits(who.mailboxes, who.queues) if who else _limits(ALL, ALL)


def _limits(mailboxes: frozenset[str], queues: frozenset[str]) -> dict[str, object]:
    return {
        "everything": "*" in mailboxes,
        "mailboxes": sorted(mailboxes),
        "every_queue": "*" in queues,
        "own_queues": sorted(queues),
    }
