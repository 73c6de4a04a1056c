"""Retrainings on the real tables and a real store; the trainer writes small real models."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Engine

from model.artifact_store import FolderStore
from model.inference import load_classifier
from service.domain.gate import Bounds
from service.domain.items import Actor
from service.domain.retraining import Ended
from service.flow import models
from service.flow.retraining.plan import Plan, TrainingFailed, World
from service.flow.retraining.run import Retrainer
from tests.support.fake_classifier import LABELS
from tests.support.labelled_mail import clear, said
from tests.support.model_folders import model_folder

OPERATOR = Actor("", "operator", "anna")
WHY = ["a test"]
BOUNDS = Bounds(emails=30, support=5)


@dataclass
class Trainer:
    """Writes a model of this seed, turned so far, after whatever shall happen before."""

    seed: int = 5
    turned: int = 0
    before: Callable[[], object] = lambda: None
    calls: list[Path] = field(default_factory=list)

    def __call__(self, snapshot: Path, out: Path, seconds: float) -> None:
        self.calls.append(snapshot)
        self.before()
        model_folder(out, self.seed, turned=self.turned)


@dataclass
class House:
    """A service whose model of MODEL_PATH reads every category."""

    engine: Engine
    folder: Path
    plan: Plan
    trainer: Trainer
    own: str

    @property
    def store(self) -> FolderStore:
        return FolderStore(self.folder / "store")

    def retrainer(self, plan: Plan | None = None) -> Retrainer:
        world = World(self.engine, self.store, self.trainer, load_classifier)
        return Retrainer(world, plan or self.plan, OPERATOR)

    def run(self, **changes: object) -> Ended:
        return self.retrainer(replace(self.plan, **changes)).run(WHY)  # type: ignore[arg-type]

    def statuses(self) -> dict[str, str]:
        return {one["version"]: one["status"] for one in models.listed(self.engine)}


def mails(count: int) -> list[tuple[str, str]]:
    """Mail that says its category, and is no letter sent twice: those that differ in digits are."""
    named = [LABELS[n % len(LABELS)] for n in range(count)]
    return [(f"{label} {letters(n)}", label) for n, label in enumerate(named)]


def letters(number: int) -> str:
    return "word" + "".join("abcdefghij"[int(digit)] for digit in str(number))


def with_mail(database: Engine, tmp_path: Path) -> House:
    """A house with 400 labelled mails."""
    clear(database)
    said(database, mails(400))
    own = model_folder(tmp_path / "own", 1)
    plan = Plan(
        work=tmp_path / "work",
        own=tmp_path / "own",
        golden=None,
        thresholds=dict.fromkeys(LABELS, 0.5),
        mask=str,
        bounds=BOUNDS,
    )
    return House(database, tmp_path, plan, Trainer(), own)


class Killed(BaseException):
    """As a signal ends a process: nothing of ours catches it."""


def killed() -> None:
    raise Killed


def fail() -> None:
    raise TrainingFailed("There is nothing to tell apart.")
