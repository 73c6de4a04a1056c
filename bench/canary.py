"""What the test that judges canaries is worth, by simulation, and what holding one takes in memory.

A trial is simulated in steps of so many mails, after each of which the sweep looks: rates go up and
down with the hour, mail falls to the canary by its share, and a canary that is `worse` has so many
times the champion's overrides.
"""

import argparse
import math
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.inference import load_classifier
from service import config
from service.domain.evidence import ALPHA, Counts, Measure, judge

_RATES = {"overrides": 0.05, "abstentions": 0.10, "failures": 0.001, "slow answers": 0.01}
_STEP = 50  # mails between two looks
_MAILS = ["bonjour, my car was hit this morning. " * 10] * 16


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of trial: the canary's share, and how many times the champion's overrides it has."""

    share: float
    worse: float


_CASES = [Case(s, w) for s in (0.05, 0.1, 0.2) for w in (1.0, 1.5, 2.0, 3.0)]


def add_options(parser: argparse.ArgumentParser) -> None:
    """How much."""
    parser.add_argument("--trials", type=int, default=200, help="of each kind")
    parser.add_argument("--emails", type=int, default=20_000, help="that each lasts")


def run(options: argparse.Namespace) -> int:
    """Print the table; 0 if no more canaries were lost that are as good than the test allows."""
    _memory()
    _say(f"{options.trials} trials of {options.emails} mails each, looked at every {_STEP}")
    _say("share\tworse\tlost\tmails until then (median)\tof them the canary's")
    false_alarms = 0.0
    for case in _CASES:
        ends = [_lost_at(case, seed, options.emails) for seed in range(options.trials)]
        lost = [end for end in ends if end is not None]
        if case.worse == 1.0:
            false_alarms = max(false_alarms, len(lost) / options.trials)
        middle = statistics.median(lost) if lost else math.nan
        _say(
            f"{case.share:g}\t{case.worse:g}\t{len(lost) / options.trials:.1%}"
            f"\t{middle:.0f}\t{middle * case.share:.0f}"
        )
    return 0 if false_alarms <= ALPHA else 1


def _lost_at(case: Case, seed: int, emails: int) -> int | None:
    """After how many mails the canary lost; None: it did not."""
    numbers = np.random.default_rng(seed)
    names = list(_RATES)
    rates = np.array(list(_RATES.values()))
    canary, champion = np.zeros(len(names), int), np.zeros(len(names), int)
    came = [0, 0]
    for done in range(_STEP, emails + 1, _STEP):
        own = int(numbers.binomial(_STEP, case.share))
        night = 1 + 0.5 * math.sin(done / 1_000)
        canary += numbers.binomial(own, rates * night * np.array([case.worse, 1, 1, 1]))
        champion += numbers.binomial(_STEP - own, rates * night)
        came = [came[0] + own, came[1] + _STEP - own]
        measures = [
            Measure(name, 1.0, Counts(int(mine), came[0]), Counts(int(other), came[1]))
            for name, mine, other in zip(names, canary, champion, strict=True)
        ]
        if judge(measures, case.share).lost is not None:
            return done
    return None


def _memory() -> None:
    """Of a process that holds the shipped model, and then a second one beside it, both asked."""
    folder = config.ROOT / "model" / "default"
    held = [load_classifier(folder)]
    held[0].predict(_MAILS)
    _say(f"one model: {_held():.0f} MB")
    held.append(load_classifier(folder))
    for _ in range(5):
        for classifier in held:
            classifier.predict(_MAILS)
    _say(f"champion and canary, both asked: {_held():.0f} MB")


def _held() -> float:
    """Resident memory of this process in MB (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    (line,) = [line for line in lines if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1000


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
