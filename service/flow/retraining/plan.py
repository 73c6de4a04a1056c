"""What a retraining depends on beside its labels, and what it needs of the world outside."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from model.artifact_store import ArtifactStore
from model.evaluation_set import MOST
from service.domain.gate import DEFAULT, Bounds
from service.flow.evaluations import Load


class TrainingFailed(Exception):
    """A step failed; the text is a sentence for people, without mail."""


class TooSlow(TrainingFailed):
    """A step took longer than it may."""


# From a snapshot's folder to a model's, in so many seconds; raises TrainingFailed.
Train = Callable[[Path, Path, float], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to retrain.

    `work` is a folder that may be lost, and is better kept: what is in it is not done again.
    `golden` is labelled mail that no model learns from. `own` is the model of MODEL_PATH.
    `thresholds` are those of the routing, by category. `held_out` is the share of mail that never
    teaches any model, `validation` the share that chooses and calibrates. With `promotes`, who
    passes the gate becomes champion at once.
    """

    work: Path
    own: Path
    golden: Path | None
    thresholds: Mapping[str, float]
    mask: Callable[[str], str]
    train_seconds: float = 21_600.0
    step_seconds: float = 3_600.0
    validation: float = 0.15
    held_out: float = 0.15
    most: int = MOST
    promotes: bool = False
    bounds: Bounds = field(default_factory=lambda: DEFAULT)

    @property
    def categories(self) -> Collection[str]:
        """Those that the routing has."""
        return self.thresholds.keys()


@dataclass(frozen=True, slots=True)
class World:
    """What is outside: database, store of models, how models are trained and loaded, the clock.

    Without a `now`, PostgreSQL's clock says when.
    """

    engine: Engine
    store: ArtifactStore
    train: Train
    load: Load
    now: Callable[[], datetime | None] = lambda: None
