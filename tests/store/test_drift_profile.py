"""A model's profile, taken on mail in the real store."""

import random
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from model.artifact import read_manifest
from model.contents import NO_DEFECT
from model.inference import load_classifier
from model.profile import Profile, from_json
from service.domain.drift.stand_ins import BY_CHANCE, BY_CHOICE, Learned
from service.flow.drift.due import span_of
from service.flow.drift.retake import retake
from tests.support.decided_days import mail, words
from tests.support.model_folders import model_folder

FIRST = date(2027, 3, 1)


@pytest.fixture
def draw() -> random.Random:
    """The same mail every time."""
    return random.Random(5)


@pytest.fixture(autouse=True)
def _empty(database: Engine) -> None:
    """Nothing is left of the test before."""
    with database.begin() as connection:
        connection.execute(text("TRUNCATE emails, readings, decisions"))


def test_a_profile_is_taken_on_live_mail(
    database: Engine, draw: random.Random, tmp_path: Path
) -> None:
    """Drawn by chance, with what training data lacks; too few leave the folder as it was."""
    folder = tmp_path / "model"
    model_folder(folder, 1)
    before = (folder / "manifest.json").read_bytes()
    classifier = load_classifier(folder)

    def taken(most: int) -> Profile:
        span = span_of(FIRST)
        return retake(database, classifier, folder, (span.since, span.until), most)

    for _ in range(150):
        mail(database, draw, FIRST, words(draw), sender=f"p{draw.random()}@big.example")
    assert taken(50).emails == 50
    assert (folder / "manifest.json").read_bytes() == before
    found = taken(120)
    assert from_json(read_manifest(folder).profile) == found
    assert found.contents is not None
    assert found.contents.domains == {"big.example": 120}
    assert found.contents.defects == {NO_DEFECT: 120}
    assert "merci" in found.contents.words


def test_what_taught_the_model_is_not_in_its_profile(
    database: Engine, draw: random.Random, tmp_path: Path
) -> None:
    """Mail labelled in the same way stands in for it, so that each kind of mail keeps its share."""
    folder = tmp_path / "model"
    model_folder(folder, 1)

    def some(number: int, sender: str) -> list[UUID]:
        return [mail(database, draw, FIRST, words(draw), sender=sender) for _ in range(number)]

    some(200, "a@unlabelled.example")
    learned = Learned(
        {
            **dict.fromkeys(some(60, "a@taught.example"), BY_CHOICE),
            **dict.fromkeys(some(80, "a@checked.example"), BY_CHANCE),
        },
        {
            **dict.fromkeys(some(60, "a@kept.example"), BY_CHOICE),
            **dict.fromkeys(some(80, "a@kept-check.example"), BY_CHANCE),
        },
    )
    span = span_of(FIRST)
    between = (span.since, span.until)
    found = retake(database, load_classifier(folder), folder, between, 480, learned)
    assert found.contents is not None
    assert found.contents.domains == {
        "unlabelled.example": 100,
        "kept.example": 60,
        "kept-check.example": 80,
    }
