"""The figures a model is judged by, against values worked out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.calibration import fit_temperature, softmax
from model.evaluate import as_text, by_language, report
from model.examples import Labelled
from model.metrics import (
    bootstrap_interval,
    confusion,
    expected_calibration_error,
    macro_f1,
    precision_recall_f1,
    thresholds_for_precision,
)

TRUTH = np.asarray([0, 0, 0, 1, 1, 2])
PREDICTED = np.asarray([0, 0, 1, 1, 1, 0])


def scores_of(confidences: list[float], predicted: list[int], labels: int = 3) -> np.ndarray:
    scores = np.empty((len(predicted), labels))
    for row, (confidence, index) in enumerate(zip(confidences, predicted, strict=True)):
        scores[row] = (1 - confidence) / (labels - 1)
        scores[row, index] = confidence
    return scores


def test_confusion_has_the_truth_in_rows():
    """One mail of label 2 was taken for label 0."""
    assert confusion(TRUTH, PREDICTED, 3).tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]


def test_precision_recall_and_f1_by_hand():
    """Two of three for label 0 both ways; label 2 is never found."""
    precision, recall, f1 = precision_recall_f1(TRUTH, PREDICTED, 3)
    assert precision == pytest.approx([2 / 3, 2 / 3, 0])
    assert recall == pytest.approx([2 / 3, 1, 0])
    assert f1 == pytest.approx([2 / 3, 0.8, 0])


def test_macro_f1_averages_the_labels_that_occur():
    """A label without mails neither helps nor harms."""
    assert macro_f1(TRUTH, PREDICTED, 5) == pytest.approx((2 / 3 + 0.8 + 0) / 3)


def test_ece_of_honest_confidence_is_nothing():
    """Three of four right at confidence 0.75."""
    scores = scores_of([0.75] * 4, [0, 0, 0, 0])
    assert expected_calibration_error(np.asarray([0, 0, 0, 1]), scores, bins=1) == pytest.approx(0)


def test_ece_of_a_boaster_is_the_gap():
    """Half right at confidence 0.9."""
    scores = scores_of([0.9] * 4, [0, 0, 0, 0])
    truth = np.asarray([0, 0, 1, 1])
    assert expected_calibration_error(truth, scores, bins=1) == pytest.approx(0.4)


def test_the_bootstrap_interval_holds_the_figure():
    """And repeats itself for a seed."""
    values = np.arange(100) % 2
    low, high = bootstrap_interval(100, lambda drawn: float(values[drawn].mean()))
    assert low < 0.5 < high
    assert (low, high) == bootstrap_interval(100, lambda drawn: float(values[drawn].mean()))


def test_a_threshold_reaches_its_precision():
    """The lowest confidence that still gives three right of four."""
    scores = scores_of([0.9, 0.8, 0.7, 0.6, 0.5], [0] * 5)
    truth = np.asarray([0, 0, 1, 0, 1])
    assert thresholds_for_precision(truth, scores, ["a", "b", "c"], 0.75)["a"] == 0.6


def test_a_label_that_never_reaches_the_precision_gets_a_high_threshold():
    """Nothing is passed on its word."""
    scores = scores_of([0.9, 0.8], [0, 0])
    thresholds = thresholds_for_precision(np.asarray([1, 1]), scores, ["a", "b", "c"], 0.9)
    assert thresholds == dict.fromkeys("abc", 0.99)


def test_temperature_cools_a_boaster():
    """Logits ten times too large are divided by about ten."""
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(4000, 4))
    truth = np.asarray([rng.choice(4, p=row) for row in softmax(logits)])
    assert fit_temperature(logits * 10, truth) == pytest.approx(10, rel=0.1)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=9))
def test_softmax_is_a_distribution(row: list[float]):
    """However large the logits."""
    scores = softmax(np.asarray([row]))
    assert scores.sum() == pytest.approx(1)
    assert (scores >= 0).all()


def test_a_report_tells_each_category():
    """Support, recall and confusion are there, and JSON is plain."""
    scores = scores_of([0.9] * 6, PREDICTED.tolist())
    result = report(("a", "b", "c"), TRUTH, scores, draws=50)
    assert result.categories["a"].support == 3
    assert result.as_json()["categories"]["b"]["recall"] == 1.0
    assert "macro-F1" in as_text("all", result)


def test_reports_by_language_split_the_mails():
    """Each language is judged on its own mails; a single mail is no sample."""
    examples = [Labelled("t", "a", language) for language in ("fr", "fr", "fr", "en", "en", "de")]
    scores = scores_of([0.9] * 6, PREDICTED.tolist())
    reports = by_language(("a", "b", "c"), examples, TRUTH, scores)
    assert {name: x.examples for name, x in reports.items()} == {"en": 2, "fr": 3}
