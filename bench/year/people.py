"""Agents who answer all mail of a day, correct what they mind, and err at a stated rate."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from uuid import UUID

from service.domain.actions import Complete, Correct
from service.domain.types import Role
from service.flow.agents.team import Team
from tests.support.queued import actor, agent

_AT_ONCE = 500
_MOST_CHECKS = 10_000


class People:
    """Everybody at the desks.

    Args:
        errs: the share of their labels that name another category than the true one.
        confirms: the share of right decisions that they say are right.

    """

    def __init__(self, seed: int, errs: float, confirms: float) -> None:
        self._draw = random.Random(f"people {seed}")  # noqa: S311  # reproducible on purpose
        self._errs, self._confirms = errs, confirms
        self._who, self._by = agent(role=Role.SUPERVISOR), actor("anna")

    def work(
        self,
        team: Team,
        decided: Mapping[UUID, str],
        known: Callable[[UUID], str],
        categories: Sequence[str],
    ) -> None:
        """Correct or confirm, then complete each mail of `decided` (its category by id).

        `known` says what a mail is about, as far as people have a name for it.
        """
        said: dict[str, list[UUID]] = defaultdict(list)
        for email_id, category in decided.items():
            if category != known(email_id) or self._draw.random() < self._confirms:
                said[self._says(known(email_id), categories)].append(email_id)
        for category, ids in said.items():
            for some in _parts(ids):
                team.bulk.do(self._who, self._by, "correct", Correct(category), some)
        for some in _parts(list(decided)):
            team.bulk.do(self._who, self._by, "complete", Complete(), some)

    def check(self, team: Team, known: Callable[[UUID], str], categories: Sequence[str]) -> None:
        """Label every spot check that waits."""
        rows = team.checks.waiting(self._who, limit=_MOST_CHECKS)
        for row in rows:
            said = self._says(known(row.email_id), categories)
            team.checks.label(self._who, self._by, row.email_id, said)

    def _says(self, true: str, categories: Sequence[str]) -> str:
        if self._draw.random() >= self._errs:
            return true
        return self._draw.choice([name for name in categories if name != true])


def _parts(ids: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(ids), _AT_ONCE):
        yield ids[start : start + _AT_ONCE]
