"""A champion and challengers in the registry, and classifiers that differ on command."""

from collections.abc import Sequence

from sqlalchemy import Engine, text

from model.artifact import ArtifactError
from model.types import Classifier, Prediction
from service.domain.items import Actor
from service.domain.models import CHALLENGER, CHAMPION, PROMOTED, Champion, Change
from service.flow.classify import Limits, Pipeline
from service.flow.serving import Serving
from service.store import engine as run
from service.store import registry
from tests.support.fake_classifier import FakeClassifier
from tests.support.queued import routing

OPERATOR = Actor("", "operator", "anna")
BATCH = Limits(32, 8_000_000, 60.0)


class Versioned(FakeClassifier):
    """The fake one under a version of its own; a text may speak to one version alone.

    label:claim                     all predict `claim`
    label:claim b:label:payment     version b predicts `payment`
    label:claim b:fail              version b fails
    """

    def __init__(self, version: str) -> None:
        self.version = version

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """As the fake one, of the words that are for this version."""
        return super().predict([self._own(text) for text in texts])

    def _own(self, text: str) -> str:
        words = text.split()
        mark = f"{self.version}:"
        own = [word.removeprefix(mark) for word in words if word.startswith(mark)]
        return " ".join(own or [word for word in words if word[1:2] != ":"])


class Versions:
    """Loads a model of any version but the broken ones, and tells which it was asked for."""

    def __init__(self, *broken: str) -> None:
        self.broken = set(broken)
        self.asked: list[str | None] = []

    def __call__(self, wanted: Champion | None) -> Classifier:
        version = wanted.version if wanted else None
        self.asked.append(version)
        if version in self.broken:
            raise ArtifactError(f"{version} is broken.")
        return Versioned(version or "path")


def fill(database: Engine, *versions: str) -> None:
    """An empty house with these models: the first is champion, the second challenger."""
    with database.begin() as connection:
        connection.execute(
            text("TRUNCATE models, model_changes, waiting, decisions, emails, shadow_predictions")
        )
        connection.execute(
            text(
                "INSERT INTO models (version, name, labels, profile, artifact) "
                "SELECT v, 'm', '{claim}', '{}', 'at-' || v FROM unnest(CAST(:v AS text[])) AS v"
            ),
            {"v": list(versions)},
        )
    for version, alias in zip(versions, (CHAMPION, CHALLENGER), strict=False):
        give(database, alias, version)


def give(database: Engine, alias: str, version: str | None, action: str = PROMOTED) -> None:
    """Write down who holds an alias."""
    change = Change(action, version, alias)
    run.run(database, lambda c: registry.append(c, change, OPERATOR, "test"))


def decide(database: Engine, serving: Serving | None = None, limits: Limits = BATCH) -> int:
    """Decide all mail that waits; how many."""
    pipeline = Pipeline(database, serving or Serving(Versioned("a")), routing(), limits)
    done = 0
    while step := pipeline.step(lambda: False):
        done += step
    return done
