"""Models through the registry: added, promoted, taken back, retired, on the real tables."""

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, text

from model.artifact import CARD, ArtifactError
from model.artifact_store import FolderStore
from model.packing import add_profile
from model.profile import Answer, profile
from service.domain.items import Actor
from service.domain.models import CHALLENGER, CHAMPION, Refused
from service.flow import models
from service.flow.registry import Registry, resolved, retire, roll_back
from service.store import engine as run
from service.store import models as seen_models
from service.store import registry as store
from tests.support.fake_classifier import LABELS
from tests.support.model_folders import model_folder

OPERATOR = Actor("", "operator", "anna")


@pytest.fixture
def registry(database: Engine, tmp_path: Path) -> Registry:
    """Over empty tables and an empty store."""
    with database.begin() as connection:
        connection.execute(text("TRUNCATE models, model_changes"))
    return Registry(database, FolderStore(tmp_path / "store"), LABELS)


@pytest.fixture
def added(registry: Registry, tmp_path: Path) -> list[str]:
    """The versions of three models that were added."""
    versions = [model_folder(tmp_path / str(seed), seed) for seed in range(3)]
    for seed in range(3):
        registry.add(tmp_path / str(seed), OPERATOR, "")
    return versions


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """A connection beside."""
    with psycopg.connect(postgres_url) as connection:
        yield connection


def statuses(database: Engine) -> dict[str, str]:
    """How every model stands."""
    return {model["version"]: model["status"] for model in models.listed(database)}


def log(database: Engine) -> list[tuple[str, str | None, str | None]]:
    """What was done, the oldest first."""
    rows = run.run(database, lambda c: store.history(c, None, 100))
    return [(row.action, row.version, row.alias) for row in reversed(rows)]


def test_a_model_is_added_with_all_that_its_folder_says(
    database: Engine, registry: Registry, tmp_path: Path
) -> None:
    """Hashes, labels, figures, what it learned from, its card; who added it, and why."""
    version = model_folder(tmp_path / "m")
    assert registry.add(tmp_path / "m", OPERATOR, "of October") == (version, True)
    found = models.described(database, version)
    assert found["status"] == "added"
    assert found["labels"] == list(LABELS)
    assert found["metrics"]["served"]["accuracy"] == 0.9
    assert (found["data_hash"], found["text_version"]) == ("data-0", "1")
    assert set(found["files"]) == {"linear.npz", "labels.json", "calibration.json", "README.md"}
    assert found["card"] == f"# Tiny, version {version}\n"
    (entry,) = found["history"]
    assert (entry["action"], entry["by"], entry["reason"]) == (
        "added",
        "operator/anna",
        "of October",
    )


def test_adding_again_changes_nothing(registry: Registry, tmp_path: Path) -> None:
    """Unless the manifest is another: then it takes the place of the one before."""
    version = model_folder(tmp_path / "m")
    assert registry.add(tmp_path / "m", OPERATOR, "") == (version, True)
    assert registry.add(tmp_path / "m", OPERATOR, "") == (version, False)
    add_profile(tmp_path / "m", profile(LABELS, [Answer("claim", 0.9, 4)]))
    assert registry.add(tmp_path / "m", OPERATOR, "") == (version, True)


def test_a_model_that_a_worker_brought_along_becomes_one_of_the_registry(
    database: Engine, registry: Registry, tmp_path: Path
) -> None:
    """Until its folder is added it is only seen, and cannot be promoted."""
    version = model_folder(tmp_path / "m")
    run.run(database, lambda c: seen_models.seen(c, version, "tiny", LABELS, {}))
    assert statuses(database) == {version: "seen"}
    with pytest.raises(Refused, match="not in the store"):
        registry.promote(version, CHAMPION, OPERATOR, "")
    registry.add(tmp_path / "m", OPERATOR, "")
    assert statuses(database) == {version: "added"}


