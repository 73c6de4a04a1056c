"""`docs/benchmarks.md` from what was measured; a row without a result says so."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from bench.accuracy.rows import ROWS, Row

_MANY = 3_000  # test texts from which on an ECE is more than chance

_INTRODUCTION = """\
# Accuracy on public data

Written by `make bench-accuracy`; not by hand. Each row is learned by the code of
`python -m model train` and answered by the served engine: ONNX Runtime on one CPU thread, without
torch. Settings were chosen on validation data cut from the training data, and the test set was
answered once, by the folder that came out. Predictions, seeds, versions and times are in
`bench/results/accuracy-*.json`; a killed run goes on from its checkpoints in `build/accuracy`. The
data lies in `../shared/data` and is not part of the repository.

| task | published | aim | accuracy | 95 % interval of macro-F1 | ECE | served | minutes |
|---|---|---|---|---|---|---|---|
"""

_EXPLANATION = """
Accuracy over several draws is their mean, with the smallest and the largest. ECE has 15 bins of
equal mass; below 3,000 test texts it is given with its bootstrap interval. Minutes are the wall
clock of training and choosing on a machine with other work beside it, and of its processor in
brackets. The base is MiniLM, of 22 million parameters; the BERT of the published figures has 110
to 340 million.
"""


_ATTEMPTS = """\
## What was tried, on validation

BANKING77, full: the ten epochs gave macro-F1 89.0, 92.4, 94.1, 93.8, 94.1, 94.6, 93.9, 94.0, 94.2
and 94.5; the sixth was kept. The run was resumed (its first epoch ran on two threads, the others on
one), so that another may differ in the last digits. The weighted sum with the linear model gave
95.2.

BANKING77, 10 a class, accuracy on training questions that were not drawn (one draw, 770 texts; in
brackets the best sum with the linear model): linear 67.9; frozen encoder and logistic regression
82.5 (82.3) at C = 10; after 150 steps of supervised contrast at 5e-5, 82.3 (83.1). In another draw
the frozen encoder gave 84.4 (85.3) at C = 30, and after 80 steps at 2e-5, 84.3 (85.7). The last two
settings cannot be told apart by 770 texts; the last was kept, and the test set looked at once. Its
ECE of 0.027 to 0.039 misses 0.02: the temperature is set by two questions an intent, with a model
that has learned from eight, and then serves one that has learned from all ten.

CLINC150: the eight epochs gave macro-F1 94.5, 96.1, 96.2, 96.8, 96.9, 97.1, 96.9 and 97.0; the
sixth was kept. Most of what is out of scope was found by the energy of the logits: 65 % at the cost
of 0.2 % of accuracy, and 77.5 % at 0.5 %, where the largest score finds 51 and 67, the largest
logit 62 and 75.5, and the lead over the second 18 and 37.5. Nor is more found by what the encoder
says: the nearest of what was learned from by its embedding (1, 5 or 20 of them) 43 to 56 and 59 to
61, Mahalanobis' distance (Lee et al. 2018) 51 and 61.5, relative to the whole (Ren et al. 2021) 44
and 55.5, virtual logits (Wang et al. 2022) 43 to 54 and 60 to 66, energy with the nearest or with
Mahalanobis' distance at most 61 and 74, and a logistic regression over energy, largest, lead,
score and spread, validated crosswise, 65.5 and 81.5, which 200 questions cannot tell apart from
energy alone.

20 Newsgroups: the three epochs gave macro-F1 85.3, 92.0 and 92.1, the linear model 94.0 at the best
of six settings, the weighted sum 95.3. Its ECE of 0.032 misses 0.02. Validation is drawn from the
posts of the training time, where 95 in 100 are right; the test is of later posts, where 90 are. In
the mean the confidence is 0.6 points too high: two to five between 0.8 and 0.98, and 15 too low
where it is 0.4. The posts carry no date, so that the split by time, which `train` has for such
mail, cannot be cut. The row takes 76 minutes of one core; by the clock other work ran beside it,
and it was paused for some twenty minutes.

