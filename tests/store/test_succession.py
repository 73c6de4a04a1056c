"""A worker's model changes while it works: beside the one that serves, or not at all."""

from collections.abc import Callable, Sequence

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, text

from model.artifact import ArtifactError
from model.types import Classifier, Prediction
from service.domain.items import Actor
from service.domain.models import CHAMPION, PROMOTED, ROLLED_BACK, Champion, Change
from service.flow.classify import Limits, Pipeline
from service.flow.serving import Serving
from service.flow.succession import Succession
from service.store import engine as run
from service.store import registry
from tests.support.fake_classifier import FakeClassifier
from tests.support.posting import principal, store, submission
from tests.support.queued import routing

OPERATOR = Actor("", "operator", "anna")
PATH = "of the path"


class Versioned(FakeClassifier):
    """The fake one, under a version of its own; `then` happens while it answers."""

    def __init__(self, version: str, then: Callable[[], object] = lambda: None) -> None:
        self.version = version
        self._then = then

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """As the fake one."""
        self._then()
        return super().predict(texts)


class Loader:
    """Loads a model of any version but the broken ones, and counts how often it was asked."""

    def __init__(self, *broken: str) -> None:
        self.broken = set(broken)
        self.asked: list[str] = []
        self.then: Callable[[], object] = lambda: None

    def __call__(self, champion: Champion | None) -> Classifier:
        version = champion.version if champion else PATH
        self.asked.append(version)
        self.then()
        if version in self.broken:
            raise ArtifactError(f"{version} is broken.")
        return Versioned(version)


@pytest.fixture
def models(database: Engine) -> Engine:
    """Three models in the registry, none of them promoted."""
    with database.begin() as connection:
        connection.execute(text("TRUNCATE models, model_changes, waiting"))
        connection.execute(
            text(
                "INSERT INTO models (version, name, labels, profile, artifact) "
                "SELECT v, 'm', '{claim}', '{}', 'at-' || v FROM unnest(ARRAY['a','b','c']) AS v"
            )
        )
    return database


def promote(database: Engine, version: str | None, action: str = PROMOTED) -> None:
    """Another champion."""
    change = Change(action, version, CHAMPION)
    run.run(database, lambda c: registry.append(c, change, OPERATOR, ""))


def succession(database: Engine, load: Loader, told: list[str] | None = None) -> Succession:
    """A worker that has just started."""
    heard = told if told is not None else []
    return Succession(database, load, lambda classifier: heard.append(classifier.version))


def counted(outcome: str) -> float:
    name = "aiguilleur_model_loads_total"
    return REGISTRY.get_sample_value(name, {"outcome": outcome}) or 0.0


def noted(database: Engine) -> list[tuple[str, str]]:
    """Models that could not be loaded, and why."""
    rows = run.run(database, lambda c: registry.history(c, None, 100))
    return [(row.version, row.reason) for row in rows if row.action == "not_loaded"]


def test_without_a_champion_the_model_of_the_path_serves(models: Engine) -> None:
    """And looking again loads nothing."""
    load = Loader()
    made = succession(models, load)
    made.look()
    assert made.serving.now().version == PATH
    assert load.asked == [PATH]


def test_a_worker_starts_with_the_champion(models: Engine) -> None:
    """It need not load any other."""
    promote(models, "a")
    promote(models, "b")
    load = Loader()
    assert succession(models, load).serving.now().version == "b"
    assert load.asked == ["b"]


def test_each_change_of_champions_is_taken_up(models: Engine) -> None:
    """Promotions, rollbacks, and back to the model of the path; each is introduced and counted."""
    told: list[str] = []
    made = succession(models, Loader(), told)
    before = counted("loaded")
    steps = [(PROMOTED, "a"), (PROMOTED, "b"), (ROLLED_BACK, "a"), (ROLLED_BACK, None)]
    served = []
    for action, version in steps:
        promote(models, version, action)
        made.look()
        served.append(made.serving.now().version)
    assert served == ["a", "b", "a", PATH]
    assert told == [PATH, *served]
    assert counted("loaded") - before == 4


