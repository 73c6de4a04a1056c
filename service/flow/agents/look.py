"""What agents look at: a queue, a mail and its text, notes, what was found, who did what."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from mail.original import has_html, original_html
from mail.segment import Segmentation, segment
from service.domain.items import NOT_IN_QUEUE, Actor
from service.domain.routing import Routing
from service.domain.search import query
from service.domain.types import Kind, Principal
from service.errors import NotFound
from service.flow.agents.refused import refused
from service.flow.read import message_bytes, parse_content
from service.store import audit, lists
from service.store import engine as database
from service.store.lists import Filter, Place


@dataclass(frozen=True, slots=True)
class Text:
    """A mail's readable text and who wrote which part of it.

    ``unread``: it took workers down, and is not read here either; nothing else tells of it.
    """

    subject: str
    from_html: bool
    segmentation: Segmentation
    has_html: bool
    unread: bool = False


_UNREAD = Text("", False, segment(""), False, unread=True)


class Look:
    """Reads what is the key's to see; all else is `NotFound`. Who reads text is noted."""

    def __init__(self, engine: Engine, routing: Routing) -> None:
        self._engine = engine
        self._routing = routing

    def queue(
        self, who: Principal, name: str, wanted: Filter, *, after: Place | None, limit: int
    ) -> Sequence[Row[Any]]:
        """A page of a queue, most urgent first."""
        if name not in self._routing.queues or not who.may_see(name):
            raise NotFound
        return database.run(
            self._engine,
            lambda c: lists.page(c, who, name, wanted, after=after, limit=limit),
        )

    def item(self, who: Principal, email_id: UUID) -> tuple[Row[Any] | None, Row[Any] | None]:
        """A mail in its queue, or else how it was completed.

        Raises:
            NotFound, NotInQueue: unknown; not decided yet.

        """

        def work(connection: Connection) -> tuple[Row[Any] | None, Row[Any] | None]:
            self._require(connection, who, email_id)
            found = lists.one(connection, who, email_id)
            return found, None if found else lists.done(connection, who, email_id)

        found, done = database.run(self._engine, work)
        if found is None and done is None:
            raise refused(NOT_IN_QUEUE)
        return found, done

    def text(self, who: Principal, by: Actor, email_id: UUID) -> Text:
        """What a mail says; that it was read is noted before it is shown."""

        def work(connection: Connection) -> Row[Any]:
            row = lists.content(connection, who, email_id)
            if row is None:
                raise NotFound
            audit.append(connection, by, audit.Entry(email_id, "read"))
            return row

        row = database.run(self._engine, work)
        if row.crashed:  # one thread that hangs in the parser stops all threads of this process
            return _UNREAD
        kind, content = Kind(row.kind), bytes(row.content)
        email = parse_content(kind, content)
        segmentation = segment(email.text, email.subject)
        html = has_html(message_bytes(kind, content))
        return Text(email.subject, email.from_html, segmentation, html)

    def original(self, who: Principal, by: Actor, email_id: UUID) -> bytes:
        """A mail as it came; the trail notes that it was downloaded."""
        row = self._taken(who, by, email_id, "downloaded")
        return message_bytes(Kind(row.kind), bytes(row.content))

    def as_sent(self, who: Principal, by: Actor, email_id: UUID) -> str | None:
        """The HTML a mail brought, unsafe as it is; None where there is none, or it is not read."""
        row = self._taken(who, by, email_id, "seen_as_sent")
        if row.crashed:
            return None
        return original_html(message_bytes(Kind(row.kind), bytes(row.content)))

    def _taken(self, who: Principal, by: Actor, email_id: UUID, how: str) -> Row[Any]:
        def work(connection: Connection) -> Row[Any]:
            row = lists.content(connection, who, email_id)
            if row is None:
                raise NotFound
            audit.append(connection, by, audit.Entry(email_id, how))
            return row

        return database.run(self._engine, work)

    def search(
        self, who: Principal, asked: str, *, queue: str | None, before: UUID | None, limit: int
    ) -> Sequence[Row[Any]]:
        """Mails that hold all the words, newest first; none where nothing was asked."""
        wanted = query(asked)
        if wanted is None:
            return []
        return database.run(
            self._engine,
            lambda c: lists.search(c, who, wanted, queue=queue, before=before, limit=limit),
        )

    def note(self, who: Principal, by: Actor, email_id: UUID, words: str) -> Row[Any]:
        """Add a note to a mail, whoever holds it."""

        def work(connection: Connection) -> Row[Any]:
            self._require(connection, who, email_id)
            audit.append(connection, by, audit.Entry(email_id, "noted"))
            return audit.note(connection, by, email_id, words)

        return database.run(self._engine, work)

    def notes(self, who: Principal, email_id: UUID) -> Sequence[Row[Any]]:
        """A mail's notes, oldest first."""

        def work(connection: Connection) -> Sequence[Row[Any]]:
            self._require(connection, who, email_id)
            return audit.notes(connection, email_id)

        return database.run(self._engine, work)

    def trail(
        self, who: Principal, email_id: UUID, *, after: int, limit: int
    ) -> Sequence[Row[Any]]:
        """Who read or did what, oldest first."""

        def work(connection: Connection) -> Sequence[Row[Any]]:
            self._require(connection, who, email_id)
            return audit.of(connection, email_id, after=after, limit=limit)

        return database.run(self._engine, work)

    @staticmethod
    def _require(connection: Connection, who: Principal, email_id: UUID) -> None:
        if lists.known(connection, who, email_id) is None:
            raise NotFound
