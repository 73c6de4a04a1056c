"""What the shipped model's card tells of the mails written by hand can be measured again."""

from pathlib import Path
from typing import Any

import pytest

import model
from model.artifact import load
from model.data import read_labelled
from model.inference import load_classifier
from model.measure import Ways, measure

DEFAULT = Path(model.__file__).parent / "default"
HANDWRITTEN = Path(model.__file__).parent / "corpus" / "handwritten"
# Other processors round int8 otherwise: so many points of a share may lie between two machines.
POINTS = 0.02


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    return dict(load(DEFAULT).manifest.metrics)


@pytest.fixture(scope="module")
def measured() -> dict[str, Any]:
    classifier = load_classifier(DEFAULT)
    mails = [x for path in sorted(HANDWRITTEN.glob("*.jsonl")) for x in read_labelled(path)]
    half = dict.fromkeys(classifier.labels, 0.5)
    return measure(classifier, mails, Ways("out_of_scope", "other", half))[1]


def test_the_manifest_tells_what_is_measured(told: dict[str, Any], measured: dict[str, Any]):
    """Macro-F1, its interval and the accuracy, of all and by language."""
    for name, part in (("handwritten", "all"), ("handwritten_fr", "fr"), ("handwritten_en", "en")):
        kept, found = told["served"][name], measured[part]
        assert kept["examples"] == found["examples"]
        assert kept["macro_f1"] == pytest.approx(found["macro_f1"], abs=POINTS)
        assert kept["accuracy"] == pytest.approx(found["accuracy"], abs=POINTS)
        assert kept["macro_f1_interval"] == pytest.approx(found["macro_f1_interval"], abs=POINTS)


def test_what_is_decided_and_what_is_of_no_category_is_told_too(
    told: dict[str, Any], measured: dict[str, Any]
):
    """Coverage and accuracy at one half, and both figures of mail that is nobody's business."""
    kept = told["unsure"]["handwritten"]
    for name in ("coverage", "accuracy"):
        assert kept["half"][name] == pytest.approx(measured["decided"][name], abs=POINTS)
    strange, found = kept["of_no_category"], measured["out_of_scope"]
    assert strange["mails"] == found["mails"]
    assert strange["auroc"] == pytest.approx(found["auroc"], abs=POINTS)
    assert strange["catch_all"]["auroc"] == pytest.approx(found["catch_all"]["auroc"], abs=POINTS)


def test_the_card_shows_the_figures_of_the_manifest(told: dict[str, Any]):
    """Nobody has to read JSON to see how the model does on mail by another hand."""
    card = (DEFAULT / "README.md").read_text(encoding="utf-8")
    for name in ("handwritten", "independent"):
        assert f"{told['served'][name]['macro_f1']:.1%}" in card
        assert f"{told['unsure'][name]['half']['coverage']:.1%}" in card
