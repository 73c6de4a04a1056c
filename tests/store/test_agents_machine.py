"""Agents in any order of doing things: one holder at a time, and no mail is lost."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import Engine, text

from service.domain.actions import Action, Complete, Correct, Release, Reroute, Respond, Snooze
from service.domain.items import Actor
from service.errors import Held, LeaseLost, NotInQueue, ServiceError
from service.flow.agents.bulk import Report
from service.flow.agents.team import Team
from tests.support.queued import actor, agent, end_leases, fill, routing

MAILS = 6
QUEUES = ("claims", "sales")
PEOPLE = st.sampled_from([actor("anna"), actor("ben"), actor("chloe")])
PLACES = st.integers(0, MAILS - 1)


def actions() -> st.SearchStrategy[Action]:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    return st.one_of(
        st.just(Release()),
        st.just(Respond()),
        st.just(Complete()),
        st.builds(Reroute, st.sampled_from(QUEUES), st.just("because")),
        st.just(Snooze(tomorrow)),
        st.builds(Correct, st.sampled_from(["payment", "claim"]), st.none(), st.booleans()),
    )


class Agents(RuleBasedStateMachine):
    """Three people at six mails; what is known of each is kept beside and compared."""

    database: Engine

    def __init__(self) -> None:
        super().__init__()
        with self.database.begin() as connection:
            for table in ("queue_items", "done_items", "bulk_actions"):
                connection.execute(text(f"DELETE FROM {table}"))
        self.ids = fill(self.database, MAILS, *QUEUES)
        self.team = Team.over(self.database, routing())
        self.tokens: dict[UUID, tuple[Actor, UUID]] = {}
        self.old: list[tuple[UUID, UUID]] = []
        self.done: set[UUID] = set()
        self.asleep: set[UUID] = set()
        self.reports: list[Report] = []

    def _lose(self, email_id: UUID) -> None:
        if email_id in self.tokens:
            self.old.append((email_id, self.tokens.pop(email_id)[1]))

    def _after(self, email_id: UUID, action: Action) -> None:
        stays = isinstance(action, Respond) or (isinstance(action, Correct) and not action.move)
        if not stays:
            self._lose(email_id)
        if isinstance(action, (Reroute, Snooze)) or (isinstance(action, Correct) and action.move):
            self.asleep.discard(email_id)
        if isinstance(action, Snooze):
            self.asleep.add(email_id)
        if isinstance(action, Complete):
            self.done.add(email_id)

    @rule(who=PEOPLE)
    def claim_next(self, who: Actor) -> None:
        """A mail that is free, or none where none is."""
        free = set(self.ids) - self.done - self.tokens.keys() - self.asleep
        item = self.team.claims.next(agent(), who, None, 600)
        assert (item is None) == (not free)
        if item is not None:
            assert item.email_id in free
            assert item.lease is not None
            self.tokens[item.email_id] = (who, item.lease.token)

    @rule(who=PEOPLE, place=PLACES, take=st.booleans())
    def claim_one(self, who: Actor, place: int, *, take: bool) -> None:
        """Refused only where somebody else holds it, or it is done."""
        email_id = self.ids[place]
        others = email_id in self.tokens and self.tokens[email_id][0] != who
        try:
            item = self.team.claims.one(agent(), who, email_id, 600, take=take)
        except Held:
            assert others
            assert not take
        except NotInQueue:
            assert email_id in self.done
        else:
            assert take or not others
            self._lose(email_id)
            self.asleep.discard(email_id)
            assert item.lease is not None
            self.tokens[email_id] = (who, item.lease.token)

    @rule(place=PLACES, action=actions())
    def act(self, place: int, action: Action) -> None:
        """The holder, if there is one, may do anything."""
        email_id = self.ids[place]
        if email_id in self.tokens:
            who, token = self.tokens[email_id]
            self.team.actions.do(agent(), who, email_id, action, token)
            self._after(email_id, action)

    @rule(number=st.integers(0, 20), action=actions(), who=PEOPLE)
    def act_too_late(self, number: int, action: Action, who: Actor) -> None:
        """Whoever lost the lease may do nothing; completing twice is once."""
        if number >= len(self.old):
            return
        email_id, token = self.old[-1 - number]
        try:
            self.team.actions.do(agent(), who, email_id, action, token)
        except LeaseLost:
            return
        assert isinstance(action, Complete)
        assert email_id in self.done

    @rule(who=PEOPLE, places=st.sets(PLACES, min_size=1), action=actions())
    def bulk(self, who: Actor, places: set[int], action: Action) -> None:
        """Done to all that are open and that nobody else holds."""
        ids = [self.ids[place] for place in sorted(places)]
        report = self.team.bulk.do(agent(), who, _name(action), action, ids)
        self.reports.append(report)
        for email_id, refused in report.refusals.items():
            holder = self.tokens.get(email_id, (who,))[0]
            assert (refused is None) == (email_id not in self.done and holder == who)
            if refused is None:
                self._after(email_id, action)

    @rule(who=PEOPLE)
    def undo(self, who: Actor) -> None:
        """What was put back is free, or as asleep as it was."""
        if not self.reports:
            return
        report = self.reports.pop()
        try:
            back = self.team.bulk.undo(agent(), who, report.id)
        except ServiceError:
            return  # somebody else's
        for email_id, refused in back.refusals.items():
            if refused is None:
                self._lose(email_id)
                self.done.discard(email_id)
                self._read_sleep(email_id)

    def _read_sleep(self, email_id: UUID) -> None:
        self.asleep.discard(email_id)
        with self.database.connect() as connection:
            found = connection.execute(
                text("SELECT snoozed_until FROM queue_items WHERE email_id = :id"),
                {"id": email_id},
            )
            if found.scalar_one() is not None:
                self.asleep.add(email_id)

    @rule()
    def leases_end(self) -> None:
        """Time passes."""
        end_leases(self.database)
        for email_id in list(self.tokens):
            self._lose(email_id)

    @invariant()
    def every_mail_is_in_one_place(self) -> None:
        """Open or done, never both, never neither; its history has no gap."""
        with self.database.connect() as connection:
            opened = set(connection.execute(text("SELECT email_id FROM queue_items")).scalars())
            done = set(connection.execute(text("SELECT email_id FROM done_items")).scalars())
            gaps = connection.execute(
                text(
                    "SELECT email_id FROM decisions WHERE email_id = ANY(CAST(:ids AS uuid[])) "
                    "GROUP BY email_id HAVING max(number) <> count(*)"
                ),
                {"ids": self.ids},
            ).all()
        assert done == self.done
        assert opened == set(self.ids) - done
        assert gaps == []

    @invariant()
    def the_holder_is_who_we_think(self) -> None:
        """By the lease's token."""
        with self.database.connect() as connection:
            held = connection.execute(
                text(
                    "SELECT email_id, lease_token FROM queue_items "
                    "WHERE lease_until > clock_timestamp()"
                )
            )
            assert dict(map(tuple, held)) == {i: token for i, (_, token) in self.tokens.items()}


def _name(action: Action) -> str:
    return type(action).__name__.lower()


def test_agents_in_any_order(database: Engine) -> None:
    """Claims, releases, completions, re-routings, corrections, bulk actions, undos, lost leases."""
    Agents.database = database
    machine = Agents.TestCase
    machine.settings = settings(
        max_examples=30,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    machine().runTest()