def test_a_profile_that_was_taken_anew_stays(
    database: Engine, registry: Registry, tmp_path: Path
) -> None:
    """Though a worker starts with the same version from its MODEL_PATH, as it was before."""
    version = model_folder(tmp_path / "m")
    add_profile(tmp_path / "m", profile(LABELS, [Answer("claim", 0.9, 4)]))
    registry.add(tmp_path / "m", OPERATOR, "")
    kept = run.run(database, lambda c: seen_models.profile(c, version))
    run.run(database, lambda c: seen_models.seen(c, version, "tiny", LABELS, {}))
    assert run.run(database, lambda c: seen_models.profile(c, version)) == kept != {}


def test_promotions_and_rollbacks_move_the_aliases(
    database: Engine, registry: Registry, added: list[str]
) -> None:
    """As the log says, entry by entry; twice back is two promotions back."""
    first, second, third = added
    assert registry.promote(first, CHAMPION, OPERATOR, "start")
    assert registry.promote(second, CHALLENGER, OPERATOR, "try")
    assert registry.promote(second, CHAMPION, OPERATOR, "better")
    assert not registry.promote(second, CHAMPION, OPERATOR, "once more")
    assert registry.promote(third, CHAMPION, OPERATOR, "still better")
    assert statuses(database) == {first: "added", second: "added", third: "champion"}
    assert roll_back(database, OPERATOR, "worse") == second
    assert roll_back(database, OPERATOR, "worse, too") == first
    assert statuses(database) == {first: "champion", second: "added", third: "added"}
    assert log(database)[3:] == [
        ("promoted", first, "champion"),
        ("promoted", second, "challenger"),
        ("promoted", second, "champion"),
        ("promoted", None, "challenger"),
        ("promoted", third, "champion"),
        ("rolled_back", second, "champion"),
        ("rolled_back", first, "champion"),
    ]
    assert roll_back(database, OPERATOR, "all bad") is None
    with pytest.raises(Refused, match="no promotion to go back on"):
        roll_back(database, OPERATOR, "once more")


def test_a_retired_model_comes_back_by_being_added(
    database: Engine, registry: Registry, added: list[str], tmp_path: Path
) -> None:
    """Until then it is refused."""
    assert retire(database, added[0], OPERATOR, "old")
    assert not retire(database, added[0], OPERATOR, "old")
    with pytest.raises(Refused, match="is retired: `aiguilleur model add`"):
        registry.promote(added[0], CHAMPION, OPERATOR, "")
    assert registry.add(tmp_path / "0", OPERATOR, "") == (added[0], True)
    assert registry.promote(added[0], CHAMPION, OPERATOR, "")


def test_a_model_that_was_changed_in_the_store_is_not_promoted(
    database: Engine, registry: Registry, added: list[str], tmp_path: Path
) -> None:
    """Its hashes are looked at before anybody takes it up."""
    (card,) = [p for p in (tmp_path / "store").glob(f"*/{CARD}") if added[1] in p.read_text()]
    card.write_text("a better card")
    with pytest.raises(ArtifactError, match="not the file its manifest describes"):
        registry.promote(added[1], CHAMPION, OPERATOR, "")
    assert "champion" not in statuses(database).values()


def test_a_label_without_a_category_is_named(
    database: Engine, registry: Registry, tmp_path: Path
) -> None:
    """Nothing is promoted, neither to champion nor to challenger."""
    version = model_folder(tmp_path / "m", labels=(*LABELS, "fraud", "spam"))
    registry.add(tmp_path / "m", OPERATOR, "")
    for alias in (CHAMPION, CHALLENGER):
        with pytest.raises(Refused, match="answers fraud, spam, for which the routing has no"):
            registry.promote(version, alias, OPERATOR, "")
    assert statuses(database) == {version: "added"}


