"""Models judged on the same mail, on the real tables and a real store."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from model.artifact_store import FolderStore
from model.evaluation_set import GOLDEN, NEWEST, EvaluationSet, made
from model.examples import Labelled
from model.inference import load_classifier
from model.types import Classifier
from service.domain.items import Actor
from service.flow.cockpit import look
from service.flow.evaluated import shared
from service.flow.evaluations import Entrant, Judged, entrants, evaluate
from service.flow.registry import Registry, retire
from tests.support.fake_classifier import LABELS
from tests.support.model_folders import model_folder

OPERATOR = Actor("", "operator", "anna")


def mails(count: int, *, wrong: int = 0) -> list[Labelled]:
    """Mail that says its category, but for the first ones."""
    labels = [LABELS[n % len(LABELS)] for n in range(count)]
    return [
        Labelled(text=f"{LABELS[0] if n < wrong else label} {n}", label=label)
        for n, label in enumerate(labels)
    ]


@dataclass
class House:
    """Two models in the store, the second without the last category, and counted loads."""

    engine: Engine
    store: FolderStore
    folder: Path
    versions: list[str]
    loaded: list[str]

    def load(self, path: Path) -> Classifier:
        found = load_classifier(path)
        self.loaded.append(found.version)
        return found

    def entrants(self, own: Path | None = None) -> list[Entrant]:
        return entrants(self.engine, self.store, own)

    def judge(self, *sets: EvaluationSet, again: bool = False) -> Judged:
        return evaluate(self.engine, self.entrants(), sets, {}, self.load, again=again)


@pytest.fixture
def house(database: Engine, tmp_path: Path) -> House:
    with database.begin() as connection:
        connection.execute(text("TRUNCATE models, model_changes, model_evaluations"))
    store = FolderStore(tmp_path / "store")
    registry = Registry(database, store, LABELS)
    versions = [
        model_folder(tmp_path / "a", 1),
        model_folder(tmp_path / "b", 2, labels=LABELS[:-1]),
    ]
    for name in ("a", "b"):
        registry.add(tmp_path / name, OPERATOR, "")
    return House(database, store, tmp_path, versions, [])


def test_every_model_of_the_store_is_judged_on_the_same_mail(house: House) -> None:
    """Those out of use too; one that lacks a category is wrong there, and that is said."""
    retire(house.engine, house.versions[1], OPERATOR, "old")
    on = made(GOLDEN, mails(45, wrong=9), LABELS)
    found = house.judge(on).found[GOLDEN]
    first, second = (found[version] for version in house.versions)
    assert found.keys() == set(house.versions)
    assert first.emails == second.emails == 45
    assert first.metrics["accuracy"] == pytest.approx(37 / 45, abs=1e-4)
    assert second.metrics["accuracy"] == pytest.approx((37 - 4) / 45, abs=1e-4)
    assert second.metrics["lacks"] == {LABELS[-1]: 5}
    assert "It lacks categories of the set, and is wrong on their mail: other (5)." in second.notes
    assert [second.labels[i] for i in second.truth] == [x.label for x in on.mails]


def test_what_was_judged_is_not_judged_again(house: House) -> None:
    """Whoever was killed goes on where it stopped; who wants to may judge anew."""
    on = made(GOLDEN, mails(18), LABELS)
    before = house.judge(on)
    assert house.loaded == house.versions
    assert house.judge(on) == before
    assert house.loaded == house.versions
    house.judge(on, made(NEWEST, mails(9), LABELS))
    assert house.loaded == house.versions * 2
    house.judge(on, again=True)
    assert house.loaded == house.versions * 3


def test_a_model_that_cannot_be_loaded_keeps_no_other_from_being_judged(house: House) -> None:
    """It is named, with what is wrong with it; so is a folder that holds none."""
    (house.folder / "none").mkdir()
    address = next((house.folder / "store").glob("*/linear.npz"))
    address.chmod(0o644)
    address.write_bytes(b"broken")
    entering = house.entrants(house.folder / "none")
    judged = evaluate(house.engine, entering, [made(GOLDEN, mails(9), LABELS)], {}, house.load)
    assert len(judged.found[GOLDEN]) == 1
    reasons = list(judged.failed.values())
    assert len(reasons) == 2
    assert any("SHA-256 differs" in why for why in reasons)


def test_the_model_of_model_path_is_judged_too(house: House) -> None:
    """Under its own version; once, where it is in the store as well."""
    other = model_folder(house.folder / "own", 5)
    assert [x.version for x in house.entrants(house.folder / "own")][-1] == other
    assert len(house.entrants(house.folder / "a")) == 2


def test_two_models_are_shown_on_the_newest_mail_that_both_were_judged_on(house: House) -> None:
    """One entry for each kind of set."""
    first, second = house.versions
    assert shared(house.engine, first, second) == []
    old, new = (made(NEWEST, mails(count), LABELS) for count in (9, 18))
    for day, on in ((1, old), (2, new)):
        when = datetime(2026, 11, day, tzinfo=UTC)
        evaluate(house.engine, house.entrants(), [on], {}, house.load, now=when)
    only_one = [x for x in house.entrants() if x.version == first]
    evaluate(house.engine, only_one, [made(GOLDEN, mails(9), LABELS)], {}, house.load)
    (found,) = shared(house.engine, first, second)
    assert (found["set"], found["hash"], found["emails"]) == (NEWEST, new.hash, 18)
    assert found["p"] == 0.5  # two mails in dispute: heads twice, or tails
    assert found["first"]["accuracy"] == 1.0
    assert found["second"]["accuracy"] == pytest.approx(16 / 18, abs=1e-4)


def test_old_mail_stays_old_however_often_it_is_judged_on(house: House) -> None:
    """Neither judging again nor another model makes an old set the one that is shown at first."""
    first, second = house.versions
    old, new = (made(NEWEST, mails(count), LABELS) for count in (9, 18))

    def judged(on: EvaluationSet, day: int) -> None:
        when = datetime(2026, 11, day, tzinfo=UTC)
        evaluate(house.engine, house.entrants(), [on], {}, house.load, again=True, now=when)

    judged(old, 1)
    judged(new, 2)
    judged(old, 3)
    model_folder(house.folder / "c", 7)
    Registry(house.engine, house.store, LABELS).add(house.folder / "c", OPERATOR, "")
    judged(old, 4)
    seen = look(house.engine)
    assert seen.on is not None
    assert (seen.on.hash, [one.hash for one in seen.sets]) == (new.hash, [new.hash, old.hash])
    assert [one.at.day for one in seen.sets] == [2, 1]
    (found,) = shared(house.engine, first, second)
    assert found["hash"] == new.hash