SIB-200 French, accuracy on the 99 validation sentences: linear 69.7; frozen English MiniLM 69.7
(75.8 with the linear model), with the French lexicon 69.7 (75.8); with the lexicon and a whole
fine-tune, words frozen and a seventh of the tokens hidden, 81.8 (80.8), which was chosen. int8 was
refused by the gate on so few sentences, so that the row is served in full precision. Its
processor's time was not kept.
"""

_SETTINGS = """The setting, half a point of accuracy
given up on validation, was fixed before the test was answered. It finds nine points more than the
aim (96.2 % and 65 % at one setting) and misses its accuracy by half a point. Other thresholds,
chosen on validation too, show what there is to choose from: none has both. At the accuracy of the
published BERT more is found than its 52.3 %."""


def page(results: Mapping[str, list[dict[str, Any]]]) -> str:
    """Markdown."""
    lines = [_row(row, results.get(row.name)) for row in ROWS]
    parts = [
        _INTRODUCTION + "\n".join(lines),
        _EXPLANATION,
        _ATTEMPTS,
        _outside(results),
        _tried(results),
    ]
    return "\n".join(part for part in parts if part)


def _row(row: Row, found: list[dict[str, Any]] | None) -> str:
    head = f"| {row.title} | {row.published} | {row.target:.1%} |"
    if not found:
        return f"{head} not measured yet | | | | |"
    accuracy = [x["test"]["accuracy"] for x in found]
    mean = f"**{np.mean(accuracy):.2%}**"
    if len(accuracy) > 1:
        mean += f" ({min(accuracy):.2%} to {max(accuracy):.2%})"
    low, high = found[0]["test"]["macro_f1_interval"]
    seconds, cpu = (sum(x[name] or 0 for x in found) for name in ("seconds", "cpu_seconds"))
    minutes = f"{seconds / 60:.0f} ({cpu / 60:.0f})" if cpu else f"{seconds / 60:.0f}"
    forms = ", ".join(sorted({f"{x['form']}, {x['precision']}" for x in found}))
    cells = [mean, f"{low:.1%} to {high:.1%}", _ece(found[0]["test"]), forms]
    return f"{head} {' | '.join(cells)} | {minutes} |"


def _ece(figures: Mapping[str, Any]) -> str:
    if figures["examples"] >= _MANY:
        return f"{figures['ece']:.3f}"
    low, high = figures["ece_interval"]
    return f"{figures['ece']:.3f} ({low:.3f} to {high:.3f})"


def _outside(results: Mapping[str, list[dict[str, Any]]]) -> str:
    rows = [
        (name, x["outside"]) for name, found in results.items() for x in found if "outside" in x
    ]
    return "\n".join(["## Out of scope", "", *(_scope(*row) for row in rows)]) if rows else ""


def _scope(name: str, found: Mapping[str, Any]) -> str:
    lines = [
        f"`{name}`: in-scope accuracy {found['in_scope_accuracy']:.2%}, and {found['recall']:.2%}",
        "of what is out of scope is found; what was taken for that counts as wrong. The",
        f"confidence's AUROC: {found['auroc_of_confidence']:.4f}. {_SETTINGS}",
        "",
        "| accuracy given up on validation | in-scope accuracy | out of scope found |",
        "|---|---|---|",
    ]
    lines += [
        f"| {x['cost']:.1%} | {x['in_scope_accuracy']:.2%} | {x['recall']:.1%} |"
        for x in found["settings"]
    ]
    return "\n".join([*lines, ""])


def _tried(results: Mapping[str, list[dict[str, Any]]]) -> str:
    """What the parts reach alone on validation: why the form was chosen."""
    lines = [
        "## Parts alone, on validation (macro-F1)",
        "",
        "| task | transformer | linear model | chosen (share of the linear model) |",
        "|---|---|---|---|",
    ]
    for name, found in results.items():
        tried, share = found[0]["validation_macro_f1"], found[0]["linear_share"]
        own, linear = (f"{tried[x]:.1%}" if x in tried else "-" for x in ("0.00", "1.00"))
        lines.append(f"| {name} | {own} | {linear} | {tried[f'{share:.2f}']:.1%} ({share:.2f}) |")
    return "\n".join([*lines, ""]) if results else ""
