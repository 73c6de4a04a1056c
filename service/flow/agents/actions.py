"""One action on one mail or many: lock -> may they? -> apply -> save, decide, tell the trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Engine, Row

from service.domain.actions import Action, Complete, Correct, Outcome, Reroute, Snooze, apply
from service.domain.items import NOT_IN_QUEUE, Actor, Item, Refusal, refusal
from service.domain.routing import Routing
from service.domain.types import Principal
from service.errors import FieldError, InvalidRequest
from service.flow.agents.refused import absent, refused
from service.metrics import agents as metrics
from service.store import audit, items, judgements
from service.store import engine as database

_LONGEST_SNOOZE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an action would make of each mail, or why it may not."""

    outcomes: Mapping[UUID, Outcome]
    refusals: Mapping[UUID, Refusal]


@dataclass(frozen=True, slots=True)
class Written:
    """What was stored: decisions that people made, mails that left their queue."""

    judged: Sequence[Row[Any]] = ()
    completed: Sequence[Outcome] = ()


class Actions:
    """What the holder of a lease does with a mail."""

    def __init__(self, engine: Engine, routing: Routing) -> None:
        self._engine = engine
        self._routing = routing

    def do(
        self, who: Principal, by: Actor, email_id: UUID, action: Action, token: UUID | None
    ) -> Item | None:
        """Act on a mail under its lease; without a token, on one that nobody else holds.

        Completing again under the same lease changes nothing: the first answer may have been lost.

        Returns:
            The mail as it is then, None where it left its queue.

        Raises:
            NotFound, NotInQueue, LeaseLost, Held, InvalidRequest: nothing was changed.

        """
        check(action, self._routing)

        def work(connection: Connection) -> tuple[Item | None, Written]:
            weighed = weigh(connection, who, by, action, self._routing, {email_id: token})
            if email_id in weighed.outcomes:
                written = write(connection, by, weighed.outcomes, self._routing)
                outcome = weighed.outcomes[email_id]
                return (None if outcome.completion else outcome.item), written
            why = weighed.refusals[email_id]
            if why is NOT_IN_QUEUE:
                why = absent(connection, who, email_id, token)
            again = isinstance(action, Complete) and token
            if again and items.completed_under(connection, email_id, again):
                return None, Written()
            raise refused(why)

        item, written = database.run(self._engine, work)
        count(written)
        return item


def check(action: Action, routing: Routing) -> None:
    """Refuse an action that names what does not exist, or a time that does not lie ahead.

    Raises:
        InvalidRequest: naming the field.

    """
    if isinstance(action, Reroute) and action.queue not in routing.queues:
        fault = FieldError("queue", "unknown_queue", "There is no such queue")
        raise InvalidRequest(errors=[fault])
    if isinstance(action, Correct) and action.category not in routing.categories:
        fault = FieldError("category", "unknown_category", "There is no such category")
        raise InvalidRequest(errors=[fault])
    if isinstance(action, Snooze) and not timedelta() < _ahead(action) <= _LONGEST_SNOOZE:
        fault = FieldError("until", "not_ahead", "Must lie ahead, within a year")
        raise InvalidRequest(errors=[fault])


def _ahead(action: Snooze) -> timedelta:
    return action.until - datetime.now(UTC)


def weigh(
    connection: Connection,
    who: Principal,
    by: Actor,
    action: Action,
    routing: Routing,
    wanted: Mapping[UUID, UUID | None],
) -> Weighed:
    """Lock the mails, each with its lease's token or none, and see what is made of them."""
    locked = items.lock(connection, list(wanted), who)
    outcomes: dict[UUID, Outcome] = {}
    refusals: dict[UUID, Refusal] = {}
    for email_id, token in wanted.items():
        item = locked.items.get(email_id)
        why = refusal(item, by, token, locked.now) if item else NOT_IN_QUEUE
        if item is None or why:
            refusals[email_id] = why or NOT_IN_QUEUE
        else:
            outcomes[email_id] = apply(item, action, locked.now, routing)
    return Weighed(outcomes, refusals)


def write(
    connection: Connection,
    by: Actor,
    outcomes: Mapping[UUID, Outcome],
    routing: Routing,
    bulk_id: UUID | None = None,
) -> Written:
    """Store outcomes of mails that are locked."""
    done = {key: o.completion for key, o in outcomes.items() if o.completion}
    judged = {key: o.judgement for key, o in outcomes.items() if o.judgement}
    items.save(connection, [o.item for key, o in outcomes.items() if key not in done])
    items.finish(connection, done, by, bulk_id)
    made = judgements.append(connection, judged, by, routing.version)
    extra = {} if bulk_id is None else {"bulk": str(bulk_id)}
    entries = [audit.Entry(key, o.event, {**o.detail, **extra}) for key, o in outcomes.items()]
    audit.append(connection, by, *entries)
    return Written(made, [outcomes[key] for key in done])


def count(written: Written) -> None:
    """Count, once it is stored, what was completed and what people decided otherwise."""
    for outcome in written.completed:
        metrics.COMPLETED.labels(outcome.item.queue, _late(outcome)).inc()
    for row in written.judged:
        by_model = row.first_reason == "model" and row.category != row.first_category
        if row.reason == "corrected" and by_model:
            metrics.OVERRIDES.labels(row.first_category, row.model_version).inc()


def _late(outcome: Outcome) -> str:
    completion = outcome.completion
    assert completion is not None
    return "yes" if completion.response_late or completion.resolution_late else "no"
