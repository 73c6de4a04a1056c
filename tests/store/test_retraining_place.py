"""Where a retraining works, who else may, and what is told of mail that was there."""

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import Connection, Engine, text

from mail.masking.mask import Masker
from model.artifact_store import FolderStore
from model.inference import load_classifier
from model.types import Classifier
from service.domain import retraining as rules
from service.domain.models import CHALLENGER, CHAMPION, Refused
from service.domain.trials import CANARY
from service.flow import trials
from service.flow.registry import Registry, resolved
from service.flow.retraining import steps
from service.flow.retraining.history import history
from service.flow.retraining.place import is_somebodys, workplace
from service.flow.retraining.plan import World
from service.flow.retraining.run import Retrainer
from service.flow.retraining.steps import Run
from service.retraining_report import as_text, letter
from service.store import engine as database
from service.store import erasure, retrainings
from tests.support.fake_classifier import LABELS
from tests.support.labelled_mail import clear, said
from tests.support.model_folders import model_folder
from tests.support.retraining import OPERATOR, House, Killed, killed, mails, with_mail


@pytest.fixture
def house(database: Engine, tmp_path: Path) -> House:
    """With 400 labelled mails."""
    return with_mail(database, tmp_path)


def exported(house: House) -> dict[str, int]:
    """What `erase` would name of all mail there is."""

    def work(connection: Connection) -> dict[str, int]:
        ids = list(connection.execute(text("SELECT id FROM emails")).scalars())
        return dict(erasure.exports(connection, ids))

    return database.run(house.engine, work)


def test_what_lies_beside_its_files_is_left_alone(house: House) -> None:
    """Whoever names a folder that is used already loses nothing there."""
    years = house.plan.work / "2026"
    years.mkdir(parents=True)
    (years / "mails.csv").write_text("category,text\n")
    house.trainer.turned = 1
    house.run()
    house.trainer.turned = 0
    house.run()
    assert [path.name for path in house.plan.work.iterdir()] == ["2026"]
    assert list(years.iterdir())


def test_mail_of_a_retraining_that_ended_is_nowhere_else(house: House) -> None:
    """Its folder is named while it holds mail, and not for ever."""
    house.trainer.before = killed
    with pytest.raises(Killed):
        house.run()
    (number,) = [row["id"] for row in history(house.engine)]
    assert exported(house) == {str(house.plan.work / f"retraining-{number}"): 400}
    house.trainer.before = lambda: None
    house.run()
    assert exported(house) == {}


def test_nobody_else_works_in_the_same_folder(house: House) -> None:
    """PostgreSQL forgets its lock when it is started anew; the folder's own lock stays."""
    with workplace(house.plan.work), pytest.raises(Refused, match="at work in"):
        house.run()
    assert history(house.engine) == []
    assert house.run().outcome == rules.CHALLENGER


def test_a_folder_that_somebody_else_made_first_is_not_used(tmp_path: Path) -> None:
    """In the system's temporary folder anybody may, and could change the model there."""
    work, me = tmp_path / "tmp" / "work", os.geteuid()
    work.mkdir(parents=True)
    work.parent.chmod(0o1777)
    assert [is_somebodys(work, owner) for owner in (0, me, me + 1)] == [False, False, True]
    work.parent.chmod(0o755)
    assert not is_somebodys(work, me + 1)


def test_a_folder_that_cannot_be_used_is_named(house: House) -> None:
    """Before anything is begun."""
    house.plan.work.write_text("a file")
    with pytest.raises(Refused, match="AIGUILLEUR_RETRAIN_WORK names it"):
        house.run()
    assert history(house.engine) == []


def test_who_lost_it_to_another_process_changes_nothing_more(house: House) -> None:
    """No alias, no outcome: whoever goes on with it writes them."""
    house.trainer.before = lambda: database.run(house.engine, retrainings.go_on)
    with pytest.raises(Refused, match="Another process goes on with this retraining"):
        house.run()
    (row,) = history(house.engine)
    assert (row["outcome"], rules.TRAIN in row["facts"]) == (None, False)
    assert house.statuses() == {}
    house.trainer.before = lambda: None
    assert house.run().outcome == rules.CHALLENGER


def test_a_lock_that_is_lost_on_the_way_costs_nothing(house: House) -> None:
    """PostgreSQL was started anew while a model was trained, and nobody else went on with it."""
    lost = text("""
        SELECT count(pg_terminate_backend(pid)) FROM pg_locks
        WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    """)
    ended = []
    house.trainer.before = lambda: ended.append(
        database.run(house.engine, lambda c: c.execute(lost).scalar_one())
    )
    assert house.run().outcome == rules.CHALLENGER
    assert ended == [1]


