"""What a model is worth on an evaluation set, against values worked out by hand."""

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import snapshot
from model.appraisal import appraise
from model.data import DataError
from model.evaluation_set import GOLDEN, LEAST_BY_CHANCE, NEWEST, golden, made, newest
from model.examples import Labelled
from model.metrics import calibration_error_by_chance, expected_calibration_error, lift
from model.types import Prediction
from tests.unit.model.test_snapshot import SHARES
from tests.unit.model.test_snapshot import made as rows

LABELS = ("claim", "payment")


class Parrot:
    """Answers a text of the form `label confidence`; `?` at the end: of no category."""

    name, version, labels = "parrot", "1", LABELS
    profile: MappingProxyType[str, object] = MappingProxyType({})

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        return [self._one(*text.split()[:2], inside="?" not in text) for text in texts]

    def _one(self, label: str, confidence: str, *, inside: bool) -> Prediction:
        sure = float(confidence)
        scores = tuple(sure if name == label else 1 - sure for name in LABELS)
        return Prediction(scores, label, sure, 1, inside)


def mail(text: str, label: str) -> Labelled:
    return Labelled(text=text, label=label)


def test_figures_are_those_worked_out_by_hand() -> None:
    """Four of five right; one of them is below its threshold, one is of no category."""
    mails = [
        mail("claim 0.9", "claim"),
        mail("claim 0.6", "claim"),
        mail("payment 0.8", "claim"),
        mail("payment 0.9", "payment"),
        mail("payment 0.7 ?", "payment"),
    ]
    found = appraise(Parrot(), mails, {"claim": 0.7})
    assert found.labels == LABELS
    assert (found.truth, found.answers) == ((0, 0, 0, 1, 1), (0, 0, 1, 1, 1))
    metrics = found.metrics
    assert metrics["accuracy"] == 0.8
    assert (metrics["coverage"], metrics["abstained"]) == (0.6, 2)
    assert metrics["decided_accuracy"] == pytest.approx(2 / 3, abs=1e-4)
    claim = metrics["categories"]["claim"]
    assert (claim["precision"], claim["support"]) == (1.0, 3)
    assert claim["recall"] == pytest.approx(2 / 3, abs=1e-4)
    # of the six pairs of a claim and a payment, the claim has the higher score in all but one
    # (0.2 against 0.3 and 0.1 gives one of two)
    assert claim["auc"] == pytest.approx(5 / 6, abs=1e-4)
    assert metrics["lacks"] == {}


def test_a_model_that_lacks_a_category_is_wrong_on_its_mail_and_is_said_to_lack_it() -> None:
    """Accuracy counts all mail; beside it stands that of the mail whose category it knows."""
    mails = [mail("claim 0.9", "claim"), mail("payment 0.9", "payment"), mail("claim 0.8", "fraud")]
    found = appraise(Parrot(), [*mails, mail("claim 0.7", "fraud")], {})
    assert found.labels == (*LABELS, "fraud")
    assert found.truth == (0, 1, 2, 2)
    assert found.metrics["accuracy"] == 0.5
    assert found.metrics["known"] == {"emails": 2, "accuracy": 1.0}
    assert found.metrics["lacks"] == {"fraud": 2}
    fraud = found.metrics["categories"]["fraud"]
    assert (fraud["recall"], fraud["auc"], fraud["lift"]["10"]) == (0.0, None, None)


def test_lift_counts_how_much_denser_the_top_is() -> None:
    """A tenth of the mail is of it; the best tenth holds half of that."""
    of_it = np.zeros(100, dtype=bool)
    of_it[[0, 1, 2, 3, 4, 50, 51, 52, 53, 54]] = True
    scores = np.linspace(1, 0, 100)
    assert lift(of_it, scores, 0.10) == pytest.approx(5.0)
    assert lift(of_it, scores, 0.05) == pytest.approx(10.0)
    assert lift(of_it, np.ones(100), 0.10) == pytest.approx(1.0)
    assert lift(np.zeros(100, dtype=bool), scores, 0.1) == 0.0


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=1, max_size=60),
    st.sampled_from([0.01, 0.05, 0.1]),
    st.randoms(use_true_random=False),
)
def test_lift_minds_no_order_and_no_bound_is_passed(
    mails: list[tuple[bool, int]], share: float, chance: object
) -> None:
    """However many mails have one score; never above one over what is taken or is there."""

    def of(pairs: list[tuple[bool, int]]) -> float:
        of_it, scores = zip(*pairs, strict=True)
        return lift(np.asarray(of_it), np.asarray(scores, dtype=float), share)

    shuffled = list(mails)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert of(mails) == pytest.approx(of(shuffled))
    there = sum(x for x, _ in mails) / len(mails)
    assert 0 <= of(mails) <= (1 / max(share, there) if there else 0) + 1e-9


