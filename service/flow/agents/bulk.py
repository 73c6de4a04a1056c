"""One action on up to 500 mails, each by itself, and all of it undone for ten minutes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from service.domain.actions import Action, Outcome
from service.domain.items import Actor, Refusal
from service.domain.routing import Routing
from service.domain.types import Principal, Role
from service.errors import NotFound, TooLate
from service.flow.agents.actions import Written, check, count, weigh, write
from service.store import audit, bulk, judgements, lists
from service.store import engine as database

_CHANGED = Refusal("changed_since", "Somebody did something else with the mail since")
_JUDGES = {"reroute", "correct"}  # actions that add a decision


@dataclass(frozen=True, slots=True)
class Report:
    """What became of each mail: None where it was done. Undo is possible until then.

    `lost` are mails that went into a queue where whoever sent them there does not see them.
    """

    id: UUID
    refusals: Mapping[UUID, Refusal | None]
    undo_until: datetime | None = None
    lost: frozenset[UUID] = frozenset()


class Bulk:
    """The same action on many mails; a wrong one keeps no other out."""

    def __init__(self, engine: Engine, routing: Routing) -> None:
        self._engine = engine
        self._routing = routing

    def do(
        self, who: Principal, by: Actor, name: str, action: Action, ids: Sequence[UUID]
    ) -> Report:
        """Act on those of the mails that nobody else holds.

        Raises:
            InvalidRequest: the action names what does not exist; nothing was changed.

        """
        check(action, self._routing)

        def work(connection: Connection) -> tuple[Report, Written]:
            wanted = dict.fromkeys(ids)
            weighed = weigh(connection, who, by, action, self._routing, wanted)
            begun = bulk.begin(connection, name, by, list(weighed.outcomes))
            written = write(connection, by, weighed.outcomes, self._routing, begun.id)
            refusals = {email_id: weighed.refusals.get(email_id) for email_id in wanted}
            lost = _lost(who, weighed.outcomes)
            until = begun.undo_until if weighed.outcomes.keys() - lost else None
            return Report(begun.id, refusals, until, lost), written

        report, written = database.run(self._engine, work)
        count(written)
        return report

    def undo(self, who: Principal, by: Actor, bulk_id: UUID) -> Report:
        """Put back what nobody touched since, of one's own action what one may still see.

        Raises:
            NotFound: unknown, not theirs to see, or another's and the key is no supervisor's.
            TooLate: ten minutes are over, or it was undone before.

        """

        def work(connection: Connection) -> Report:
            found = bulk.find(connection, bulk_id)
            if found is None:
                raise NotFound
            seen = lists.seen(connection, who, found.email_ids)
            if not _may_undo(who, by, found, seen.values()):
                raise NotFound
            if found.undone_at or found.expired:
                raise TooLate
            back = bulk.undo(connection, bulk_id, sorted(i for i, theirs in seen.items() if theirs))
            if found.action in _JUDGES:
                judgements.take_back(connection, sorted(back), by)
            detail = {"bulk": str(bulk_id), "action": found.action}
            audit.append(connection, by, *(audit.Entry(i, "undone", detail) for i in sorted(back)))
            changed = {i: None if i in back else _CHANGED for i in found.email_ids}
            return Report(bulk_id, changed)

        return database.run(self._engine, work)


def _lost(who: Principal, outcomes: Mapping[UUID, Outcome]) -> frozenset[UUID]:
    """Those that lie elsewhere now; what one completed is one's own to see."""
    return frozenset(
        email_id
        for email_id, outcome in outcomes.items()
        if not (outcome.completion or who.may_see(outcome.item.queue))
    )


def _may_undo(who: Principal, by: Actor, found: Row[Any], seen: Collection[bool]) -> bool:
    """Who did it, if any of the mail that is left is theirs to see; who supervises, if all is."""
    if (found.by_key, found.by_agent) == (by.key_id, by.agent):
        return any(seen) or not seen
    return bool(who.roles & {Role.SUPERVISOR, Role.ADMIN}) and all(seen)
