"""An evaluation tells what would be decided, what left to people, and where stray mail would go."""

from pathlib import Path

import numpy as np
import orjson
import pytest
from tiny_onnx import tiny_artifact

from model.__main__ import main
from model.artifact import LINEAR, Calibration, Scope
from model.data import DataError, read_labelled
from model.decisions import at_thresholds, of_no_category, read_thresholds
from model.linear import LinearModel, Terms, save_linear
from model.packing import Description, pack

LABELS = ("claim", "payment", "other")
TRUTH = np.asarray([0, 0, 1, 2])
SCORES = np.asarray([[0.9, 0.1, 0], [0.4, 0.6, 0], [0, 0.7, 0.3], [0.1, 0, 0.9]])


def test_a_threshold_counts_for_all_or_for_one():
    """What comes later overrides what came before."""
    found = read_thresholds(LABELS, ["0.5", "payment=0.8"])
    assert found == {"claim": 0.5, "payment": 0.8, "other": 0.5}
    assert read_thresholds(LABELS, []) == {}


@pytest.mark.parametrize(
    ("given", "why"),
    [("letter=0.5", "no category 'letter'"), ("1.5", "from 0 to 1"), ("claim=high", "from 0 to 1")],
)
def test_a_wrong_threshold_is_named(given: str, why: str):
    """With what to give instead."""
    with pytest.raises(DataError, match=why):
        read_thresholds(LABELS, [given])


def test_coverage_and_accuracy_are_of_what_reaches_its_threshold():
    """The threshold of the category that is answered counts, not that of the truth."""
    found = at_thresholds(LABELS, TRUTH, SCORES, {"claim": 0.5, "payment": 0.65, "other": 0.95})
    assert (found["mails"], found["coverage"], found["accuracy"]) == (4, 0.5, 1.0)
    lower = at_thresholds(LABELS, TRUTH, SCORES, {"payment": 0.5})
    assert (lower["coverage"], lower["accuracy"]) == (1.0, 0.75)


def test_without_a_decision_there_is_no_accuracy():
    """Rather than one of nothing."""
    found = at_thresholds(LABELS, TRUTH, SCORES, dict.fromkeys(LABELS, 1.0))
    assert (found["coverage"], found["accuracy"]) == (0.0, None)


def test_what_is_taken_for_mail_of_no_category_is_not_decided():
    """It goes to a person in serving, however sure the category."""
    inside = np.asarray([True, True, True, False])
    found = at_thresholds(LABELS, TRUTH, SCORES, {}, inside)
    assert (found["coverage"], found["accuracy"]) == (0.75, 0.6667)
    stray = np.asarray([[0.6, 0, 0.4], [0.6, 0, 0.4]])
    known = np.asarray([True, False])
    strange = of_no_category(LABELS, SCORES, stray, {}, "other", known)
    assert strange["catch_all"]["elsewhere"] == 0.5


def test_an_evaluation_decides_what_serving_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """One of two mails fits no category, so half of them are decided."""
    terms = Terms({"claim": 0, "invoice": 1, "hello": 2}, {}, np.ones(3, np.float32))
    model = LinearModel(terms, np.eye(3, dtype=np.float16), np.zeros(3, np.float32))
    save_linear(model, tmp_path / LINEAR)
    scope = Calibration(1.0, None, {}, scope=Scope("largest_logit", 0.5))
    pack(tmp_path, Description("small", LABELS, 64, "fp32", "1"), scope, "# Small\n")
    rows = [{"text": "claim", "label": "claim"}, {"text": "weather", "label": "payment"}]
    (tmp_path / "mails.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    words = ["--data", str(tmp_path / "mails.jsonl"), "--threshold", "0", "--json"]
    assert main(["evaluate", str(tmp_path), *words]) == 0
    found = orjson.loads(capsys.readouterr().out)["decided"]
    assert (found["coverage"], found["accuracy"]) == (0.5, 1.0)


def test_stray_mail_is_told_from_the_rest_by_the_category_that_takes_it():
    """One of two is answered `other`, the other would reach the queue of claims."""
    stray = np.asarray([[0.1, 0, 0.9], [0.6, 0, 0.4]])
    found = of_no_category(LABELS, SCORES[:3], stray, {"claim": 0.5}, "other")
    expected = {"category": "other", "auroc": 1.0, "answered": 0.5, "elsewhere": 0.5}
    assert found["catch_all"] == expected
    assert of_no_category(LABELS, SCORES[:3], stray, {}, "none of it").keys() == {"mails", "auroc"}


def test_files_are_measured_as_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """A row whose scope is outside counts in its category and is measured apart as well."""
    tiny_artifact(tmp_path / "model")
    rows = [{"text": "claim", "label": "claim"}, {"text": "sinistre", "label": "claim"}]
    stray = {"text": "hello", "label": "other", "scope": "outside", "kind": "greeting"}
    for name, part in (("one", rows), ("two", [stray])):
        (tmp_path / f"{name}.jsonl").write_bytes(b"\n".join(map(orjson.dumps, part)))
    files = [str(tmp_path / f"{name}.jsonl") for name in ("one", "two")]
    arguments = ["evaluate", str(tmp_path / "model"), "--data", *files, "--threshold", "0.1"]
    assert main([*arguments, "--json"]) == 0
    found = orjson.loads(capsys.readouterr().out)
    assert found["all"]["examples"] == found["decided"]["mails"] == 3
    assert found["out_of_scope"]["mails"] == 1
    assert found["groups"]["kind"][0]["name"] == "greeting"
    assert main(arguments) == 0
    said = capsys.readouterr().out
    assert "decided at thresholds from 0.10 to 0.10: 100.0% of 3 mails" in said
    assert "of no category: 1 mails" in said
    (mail,) = read_labelled(tmp_path / "two.jsonl")
    assert (mail.outside, mail.kind) == (True, "greeting")
