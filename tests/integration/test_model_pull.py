"""Models out of an MLflow registry, which others write to as well."""

import json
from pathlib import Path

import pytest

from model.artifact import Calibration
from model.packing import Description, pack
from tests.support.fake_classifier import LABELS
from tests.support.fake_mlflow import answering, model_there
from tests.support.model_folders import model_folder
from tests.support.processes import Cluster

Given = tuple[str, str]


@pytest.fixture
def given(postgres_url: str, redis_url: str) -> Given:
    """Where the database and Redis are."""
    return postgres_url, redis_url


def house(folder: Path, given: Given, server: str) -> Cluster:
    """A registry with the command line before it; nothing of the service runs."""
    settings = {"MLFLOW_TRACKING_URI": server, "AIGUILLEUR_MODEL_STORE": str(folder / "store")}
    return Cluster(folder, *given, MODEL_PATH=str(folder / "there"), **settings)


def packed(folder: Path, known: int, card: str) -> None:
    """A model of so many categories, whose every hash fits, that says it knew all of them."""
    model_folder(folder, labels=LABELS[:known])
    pack(folder, Description("tiny", LABELS, 64, "fp32", "1"), Calibration(1.0, None, {}), card)


def test_a_model_that_cannot_answer_does_not_come_in(tmp_path: Path, given: Given) -> None:
    """It is tried as `model add` tries it, before it could be champion."""
    packed(tmp_path / "there", 3, "# Broken\n")
    with answering(model_there(tmp_path / "there")) as server:
        made = house(tmp_path, given, server)
        said = made.refused("model", "pull", "courrier/1", "--alias=champion", "--reason=test")
    assert "gives 3 logits for 9 labels" in said
    assert not (tmp_path / "store").exists()


def test_a_card_steers_no_terminal(tmp_path: Path, given: Given) -> None:
    """Whoever wrote it; what it says is shown."""
    packed(tmp_path / "there", len(LABELS), "# Good\n\x1b[2J\x1b]0;owned\x07 words\n")
    with answering(model_there(tmp_path / "there")) as server:
        made = house(tmp_path, given, server)
        version = json.loads(made.command("model", "pull", "courrier/1", "--json"))["version"]
    shown = made.command("model", "show", version)
    assert "# Good" in shown
    assert "words" in shown
    assert not {"\x1b", "\x07"} & set(shown)


def test_where_none_was_promoted_the_champion_is_the_model_of_model_path(
    tmp_path: Path, given: Given
) -> None:
    """To who looks at it, and to who says in whose place another one shall come."""
    own, other = (model_folder(tmp_path / name, seed) for seed, name in enumerate(("there", "o")))
    made = house(tmp_path, given, "")
    for name in ("there", "o"):
        made.command("model", "add", str(tmp_path / name))
    assert json.loads(made.command("model", "show", "champion", "--json"))["version"] == own
    assert made.command("model", "compare", "champion", other).startswith(f"{own} (")
    itself = made.refused("model", "promote", own, "--alias=challenger", "--reason=test")
    assert f"Model {own} is that of MODEL_PATH, which decides: it challenges itself." in itself
    promote = ("model", "promote", other, "--reason=test", "--instead-of")
    assert "The champion is the model of MODEL_PATH by now" in made.refused(*promote, other)
    made.command(*promote, own)
    assert f"The champion is {other} by now" in made.refused(*promote, own)
    assert f"not {own}" in made.refused("model", "rollback", "--reason=x", "--instead-of", own)
