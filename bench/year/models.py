"""The models of the year: retrained, judged, tried, promoted, rolled back; as operators do it."""

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.year import training
from bench.year.house import OPERATOR, House
from bench.year.mail import Mail
from bench.year.record import Record
from model.artifact import read_manifest
from model.inference import load_classifier
from service.domain import retraining as rules
from service.domain.models import CHALLENGER, CHAMPION, standing
from service.domain.trials import CANARY, LOST, SHADOW
from service.flow import disagreements, trials
from service.flow.drift.judge import verdict
from service.flow.registry import roll_back
from service.flow.retraining.plan import Plan, Train, World
from service.flow.retraining.run import Retrainer
from service.flow.retraining.signals import signals
from service.store import engine as database
from service.store import registry
from tests.support.waiting import until

_SHADOW_SHARE, _CANARY_SHARE = 1.0, 0.3
_POLICY = rules.Policy(labels=3_000, accuracy=0.0, days=0.0, drift=True)
WITHIN_SECONDS = 10.0  # that a rollback may take


class Models:
    """What happens to the models of a house; each step is noted."""

    def __init__(self, house: House, folder: Path, record: Record) -> None:
        self._house, self._folder, self._record = house, folder, record
        self._kind, self._since = "", 0

    def champion(self) -> str:
        """The version that decides."""
        now = database.run(self._house.engine, registry.changes)
        return standing(now).champion or read_manifest(self._house.own).version

    def drift(self) -> Mapping[str, str]:
        """The features of the champion's mail that drift, each with its sentence."""
        today, version = self._house.clock.now().date(), self.champion()
        found = database.run(self._house.engine, lambda c: verdict(c, version, today))
        return {one.feature: one.sentence for one in found.found}

    def first_champion(self) -> None:
        """What people labelled in the weeks before makes the first of our own."""
        outcome = self.retrain(-1, ["The first labels are here."], training.learn)
        if outcome != rules.CHALLENGER:
            raise RuntimeError(f"The first training ended as {outcome}.")
        self._promote(-1, "the first of our own")
        self._kind = ""

    def retrain_if_due(self, day: int) -> None:
        """Where the service finds a reason, and nothing is being tried."""
        if self._kind:
            return
        own = read_manifest(self._house.own).version
        found = signals(self._house.engine, own, self._house.clock.now())
        if why := rules.reasons(found, _POLICY):
            self.retrain(day, why, training.learn)

    def retrain(self, day: int, reasons: Sequence[str], train: Train) -> str:
        """Snapshot, train, evaluate, gate; the outcome."""
        house = self._house
        plan = Plan(
            work=self._folder / "retraining",
            own=house.own,
            golden=None,
            thresholds={n: x.threshold for n, x in house.routing.categories.items()},
            mask=str,
        )
        world = World(house.engine, house.store, train, load_classifier)
        ended = Retrainer(world, plan, OPERATOR).run(reasons)
        why = ended.error or " ".join(ended.facts.get(rules.GATE, {}).get("reasons", ()))
        self._record.note(day, f"retrained: {ended.outcome}", f"{reasons[0]} {why}")
        if ended.outcome == rules.CHALLENGER:
            self._try(day, SHADOW)
        return ended.outcome

    def try_on(self, day: int, shadow_days: int, canary_days: int) -> None:
        """From shadow to canary to champion, as long as nothing speaks against it."""
        if self._kind == CANARY and not self._is_running():
            self._kind = ""
            self._record.note(day, "canary lost", self._why_lost())
        elif self._kind == SHADOW and day - self._since >= shadow_days:
            self._record.note(day, "shadow over", self._agreement())
            self._try(day, CANARY)
        elif self._kind == CANARY and day - self._since >= canary_days:
            self._promote(day, "nothing speaks against it")
            self._kind = ""

    def force(self, day: int, mails: Sequence[Mail]) -> None:
        """Somebody tries a model that no gate has seen, and that is always wrong."""
        version, _ = self._house.registry.add(
            training.wrong(self._folder, mails), OPERATOR, "by hand"
        )
        self._house.registry.promote(version, CHALLENGER, OPERATOR, "by hand")
        self._record.note(day, "forced", version)
        self._try(day, CANARY)

    def roll_back_and_forth(self, day: int, mails: Sequence[Mail]) -> None:
        """By hand, under mail: how long until the next mail is decided by the one before."""
        house, now = self._house, self.champion()
        stop = threading.Event()
        watch = threading.Thread(target=house.succession.watch, args=(stop,))
        watch.start()
        try:
            started = time.monotonic()
            before = roll_back(house.engine, OPERATOR, "to see how long it takes")
            left = iter(mails)
            until(
                lambda: house.deciding([next(left)]) == before, "the rollback", 3 * WITHIN_SECONDS
            )
            self._record.rollback_seconds = time.monotonic() - started
        finally:
            stop.set()
            watch.join()
        self._record.note(day, "rolled back", f"in {self._record.rollback_seconds:.1f} s")
        house.registry.promote(now, CHAMPION, OPERATOR, "it was right")

    def _try(self, day: int, kind: str) -> None:
        share = {SHADOW: _SHADOW_SHARE, CANARY: _CANARY_SHARE}[kind]
        if self._kind == SHADOW:
            trials.stop(self._house.engine, SHADOW, OPERATOR, "it was long enough")
        trial, _ = trials.start(self._house.engine, kind, share, OPERATOR, "the year's plan")
        self._kind, self._since = kind, day
        self._house.notice_trial()
        self._record.note(day, kind, trial.version)

    def _promote(self, day: int, reason: str) -> None:
        now = standing(database.run(self._house.engine, registry.changes))
        assert now.challenger is not None
        self._house.registry.promote(now.challenger, CHAMPION, OPERATOR, reason)
        self._record.note(day, "promoted", now.challenger)

    def _is_running(self) -> bool:
        trial = trials.newest(self._house.engine, CANARY)
        return trial is not None and trial.running

    def _why_lost(self) -> str:
        entries = database.run(self._house.engine, lambda c: registry.history(c, self._tried(), 10))
        return next((entry.reason for entry in entries if entry.action == LOST), "it ended")

    def _tried(self) -> str:
        trial = trials.newest(self._house.engine, CANARY)
        assert trial is not None
        return trial.version

    def _agreement(self) -> str:
        found = disagreements.comparison(self._house.engine, self._house.routing, None, 5)
        assert found is not None
        return f"{found.agreed} of {found.compared} alike, {found.unpredicted} unpredicted"
