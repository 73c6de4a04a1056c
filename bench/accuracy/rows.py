"""The rows of the table: a task, how it is learned, what is published, what is aimed at.

Every setting was chosen on validation data cut from the training data; the test is looked at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.accuracy.data import (
    Task,
    banking77,
    banking77_few,
    clinc150,
    newsgroups,
    sib200_french,
)


@dataclass(frozen=True, slots=True)
class Row:
    """`recipe`, `few` and `lesson` are what differs from the defaults of training."""

    name: str
    title: str
    load: Callable[[Path, int], Task]
    published: str
    target: float
    seeds: tuple[int, ...] = (20,)
    recipe: dict[str, Any] = field(default_factory=dict)
    few: dict[str, Any] = field(default_factory=dict)
    lesson: dict[str, Any] = field(default_factory=dict)


PLAIN = {"masked": 0.0, "frozen_words": False, "threads": 1}
NEVER = float("inf")

ROWS = (
    Row(
        "banking77",
        "BANKING77, full train",
        banking77,
        "BERT-TUNED 93.66, USE+ConveRT 93.36; TF-IDF+SVM 91.2",
        0.94,
        recipe={**PLAIN, "max_tokens": 128, "epochs": 10, "patience": 10},
        lesson={"strategy": "full", "uneven": NEVER},
    ),
    Row(
        "banking77-10",
        "BANKING77, 10 a class",
        banking77_few,
        "USE+ConveRT 85.19, BERT-TUNED 83.42; TF-IDF+SVM 74.6",
        0.852,
        seeds=(1, 2, 3),
        recipe={**PLAIN, "max_tokens": 128},
        lesson={"strategy": "few"},
    ),
    Row(
        "sib200-fr",
        "SIB-200 French",
        sib200_french,
        "GPT-4 zero-shot 80.4; TF-IDF+SVM 69.6",
        0.75,
        recipe={"threads": 1, "max_tokens": 128, "batch": 16, "epochs": 8, "patience": 8},
        lesson={"strategy": "full", "french": True, "uneven": NEVER},
    ),
    Row(
        "newsgroups",
        "20 Newsgroups by date, with headers",
        newsgroups,
        "Text GCN 86.3; TF-IDF+SVM 86.6",
        0.885,
        recipe={**PLAIN, "max_tokens": 256, "epochs": 3, "patience": 3},
        lesson={"strategy": "full", "uneven": NEVER},
    ),
    Row(
        "clinc150",
        "CLINC150, out of scope rejected",
        clinc150,
        "BERT 96.2, 52.3 % of out of scope found",
        0.962,
        recipe={**PLAIN, "max_tokens": 64, "epochs": 8, "patience": 8},
        lesson={"strategy": "full", "uneven": NEVER},
    ),
)