def test_what_cannot_be_loaded_leaves_the_one_before(models: Engine) -> None:
    """It is counted and noted once, with the reason, and not tried again at once."""
    load = Loader("b")
    promote(models, "a")
    made = succession(models, load)
    before = counted("failed")
    promote(models, "b")
    for _ in range(5):
        made.look()
    assert made.serving.now().version == "a"
    assert load.asked == ["a", "b"]
    assert counted("failed") - before == 1
    assert noted(models) == [("b", "b is broken.")]


def test_a_model_of_the_path_that_cannot_be_loaded_is_not_tried_again_at_once(
    models: Engine,
) -> None:
    """Going back to it is like any other change, though no canary runs either."""
    load = Loader(PATH)
    promote(models, "a")
    made = succession(models, load)
    promote(models, None, ROLLED_BACK)
    for _ in range(5):
        made.look()
    assert made.serving.now().version == "a"
    assert load.asked == ["a", PATH]


def test_after_a_fault_another_champion_is_taken_up_at_once(models: Engine) -> None:
    """And so is the same one, promoted anew after a rollback."""
    load = Loader("b")
    promote(models, "a")
    made = succession(models, load)
    promote(models, "b")
    made.look()
    promote(models, "c")
    made.look()
    assert made.serving.now().version == "c"
    promote(models, "a")
    made.look()
    load.broken.clear()
    promote(models, "b")
    made.look()
    assert made.serving.now().version == "b"


def test_any_fault_of_an_engine_is_survived(models: Engine) -> None:
    """Its words stay out of the registry's log, for nobody knows what they hold."""
    load = Loader()
    made = succession(models, load)

    def fail() -> None:
        raise RuntimeError("secret")

    load.then = fail
    promote(models, "a")
    made.look()
    assert made.serving.now().version == PATH
    assert noted(models) == [("a", "RuntimeError while it was loaded")]


def test_a_champion_that_was_overtaken_does_not_serve(models: Engine) -> None:
    """Taken back while it was being loaded: not one mail is decided by it."""
    load = Loader()
    promote(models, "a")
    made = succession(models, load)
    promote(models, "b")
    load.then = lambda: promote(models, "a", ROLLED_BACK)
    made.look()
    assert load.asked == ["a", "b"]
    assert made.serving.now().version == "a"


def test_a_worker_that_starts_beside_a_broken_champion_serves_the_one_before(
    models: Engine,
) -> None:
    """Mail is decided; the fault is told; at last there is the model of the path."""
    for version in ("a", "b", "c"):
        promote(models, version)
    assert succession(models, Loader("c")).serving.now().version == "b"
    assert succession(models, Loader("a", "b", "c")).serving.now().version == PATH
    assert sorted(noted(models)) == [(v, f"{v} is broken.") for v in ("a", "b", "c")]


def test_a_worker_that_can_load_nothing_does_not_start(models: Engine) -> None:
    """With the sentence of the model of the path."""
    promote(models, "a")
    with pytest.raises(ArtifactError, match="of the path is broken"):
        succession(models, Loader("a", PATH))


def test_a_model_that_was_described_anew_is_taken_up(models: Engine) -> None:
    """Its version is the same, its place in the store another."""
    promote(models, "a")
    load = Loader()
    made = succession(models, load)
    with models.begin() as connection:
        connection.execute(text("UPDATE models SET artifact = 'elsewhere' WHERE version = 'a'"))
    made.look()
    assert load.asked == ["a", "a"]


def test_a_mail_is_decided_by_the_model_that_was_asked(models: Engine) -> None:
    """Replaced while it answers: its decision carries its version, the next one the other's."""
    serving = Serving(Versioned("new"))
    serving.replace(Versioned("old", then=lambda: serving.replace(Versioned("new"))))
    pipeline = Pipeline(models, serving, routing(), Limits(1, 1_000_000, 60.0))
    store(models, principal(models), submission("label:claim"), submission("label:payment"))
    pipeline.step(lambda: False)
    pipeline.step(lambda: False)
    with models.connect() as connection:
        rows = connection.execute(
            text("SELECT category, model_version FROM decisions ORDER BY decided_at")
        )
        assert [tuple(row) for row in rows] == [("claim", "old"), ("payment", "new")]
