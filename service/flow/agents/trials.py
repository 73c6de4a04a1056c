"""What supervisors see of trials."""

from sqlalchemy import Engine

from service.domain.routing import Routing
from service.domain.types import Principal
from service.errors import NotFound
from service.flow import disagreements
from service.flow.disagreements import Comparison


class Trials:
    """The newest shadow trial, within a key's mailboxes and queues."""

    def __init__(self, engine: Engine, routing: Routing) -> None:
        self._engine = engine
        self._routing = routing

    def disagreements(self, who: Principal, limit: int) -> Comparison:
        """How champion and challenger agree, and which mails to look at.

        Raises:
            NotFound: there was no shadow trial yet.

        """
        found = disagreements.comparison(self._engine, self._routing, who, limit)
        if found is None:
            raise NotFound("There was no shadow trial yet")
        return found
