"""One retraining from its reasons to its end; one that was killed goes on where it stopped.

lock -> the one that did not end, or a new one -> step after step, each written down -> outcome
"""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from model.artifact import ArtifactError
from model.data import DataError
from service import log
from service.domain import retraining as rules
from service.domain.items import Actor
from service.domain.models import Refused
from service.domain.retraining import Ended
from service.errors import Unavailable
from service.flow.retraining import steps
from service.flow.retraining.alone import alone
from service.flow.retraining.place import clear, folder_of, workplace
from service.flow.retraining.plan import Plan, TrainingFailed, World
from service.flow.retraining.steps import Run
from service.store import engine as database
from service.store import retrainings
from service.store.retrainings import Turn

_log = log.get(__name__)

_SENTENCES = (TrainingFailed, DataError, ArtifactError, Refused)
_DO: Mapping[str, Callable[[Run], dict[str, Any]]] = {
    rules.SNAPSHOT: steps.take_snapshot,
    rules.TRAIN: steps.train,
    rules.EVALUATE: steps.judge_all,
    rules.GATE: steps.gate,
    rules.CHALLENGE: steps.challenge,
}


class TakenOver(Refused):
    """PostgreSQL's lock was lost on the way, and somebody else went on with the retraining."""


@dataclass(slots=True)
class _At:
    """How far a run is."""

    row: Row[Any]
    facts: dict[str, Any]
    step: str

    @property
    def turn(self) -> Turn:
        """What is written down as ours."""
        return Turn(self.row.id, self.row.starts)


class Retrainer:
    """Retrains by a plan. Whoever is killed is gone on with by the next call."""

    def __init__(self, world: World, plan: Plan, by: Actor) -> None:
        self._world = world
        self._plan = plan
        self._by = by

    def unfinished(self) -> bool:
        """Whether one is at work, or was killed at work."""
        last = database.run(self._world.engine, lambda c: retrainings.newest(c, 1))
        return bool(last) and last[0].ended_at is None

    def run(self, reasons: Sequence[str]) -> Ended:
        """Go on with the one that did not end, or begin one for these reasons.

        Raises:
            Refused: another one is at work, or went on with this one.
            Unavailable: PostgreSQL cannot be asked; call again to go on.

        """
        with alone(self._world.engine), workplace(self._plan.work):
            row = database.run(self._world.engine, retrainings.go_on) or self._begin(reasons)
            clear(self._plan.work, row.id)
            at = _At(row, dict(row.facts), row.step)
            _log.info("retraining_begun", retraining=row.id, starts=row.starts)
            outcome, error = self._tried(at)
            now = self._world.now()
            database.run(
                self._world.engine,
                lambda c: retrainings.end(c, at.turn, outcome, error, now),
            )
            folder = folder_of(self._plan.work, row.id)
            if outcome != rules.REFUSED:  # whose model somebody may want to look at
                shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(folder / "snapshots", ignore_errors=True)
            _log.info("retraining_ended", retraining=row.id, outcome=outcome, step=at.step)
            return Ended(row.id, outcome, tuple(row.reasons), at.step, error, at.facts)

    def _begin(self, reasons: Sequence[str]) -> Row[Any]:
        first = rules.STEPS[0], self._seconds(rules.STEPS[0])
        now = self._world.now()
        return database.run(
            self._world.engine,
            lambda c: retrainings.begin(c, reasons, self._by, first, now),
        )

    def _tried(self, at: _At) -> tuple[str, str | None]:
        """The outcome, and why it failed if it did."""
        try:
            if at.row.starts > rules.MOST_STARTS:
                raise TrainingFailed(
                    f"It was killed {rules.MOST_STARTS} times: see what the machine says of it, "
                    "memory first."
                )
            return self._steps(at), None
        except (Unavailable, TakenOver):
            raise
        except _SENTENCES as error:
            _log.warning("retraining_failed", retraining=at.row.id, step=at.step, error=str(error))
            return rules.FAILED, str(error)
        except Exception as error:  # noqa: BLE001  # a fault of ours: it ends here, and is told
            _log.exception("retraining_failed", retraining=at.row.id, step=at.step)
            return rules.FAILED, f"{type(error).__name__} in the step {at.step}; the log has more."

    def _steps(self, at: _At) -> str:
        for name in rules.STEPS:
            found = self._step(at, name)
            judged = rules.GATE in at.facts  # it became champion before it was killed
            if name == rules.TRAIN and not judged and found["version"] == self._champion(at):
                return rules.SAME
            if name == rules.GATE and not found["passed"]:
                return rules.REFUSED
        return str(at.facts[rules.CHALLENGE]["alias"] or rules.ADDED)

    def _step(self, at: _At, name: str) -> dict[str, Any]:
        """Do one step, and write down what it found and how long it took."""
        at.step = name
        seconds, now = self._seconds(name), self._world.now()
        ours = database.run(
            self._world.engine, lambda c: retrainings.step(c, at.turn, name, seconds, now)
        )
        if not ours:
            raise TakenOver("Another process goes on with this retraining: this one is over.")
        started = time.monotonic()
        found = _DO[name](self._run_of(at, started + seconds))
        took = round(time.monotonic() - started, 3)
        at.facts[name] = found | {"seconds": took}
        database.run(
            self._world.engine, lambda c: retrainings.note(c, at.turn, {name: at.facts[name]})
        )
        _log.info("retraining_step_done", retraining=at.row.id, step=name, seconds=took)
        return found

    def _run_of(self, at: _At, ends: float) -> Run:
        return Run(at.row.id, self._plan, self._world, self._by, at.facts, ends)

    def _champion(self, at: _At) -> str:
        return steps.champion_of(self._run_of(at, 0.0))

    def _seconds(self, step: str) -> float:
        return self._plan.train_seconds if step == rules.TRAIN else self._plan.step_seconds
