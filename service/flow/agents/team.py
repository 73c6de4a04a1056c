"""All that agents do, in one place for who builds and who asks."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import Engine

from service.domain.routing import Routing
from service.flow.agents.actions import Actions
from service.flow.agents.bulk import Bulk
from service.flow.agents.claims import Claims
from service.flow.agents.corrections import Corrections
from service.flow.agents.look import Look
from service.flow.agents.spot_checks import SpotChecks
from service.flow.agents.trials import Trials


@dataclass(frozen=True, slots=True)
class Team:
    """The agents' use cases over one database and one routing."""

    claims: Claims
    actions: Actions
    corrections: Corrections
    bulk: Bulk
    look: Look
    checks: SpotChecks
    trials: Trials

    @classmethod
    def over(cls, engine: Engine, routing: Routing) -> Self:
        """Build them all."""
        return cls(
            Claims(engine, routing),
            Actions(engine, routing),
            Corrections(engine, routing),
            Bulk(engine, routing),
            Look(engine, routing),
            SpotChecks(engine, routing),
            Trials(engine, routing),
        )
