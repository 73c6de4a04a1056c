"""Who works on what: claim the most urgent mail or a certain one, and keep it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import Connection, Engine
from uuid_utils.compat import uuid4

from service.domain.items import LEASE_LOST, Actor, Item, Lease, claimed, held_by, refusal
from service.domain.routing import Routing
from service.domain.types import Principal
from service.errors import FieldError, InvalidRequest
from service.flow.agents.refused import absent, refused
from service.metrics import agents as metrics
from service.store import audit, items
from service.store import engine as database


class Claims:
    """Leases on open mail. At any moment one holder, who knows the token."""

    def __init__(self, engine: Engine, routing: Routing) -> None:
        self._engine = engine
        self._routing = routing

    def next(
        self, who: Principal, by: Actor, queues: Sequence[str] | None, seconds: float
    ) -> Item | None:
        """Take the most urgent free mail of some or all of one's queues; None where none waits."""
        wanted = list(self._routing.queues) if queues is None else self._known(who, queues)

        def work(connection: Connection) -> Item | None:
            item = items.claim_next(connection, who, by, wanted, seconds)
            if item is not None:
                audit.append(connection, by, _entry("claimed", item))
            return item

        found = database.run(self._engine, work)
        metrics.CLAIMS.labels("none" if found is None else "claimed").inc()
        return found

    def one(self, who: Principal, by: Actor, email_id: UUID, seconds: float, *, take: bool) -> Item:
        """Take a certain mail; `take` takes it from its holder as well.

        Raises:
            NotFound, NotInQueue, Held: unknown; not open; somebody else has it.

        """

        def work(connection: Connection) -> Item:
            locked = items.lock(connection, [email_id], who)
            item = locked.items.get(email_id)
            if item is None:
                raise refused(absent(connection, who, email_id))
            lease = item.lease_at(locked.now)
            if lease and lease.holder != by and not take:
                raise refused(held_by(lease))
            until = locked.now + timedelta(seconds=seconds)
            mine = claimed(item, Lease(uuid4(), until, by), locked.now, self._routing)
            items.save(connection, [mine])
            taken = lease is not None and lease.holder != by
            entry = _entry("taken" if taken else "claimed", mine, lease)
            audit.append(connection, by, entry)
            return mine

        return database.run(self._engine, work)

    def renew(self, who: Principal, by: Actor, email_id: UUID, token: UUID, seconds: float) -> Item:
        """Keep a mail for longer, from now on.

        Raises:
            NotFound, LeaseLost: unknown; the lease ended or passed on.

        """

        def work(connection: Connection) -> Item:
            locked = items.lock(connection, [email_id], who)
            item = locked.items.get(email_id)
            if item is None:
                raise refused(absent(connection, who, email_id, token))
            if refusal(item, by, token, locked.now) or item.lease is None:
                raise refused(LEASE_LOST)
            lease = replace(item.lease, until=locked.now + timedelta(seconds=seconds))
            kept = replace(item, lease=lease)
            items.save(connection, [kept])
            return kept

        return database.run(self._engine, work)

    def _known(self, who: Principal, queues: Sequence[str]) -> list[str]:
        wrong = [
            FieldError(f"queues.{place}", "unknown_queue", "There is no such queue for this key")
            for place, name in enumerate(queues)
            if name not in self._routing.queues or not who.may_see(name)
        ]
        if wrong:
            raise InvalidRequest(errors=wrong)
        return list(dict.fromkeys(queues))


def _entry(action: str, item: Item, before: Lease | None = None) -> audit.Entry:
    assert item.lease is not None
    detail: dict[str, object] = {"queue": item.queue, "until": item.lease.until.isoformat()}
    if action == "taken" and before is not None:
        detail["from"] = before.holder.name
    return audit.Entry(item.email_id, action, detail)
