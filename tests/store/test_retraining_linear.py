"""Linear models trained, judged and promoted by the flow itself, in one process and in seconds."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine

from model import snapshot
from model.artifact_store import FolderStore
from model.inference import load_classifier
from service.domain import retraining as rules
from service.domain.items import Actor
from service.domain.models import CHAMPION
from service.flow.registry import Registry
from service.flow.retraining.plan import Plan, Train, World
from service.flow.retraining.run import Retrainer
from service.training_process import trainer, trainer_here
from tests.support.labelled_mail import START, clear, said
from tests.support.labelled_words import WORDS, mails
from tests.support.model_folders import model_folder

OPERATOR = Actor("", "operator", "anna")


def shuffled(train: Train, folder: Path) -> Train:
    """The same training on labels that were dealt anew."""

    def wrong(source: Path, out: Path, seconds: float) -> None:
        rows = [
            orjson.loads(line)
            for name in snapshot.PARTS
            for line in (source / f"{name}.jsonl").read_bytes().splitlines()
        ]
        labels = [row["category"] for row in rows]
        random.Random(7).shuffle(labels)
        dealt = [{**row, "category": label} for row, label in zip(rows, labels, strict=True)]
        where, _ = snapshot.take(dealt, folder, validation=0.15, test=0.15, split=snapshot.LOT)
        train(where, out, seconds)

    return wrong


@pytest.fixture
def retrain(database: Engine, tmp_path: Path) -> Callable[[Train], Retrainer]:
    """A retrainer over empty tables; the model of MODEL_PATH knows the categories by name alone."""
    clear(database)
    model_folder(tmp_path / "own", labels=tuple(WORDS))
    plan = Plan(
        work=tmp_path / "work",
        own=tmp_path / "own",
        golden=None,
        thresholds=dict.fromkeys(WORDS, 0.5),
        mask=str,
    )
    store = FolderStore(tmp_path / "store")

    def made(train: Train) -> Retrainer:
        return Retrainer(World(database, store, train, load_classifier), plan, OPERATOR)

    return made


def told(retrainer: Retrainer) -> tuple[str, Sequence[str]]:
    ended = retrainer.run(["a test"])
    assert ended.error is None
    return ended.outcome, ended.facts[rules.GATE]["reasons"]


def test_what_was_learned_from_shuffled_labels_is_refused(
    database: Engine, retrain: Callable[[Train], Retrainer], tmp_path: Path
) -> None:
    """Beside a champion that knows nothing, and beside one that does; the honest one passes."""
    said(database, mails(900, 1))
    linear = trainer_here("linear")
    outcome, reasons = told(retrain(shuffled(linear, tmp_path / "dealt")))
    assert outcome == rules.REFUSED
    assert any("it learned nothing" in reason for reason in reasons)
    ended = retrain(linear).run(["a test"])
    assert ended.outcome == rules.CHALLENGER
    store = FolderStore(tmp_path / "store")
    version = ended.facts[rules.TRAIN]["version"]
    Registry(database, store, WORDS).promote(version, CHAMPION, OPERATOR, "better")
    said(database, mails(100, 2), first=START + timedelta(days=90))
    outcome, reasons = told(retrain(shuffled(linear, tmp_path / "again")))
    assert outcome == rules.REFUSED
    assert any("On the newest set accuracy is" in reason for reason in reasons)


def test_a_model_trained_in_its_own_process_is_the_same(
    database: Engine, retrain: Callable[[Train], Retrainer]
) -> None:
    """As `aiguilleur retrain` trains it; what it says of itself is of mail kept apart."""
    said(database, mails(800, 3))
    first = retrain(trainer_here("linear")).run(["a test"])
    assert first.outcome == rules.CHALLENGER
    second = retrain(trainer("linear")).run(["a test"])
    assert second.facts[rules.TRAIN]["version"] == first.facts[rules.TRAIN]["version"]
    assert first.facts[rules.TRAIN]["metrics"]["measured_on"] == "mails kept apart"


def test_too_few_labels_are_told_by_the_training_itself(
    database: Engine, retrain: Callable[[Train], Retrainer]
) -> None:
    """In its own words, through the process."""
    said(database, mails(4, 4))
    ended = retrain(trainer("linear")).run(["a test"])
    assert (ended.outcome, ended.step) == (rules.FAILED, rules.TRAIN)
    assert ended.error
    assert ended.error.startswith("There is nothing to tell apart")
