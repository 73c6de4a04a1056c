"""A category corrected or confirmed: a decision by a person, and a labelled example."""

from uuid import UUID

from sqlalchemy import Connection, Engine

from service.domain.actions import Correct, judge
from service.domain.items import NOT_IN_QUEUE, Actor
from service.domain.routing import Routing
from service.domain.types import Principal, Priority
from service.flow.agents.actions import Written, check, count, weigh, write
from service.flow.agents.refused import absent, refused
from service.store import audit, judgements
from service.store import engine as database


class Corrections:
    """What a mail is really about, as people say: open mail and completed mail alike."""

    def __init__(self, engine: Engine, routing: Routing) -> None:
        self._engine = engine
        self._routing = routing

    def correct(self, who: Principal, by: Actor, email_id: UUID, action: Correct) -> str:
        """Set the category of a mail that nobody else holds; `corrected` or `confirmed`.

        Raises:
            NotFound, NotInQueue, Held, InvalidRequest: nothing was changed.

        """
        check(action, self._routing)

        def work(connection: Connection) -> Written:
            weighed = weigh(connection, who, by, action, self._routing, {email_id: None})
            if email_id in weighed.outcomes:
                return write(connection, by, weighed.outcomes, self._routing)
            if weighed.refusals[email_id] is not NOT_IN_QUEUE:
                raise refused(weighed.refusals[email_id])
            return self._done(connection, who, by, email_id, action)

        written = database.run(self._engine, work)
        count(written)
        return str(written.judged[0].reason)

    def _done(
        self, connection: Connection, who: Principal, by: Actor, email_id: UUID, action: Correct
    ) -> Written:
        """A completed mail stays where it is."""
        done = judgements.lock_done(connection, email_id, who)
        if done is None:
            raise refused(absent(connection, who, email_id))
        one = judge(action.category, done.queue, Priority(done.priority), action, done.category)
        made = judgements.append(connection, {email_id: one}, by, self._routing.version)
        judgements.categorise_done(connection, email_id, action.category)
        detail = {"from": done.category, "to": action.category, "reason": action.reason}
        audit.append(connection, by, audit.Entry(email_id, one.reason, detail))
        return Written(made)
