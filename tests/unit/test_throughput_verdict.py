"""The verdict on what a mail costs: every bound can be missed, and none passes on nothing."""

from typing import Any

import pytest

from bench.throughput import table
from bench.throughput.types import Round

GOOD = {
    "share_read": 1.0,
    "api_peak_bytes": 1e8,
    "worker_peak_bytes": 2e8,
    "worker_ready_seconds": 2.0,
    "idle_median_seconds": 0.01,
    "half_load_p99_seconds": 0.03,
}


def contender(cost: float, speed: float = 100.0, **extra: float) -> dict[str, Any]:
    """Two rounds, whose medians are what is given."""
    one = Round(1000, 1000 / speed, {"worker": cost * 1000}, [0.01], (), {**GOOD, **extra})
    return table.summary([one, one])


def found(**changed: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Everybody within the bounds, but for what is changed."""
    names = {"raw": "raw", "batches": table.BATCHES, "single": table.SINGLE, "naive": "naive"}
    made = {
        "raw": contender(0.010),
        "batches": contender(0.011),
        "single": contender(0.013),
        "naive": contender(0.1, 20.0),
        "peer mosec": contender(0.011, 99.0),
        **changed,
    }
    return {names.get(name, name): one for name, one in made.items()}


def missed(**changed: dict[str, Any]) -> set[str]:
    """The bounds that do not hold."""
    return {what for what, _value, _bound, held in table.verdicts(found(**changed)) if not held}


def test_all_bounds_hold_where_they_do() -> None:
    """Thirteen of them, each with its figure."""
    assert missed() == set()
    assert len(table.verdicts(found())) == 13


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"batches": contender(0.0113)}, "cost of batches / raw <="),
        ({"single": contender(0.0136)}, "cost of single / raw <="),
        ({"naive": contender(0.1, 26.0)}, "throughput of batches / naive >="),
        ({"peer mosec": contender(0.01, 101.0)}, "throughput of batches / peer mosec >="),
        (
            {"single": contender(0.013, half_load_p99_seconds=0.051)},
            "answer p99 at half load / idle median <=",
        ),
        ({"batches": contender(0.011, api_peak_bytes=1.3e8)}, "API process, MB <="),
        ({"single": contender(0.013, worker_peak_bytes=5e8)}, "worker, MB <="),
        ({"batches": contender(0.011, worker_ready_seconds=6.0)}, "worker ready, s <="),
        (
            {"batches": contender(0.001, share_read=0.5)},
            "share of mails that the model read >=",
        ),
    ],
)
def test_each_bound_can_be_missed(changed: dict[str, dict[str, Any]], what: str) -> None:
    """And says which."""
    assert what in missed(**changed)


def rounds(*costs: float) -> dict[str, Any]:
    """A contender whose rounds cost this much."""
    return table.summary([Round(1000, 10, {"worker": cost * 1000}, [0.01]) for cost in costs])


def test_a_machine_that_drifts_slows_both_sides_of_a_ratio() -> None:
    """Each round is held against its own floor: the medians of both would say 1.2."""
    ours, raw = rounds(0.011, 0.0132, 0.022), rounds(0.010, 0.012, 0.020)
    assert table.ratio(ours, raw, "each_round_cpu_per_mail") == pytest.approx(1.1)
    ours, raw = rounds(0.0110, 0.0132, 0.0133), rounds(0.010, 0.011, 0.012)
    assert table.ratio(ours, raw, "each_round_cpu_per_mail") == pytest.approx(0.0133 / 0.012)


def test_a_floor_that_is_measured_twice_a_round_counts_by_its_mean() -> None:
    """Before and after, so that a drift within the round goes out as well."""
    ours, raw = rounds(0.0121, 0.0121), rounds(0.010, 0.012, 0.011, 0.011)
    assert table.ratio(ours, raw, "each_round_cpu_per_mail") == pytest.approx(1.1)


def test_rounds_that_do_not_pair_are_no_ratio() -> None:
    """Rather than some of them left out in silence."""
    with pytest.raises(ValueError, match="equally often"):
        table.ratio(rounds(0.01, 0.01), rounds(0.01, 0.01, 0.01), "each_round_cpu_per_mail")


def test_what_was_not_measured_is_no_pass() -> None:
    """A figure that lacks is an error, and a peer alone gives nothing to judge."""
    lacking = contender(0.013)
    del lacking["extra"]["idle_median_seconds"]
    with pytest.raises(KeyError):
        table.verdicts(found(single=lacking))
    assert table.verdicts({"peer mosec": contender(0.01)}) == []
