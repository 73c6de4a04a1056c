"""The year, day by day: mail changes, people work, and models follow each other."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bench.year import training
from bench.year.house import Decided, House, Place
from bench.year.mail import World, Writers
from bench.year.models import Models
from bench.year.people import People
from bench.year.record import Record, Week
from service.domain.trials import CANARY
from service.flow import accuracy, trials

_START = datetime(2027, 1, 4, 8, tzinfo=UTC)  # a Monday
_FIRST_DAYS = 10  # of mail that the model of MODEL_PATH learned from


@dataclass(frozen=True, slots=True)
class Plan:
    """Which week brings what; `before` are weeks until the first training.

    `checks` is the share of mail that spot checks draw, `first_checks` before the first training;
    `errs` and `confirms` are the shares of labels that are wrong, and of right decisions of which
    people say so. Within `sight_days` the other words must be seen, which come in steps, and in the
    end accuracy must be back within `points`.
    """

    weeks: int = 52
    before: int = 8
    volume: float = 100.0
    words: int = 10
    new: int = 16
    named: int = 18
    shuffled: int = 32
    wrong: int = 36
    rollback: int = 44
    shadow_days: int = 7
    canary_days: int = 14
    checks: float = 0.1
    errs: float = 0.03
    confirms: float = 0.2
    first_checks: float = 0.5
    sight_days: int = 14
    points: float = 0.02
    seed: int = 1

    def world(self, week: int) -> World:
        """What mail is like in a week: other words for things, from week to week more of them."""
        share = 0.3 * min(2, max(0, week - self.words + 1))
        moved = {"certificate": 1.5, "account": 2.0} if week >= self.words else {}
        return World(self.volume, share, 0.12 if week >= self.new else 0.0, moved)


class Story:
    """Runs a plan, and keeps a record of it."""

    def __init__(self, place: Place, plan: Plan, record: Record) -> None:
        self._plan = plan
        self._writers = Writers(plan.seed)
        self._people = People(plan.seed, plan.errs, plan.confirms)
        few = [mail for n in range(_FIRST_DAYS) for mail in self._writers.day(plan.world(0), n % 5)]
        self.house = House(place, training.first(place.folder, few), plan.first_checks)
        self.record = record
        self.models = Models(self.house, place.folder, self.record)
        self._wrong = few
        self._decided: dict[UUID, Decided] = {}
        self._told: frozenset[str] = frozenset()

    def run(self) -> None:
        """All of it."""
        plan = self._plan
        for day in range(-7 * plan.before, 0):
            self._day(day)
        self._decided.clear()
        self.models.first_champion()
        self.house.open(check_share=plan.checks)
        for day in range(7 * plan.weeks):
            if day % 7 == 0:
                self._monday(day)
            self._day(day)
            self.models.try_on(day, plan.shadow_days, plan.canary_days)
            if day % 7 == 6:
                self._sunday(day)

    def _day(self, day: int) -> None:
        """Mail comes, is decided and worked on."""
        house = self.house
        mails = self._writers.day(self._plan.world(day // 7), day % 7)
        decided = house.day(_START + timedelta(days=day), mails)
        self._check_stamps(decided)
        self._decided |= decided
        categories = sorted(house.routing.categories)
        self._people.check(house.team, house.known, categories)
        said = {email_id: one.category for email_id, one in decided.items()}
        self._people.work(house.team, said, house.known, categories)
        house.evening()

    def _check_stamps(self, decided: Mapping[UUID, Decided]) -> None:
        """Each decision names the champion, or the canary where it is the canary's mail."""
        champion = self.house.succession.serving.now().version
        canary = trials.newest(self.house.engine, CANARY)
        for email_id, one in decided.items():
            theirs = canary is not None and canary.running and canary.takes(email_id)
            expected = canary.version if canary is not None and theirs else champion
            self.record.stamps[one.version == expected] += 1

    def _monday(self, day: int) -> None:
        plan, week, models = self._plan, day // 7, self.models
        if week == plan.named:
            self.house.open(check_share=plan.checks, new=True)
            self.record.note(day, "named", "the new topic has a category")
        if week == plan.shuffled:
            models.retrain(day, ["A broken export."], training.shuffled)
        elif week == plan.wrong:
            models.force(day, self._wrong)
        elif week == plan.rollback:
            models.roll_back_and_forth(day, self._writers.day(plan.world(week), 0))
        else:
            models.retrain_if_due(day)

    def _sunday(self, day: int) -> None:
        """The week's figures."""
        decided, truth = self._decided, self.house.truth
        right = sum(one.best == truth[email_id] for email_id, one in decided.items())
        sure = {email_id: one for email_id, one in decided.items() if one.sure}
        sure_right = sum(one.category == truth[email_id] for email_id, one in sure.items())
        drift, version = self.models.drift(), self.models.champion()
        self.record.weeks.append(
            Week(
                day // 7,
                len(decided),
                right / len(decided),
                sure_right / max(1, len(sure)),
                len(sure) / len(decided),
                version,
                self._checked(version),
                tuple(sorted(drift)),
            )
        )
        for name in sorted(drift.keys() - self._told):
            self.record.note(day, "drift", name)
        self._told = frozenset(drift)
        self._decided = {}

    def _checked(self, version: str) -> tuple[float, float, float] | None:
        found = accuracy.accuracy(self.house.engine, accuracy.DAYS)
        one = next((x.checked for x in found if x.version == version), None)
        return (one.value, one.low, one.high) if one else None
