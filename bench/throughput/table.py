"""From rounds to the medians and ratios that are printed and kept.

Ratios are taken within a round, and their median is what counts: a machine that drifts from one
round to the next slows both sides of a ratio, but not the medians of both (paired differences;
Kalibera and Jones, Rigorous benchmarking in reasonable time, ISMM 2013).
"""

import statistics
from collections.abc import Mapping, Sequence
from typing import Any

from bench.load import percentile
from bench.throughput.types import Round

RAW, BATCHES, SINGLE, NAIVE = "raw", "ours, batches of 50", "ours, one a request", "naive"
_COST, _SPEED = "each_round_cpu_per_mail", "each_round_mails_per_second"


def summary(rounds: Sequence[Round]) -> dict[str, Any]:
    """Medians over the rounds of one contender."""
    answers = [x for one in rounds for x in one.answer_seconds]
    decided = [x for one in rounds for x in one.decided_seconds]
    return {
        "cpu_seconds_per_mail": _median(one.cpu_per_mail for one in rounds),
        "mails_per_second": _median(one.mails_per_second for one in rounds),
        "cpu_by_part": _medians([{p: s / r.mails for p, s in r.cpu.items()} for r in rounds]),
        "answer_p50": percentile(answers, 0.5),
        "answer_p99": percentile(answers, 0.99),
        "decided_p50": percentile(decided, 0.5),
        "decided_p99": percentile(decided, 0.99),
        "extra": _medians([one.extra for one in rounds]),
        "each_round_cpu_per_mail": [one.cpu_per_mail for one in rounds],
        "each_round_mails_per_second": [one.mails_per_second for one in rounds],
    }


def table(found: Mapping[str, Mapping[str, Any]]) -> str:
    """One line a contender, in Markdown."""
    head = (
        "| contender | CPU ms/mail | x raw | mails/s | x naive | answer p50 / p99 ms "
        "| decided p50 / p99 s |\n|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(_line(name, found) for name in found)])


def _line(name: str, found: Mapping[str, Mapping[str, Any]]) -> str:
    one = found[name]
    cells = [
        name,
        f"{one['cpu_seconds_per_mail'] * 1000:.1f}",
        _shown(one, found.get(RAW), _COST),
        f"{one['mails_per_second']:.1f}",
        _shown(one, found.get(NAIVE), _SPEED),
        f"{one['answer_p50'] * 1000:.1f} / {one['answer_p99'] * 1000:.1f}",
        f"{one['decided_p50']:.2f} / {one['decided_p99']:.2f}" if one["decided_p50"] else "",
    ]
    return f"| {' | '.join(cells)} |"


def parts(found: Mapping[str, Mapping[str, Any]]) -> str:
    """Where the processor time of each contender goes, in milliseconds a mail."""
    lines = []
    for name, one in found.items():
        shares = (f"{part} {seconds * 1000:.2f}" for part, seconds in one["cpu_by_part"].items())
        extra = (f"{key}={value:.4g}" for key, value in one["extra"].items())
        lines.append(f"{name}: " + ", ".join([*shares, *extra]))
    return "\n".join(lines)


def verdicts(found: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, float, float, bool]]:
    """Each bound that can be checked: what, measured, bound, held."""
    checks: list[tuple[str, float, float, bool]] = []
    batches, single = found.get(BATCHES), found.get(SINGLE)
    raw, naive = found.get(RAW), found.get(NAIVE)
    if raw and batches:
        checks.append(_at_most("cost of batches / raw", ratio(batches, raw, _COST), 1.12))
    if raw and single:
        checks.append(_at_most("cost of single / raw", ratio(single, raw, _COST), 1.35))
    if naive and batches:
        faster = ratio(batches, naive, _SPEED)
        checks.append(_at_least("throughput of batches / naive", faster, 4.0))
    for name, peer in found.items():
        if batches and name.startswith("peer"):
            faster = ratio(batches, peer, _SPEED)
            checks.append(_at_least(f"throughput of batches / {name}", faster, 1.0))
    if single:
        extra = single["extra"]
        slower = extra["half_load_p99_seconds"] / extra["idle_median_seconds"]
        checks.append(_at_most("answer p99 at half load / idle median", slower, 5.0))
    return checks + [check for one in (batches, single) if one for check in _own(one)]


def _own(one: Mapping[str, Any]) -> list[tuple[str, float, float, bool]]:
    extra, mega = one["extra"], 1_000_000
    return [
        # a mail that the model was not asked about costs next to nothing
        _at_least("share of mails that the model read", extra["share_read"], 0.99),
        _at_most("API process, MB", extra["api_peak_bytes"] / mega, 120),
        _at_most("worker, MB", extra["worker_peak_bytes"] / mega, 400),
        _at_most("worker ready, s", extra["worker_ready_seconds"], 5),
    ]


def _at_most(what: str, value: float, bound: float) -> tuple[str, float, float, bool]:
    return f"{what} <=", value, bound, value <= bound


def _at_least(what: str, value: float, bound: float) -> tuple[str, float, float, bool]:
    return f"{what} >=", value, bound, value >= bound


def ratio(one: Mapping[str, Any], base: Mapping[str, Any], key: str) -> float:
    """The median over the rounds of one by base; of what a round has several, their mean."""
    rounds = min(len(one[key]), len(base[key]))
    if len(one[key]) % rounds or len(base[key]) % rounds:
        raise ValueError("not measured equally often in each round")
    pairs = zip(_by_round(one[key], rounds), _by_round(base[key], rounds), strict=True)
    return _median(mine / theirs for mine, theirs in pairs)


def _by_round(values: Sequence[float], rounds: int) -> list[float]:
    turns = len(values) // rounds
    return [statistics.fmean(values[n * turns : (n + 1) * turns]) for n in range(rounds)]


def _shown(one: Mapping[str, Any], base: Mapping[str, Any] | None, key: str) -> str:
    return f"{ratio(one, base, key):.2f}" if base else ""


def _median(values: Any) -> float:
    return float(statistics.median(values))


def _medians(maps: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {key: _median(one[key] for one in maps if key in one) for key in maps[0]}