def test_nobody_goes_back_to_a_model_that_no_worker_could_take_up(
    database: Engine, registry: Registry, added: list[str]
) -> None:
    """Its categories were merged since: that would change the log, and not who decides."""
    for version in added[:2]:
        registry.promote(version, CHAMPION, OPERATOR, "")
    with pytest.raises(Refused, match=f"Model {added[0]} answers {LABELS[0]}, for which"):
        roll_back(database, OPERATOR, "worse", categories=LABELS[1:])
    assert resolved(database, CHAMPION) == added[1]
    assert roll_back(database, OPERATOR, "worse", categories=LABELS) == added[0]
    assert roll_back(database, OPERATOR, "worse", categories=LABELS[1:]) is None


def test_an_unknown_version_is_named(registry: Registry, database: Engine) -> None:
    """By every verb that takes one."""
    with pytest.raises(Refused, match="no model 'x'"):
        registry.promote("x", CHAMPION, OPERATOR, "")
    with pytest.raises(Refused, match="no model 'x'"):
        retire(database, "x", OPERATOR, "")
    with pytest.raises(Refused, match="no model 'x'"):
        models.described(database, "x")


def test_an_alias_stands_for_its_holder(
    database: Engine, registry: Registry, added: list[str]
) -> None:
    """Where nobody holds it, that is said, unless it is known who decides then."""
    assert resolved(database, CHAMPION, "of MODEL_PATH") == "of MODEL_PATH"
    with pytest.raises(Refused, match="There is no champion"):
        resolved(database, CHAMPION)
    registry.promote(added[0], CHAMPION, OPERATOR, "")
    assert resolved(database, CHAMPION, "of MODEL_PATH") == added[0]
    assert resolved(database, CHAMPION) == added[0]
    assert resolved(database, added[1]) == added[1]
    with pytest.raises(Refused, match="There is no challenger"):
        resolved(database, CHALLENGER)


def test_who_looked_too_early_is_told(
    database: Engine, registry: Registry, added: list[str]
) -> None:
    """`instead_of` refuses where another became champion meanwhile."""
    registry.promote(added[0], CHAMPION, OPERATOR, "", instead_of=None)
    with pytest.raises(Refused, match=f"The champion is {added[0]} by now, not {added[1]}"):
        registry.promote(added[2], CHAMPION, OPERATOR, "", instead_of=added[1])
    assert registry.promote(added[2], CHAMPION, OPERATOR, "", instead_of=added[0])


def test_promotions_at_once_are_made_one_after_the_other(
    database: Engine, registry: Registry, added: list[str]
) -> None:
    """Of those who saw the same champion one wins, and the others are told; nothing is lost."""
    registry.promote(added[0], CHAMPION, OPERATOR, "")
    outcomes: list[str] = []

    def promote(version: str) -> None:
        try:
            registry.promote(version, CHAMPION, OPERATOR, "", instead_of=added[0])
            outcomes.append(version)
        except Refused:
            outcomes.append("refused")

    threads = [threading.Thread(target=promote, args=(v,)) for v in (added[1], added[2]) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (winner,) = set(outcomes) - {"refused"}
    assert len(outcomes) == 8
    assert log(database)[3:] == [
        ("promoted", added[0], "champion"),
        ("promoted", winner, "champion"),
    ]


def test_what_was_done_with_models_cannot_be_denied(
    registry: Registry, added: list[str], postgres: psycopg.Connection[tuple[object, ...]]
) -> None:
    """Entries are neither changed nor deleted."""
    for statement in ("DELETE FROM model_changes", "UPDATE model_changes SET reason = 'x'"):
        with pytest.raises(psycopg.Error, match="never"):
            postgres.execute(statement)
        postgres.rollback()


def test_a_fault_that_all_workers_meet_is_noted_once(
    database: Engine, registry: Registry, added: list[str]
) -> None:
    """Until the champion changes: then it is news again."""

    def fault() -> None:
        run.run(database, lambda c: store.not_loaded(c, added[0], Actor("", "worker", "w"), "gone"))

    for _ in range(2):
        registry.promote(added[0], CHAMPION, OPERATOR, "")
        for _ in range(3):
            fault()
        roll_back(database, OPERATOR, "not loaded")
    actions = [action for action, *_ in log(database)[3:]]
    assert actions == ["promoted", "not_loaded", "rolled_back"] * 2