class Dying(FolderStore):
    """Its process is killed when a model that was added is looked at to be promoted."""

    fetched = 0

    def fetch(self, address: str) -> Path:
        """As the other one, once."""
        self.fetched += 1
        if self.fetched == 2:
            raise Killed
        return super().fetch(address)


@pytest.mark.parametrize("promotes", [False, True])
def test_killed_between_store_and_alias_it_ends_as_it_would_have(
    house: House, promotes: bool
) -> None:
    """Added once, and promoted once."""
    plan = replace(house.plan, promotes=promotes)
    store = Dying(house.folder / "store")
    world = World(house.engine, store, house.trainer, load_classifier)
    with pytest.raises(Killed):
        Retrainer(world, plan, OPERATOR).run(["a test"])
    version = history(house.engine)[0]["facts"][rules.TRAIN]["version"]
    assert house.statuses() == {version: "added"}
    alias = rules.CHAMPION if promotes else rules.CHALLENGER
    assert house.run(promotes=promotes).outcome == alias
    assert house.statuses() == {version: alias}
    assert len(list((house.folder / "store").iterdir())) == 1


def test_a_canary_that_began_meanwhile_is_not_ended(house: House) -> None:
    """The candidate waits in the store, and somebody is told."""
    tried = model_folder(house.folder / "tried", 8)
    keeper = Registry(house.engine, house.store, LABELS)
    keeper.add(house.folder / "tried", OPERATOR, "")
    keeper.promote(tried, CHALLENGER, OPERATOR, "")
    house.trainer.before = lambda: trials.start(house.engine, CANARY, 0.1, OPERATOR, "ready?")
    ended = house.run()
    assert ended.outcome == rules.ADDED
    assert resolved(house.engine, CHALLENGER) == tried
    assert house.statuses()[ended.facts[rules.TRAIN]["version"]] == "added"
    house.trainer.seed = 8  # the one that is tried already
    assert house.run().outcome == rules.CHALLENGER
    told = letter(ended)
    assert told is not None
    assert "waits for a canary" in told[0]


def test_golden_mail_teaches_nobody_though_it_is_not_masked(house: House) -> None:
    """Golden mail may come from elsewhere; what is learned from is masked."""
    clear(house.engine)
    called = [(f"{words}, please call 06 12 34 56 78", label) for words, label in mails(400)]
    said(house.engine, called)
    golden = house.folder / "golden.jsonl"
    rows = [{"category": label, "subject": "s", "text": words} for words, label in called[:90]]
    golden.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    ended = house.run(golden=golden, mask=Masker(()).mask)
    found = ended.facts[rules.SNAPSHOT]
    assert sum(found[part] for part in ("train", "validation", "test")) == 310


def test_mail_of_a_category_that_is_gone_teaches_nobody(house: House) -> None:
    """A model that knew it could not be promoted, however long it was trained."""
    kept = dict.fromkeys(LABELS[1:], 0.5)
    ended = house.run(thresholds=kept)
    found = ended.facts[rules.SNAPSHOT]
    gone = sum(label == LABELS[0] for _, label in mails(400))
    assert found["left_out"] == {LABELS[0]: gone}
    assert sum(found[part] for part in ("train", "validation", "test")) == 400 - gone
    assert f"no more teaches nobody: {LABELS[0]} ({gone})." in as_text(ended)


def test_models_for_which_no_time_is_left_keep_nobody_from_the_gate(house: House) -> None:
    """There are more of the past with each retraining; candidate and champion come first."""
    keeper = Registry(house.engine, house.store, LABELS)
    versions = [model_folder(house.folder / str(seed), seed) for seed in (6, 7, 8)]
    for seed in (6, 7, 8):
        keeper.add(house.folder / str(seed), OPERATOR, "")
    keeper.promote(versions[0], CHAMPION, OPERATOR, "")
    asked: list[str] = []

    def load(folder: Path) -> Classifier:
        found = load_classifier(folder)
        asked.append(found.version)
        if len(asked) == 2:
            object.__setattr__(run, "ends", 0.0)
        return found

    world = World(house.engine, house.store, house.trainer, load)
    facts: dict[str, Any] = {}
    run = Run(1, house.plan, world, OPERATOR, facts, time.monotonic() + 600)
    facts[rules.SNAPSHOT] = steps.take_snapshot(run)
    facts[rules.TRAIN] = steps.train(run)
    facts[rules.EVALUATE] = steps.judge_all(run)
    assert asked == [facts[rules.TRAIN]["version"], versions[0]]
    assert facts[rules.EVALUATE]["failed"] == dict.fromkeys(
        [versions[2], versions[1], house.own], "No time was left for it."
    )
    assert steps.gate(run)["passed"]