def test_honest_confidence_stays_within_what_chance_explains() -> None:
    """Nineteen times of twenty; that of a boaster does not."""
    generator = np.random.default_rng(3)
    within = 0
    for _ in range(100):
        confidence = generator.uniform(0.5, 1, 300)
        scores = np.stack([confidence, 1 - confidence], axis=1)
        truth = (generator.random(300) >= confidence).astype(np.int64)
        bound = calibration_error_by_chance(scores, draws=100)
        within += expected_calibration_error(truth, scores) <= bound
    assert within >= 88  # four standard deviations below 95
    boasts = np.stack([np.full(300, 0.95), np.full(300, 0.05)], axis=1)
    truth = (generator.random(300) >= 0.7).astype(np.int64)
    assert expected_calibration_error(truth, boasts) > calibration_error_by_chance(boasts) + 0.1


def test_the_newest_set_is_the_newest_mail_of_the_part_that_teaches_nobody(tmp_path: Path) -> None:
    """In the order of time, and no more than asked for."""
    where, _ = snapshot.take(rows(200), tmp_path, **SHARES)
    on = newest(where, {"claim", "payment", "other"}, most=10)
    test = [orjson.loads(x) for x in (where / "test.jsonl").read_bytes().splitlines()]
    dates = sorted(row["date"] for row in test)[-10:]
    assert on.name == NEWEST
    assert [x.date for x in on.mails] == dates
    assert not on.by_chance


def test_what_spot_checks_chose_is_a_set_of_its_own_where_it_is_enough(tmp_path: Path) -> None:
    """Corrected mail is mail that the model of the day got wrong."""
    every = [{**row, "by_chance": n % 2 == 0} for n, row in enumerate(rows(LEAST_BY_CHANCE * 20))]
    where, manifest = snapshot.take(every, tmp_path, **SHARES)
    on = newest(where, {"claim", "payment", "other"})
    assert on.by_chance
    assert LEAST_BY_CHANCE <= len(on.mails) < manifest.parts["test"].rows
    few, _ = snapshot.take(every[:200], tmp_path, **SHARES)
    assert not newest(few, {"claim", "payment", "other"}).by_chance


def test_the_hash_changes_with_labels_and_order_alone(tmp_path: Path) -> None:
    """The same mail again is the same set; mail of a category that is gone is counted apart."""
    mails = [mail("a", "claim"), mail("b", "payment"), mail("c", "gone")]
    one, other = (made(GOLDEN, mails, LABELS) for _ in range(2))
    assert one.hash == other.hash
    assert (len(one.mails), one.left_out) == (2, {"gone": 1})
    assert made(GOLDEN, mails[::-1], LABELS).hash != one.hash
    assert made(GOLDEN, [mails[0], mail("b", "claim")], LABELS).hash != one.hash


def test_a_set_without_mail_is_refused(tmp_path: Path) -> None:
    """With a sentence: nothing of a known category, or no test part."""
    with pytest.raises(DataError, match="no mail of a category"):
        made(GOLDEN, [mail("a", "gone")], LABELS)
    file = tmp_path / "golden.jsonl"
    file.write_text('{"category": "claim", "text": "a"}\n')
    assert len(golden(file, LABELS).mails) == 1
    where, _ = snapshot.take(rows(2), tmp_path, **SHARES)
    with pytest.raises(DataError, match="no mail in its test part"):
        newest(where, LABELS)
