"""One seed of a row: learn, answer the test set with the served engine, keep everything.

Task -> learn -> folder -> predictions of the test -> result.json
"""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from bench.accuracy.data import Task
from bench.accuracy.rows import Row
from bench.results import machine
from model.artifact import load
from model.evaluate import report
from model.examples import Labelled
from model.inference import load_classifier
from model.metrics import auroc
from model.scope import in_scope
from model.training.answering import libraries
from model.training.choosing import Learned
from model.training.contrast import FewRecipe
from model.training.learn import learn
from model.training.recipe import Recipe
from model.training.scoping import COST, choose_scope
from model.training.taught import Lesson
from model.training.truth import truth
from model.types import Prediction

RESULT = "result.json"
_COSTS = (0.001, 0.002, 0.003, COST, 0.01)


def measured(row: Row, seed: int, data: Path, work: Path) -> dict[str, Any]:
    """The result of this seed: from `work` where it was measured before."""
    folder = work / row.name / str(seed)
    done = folder / RESULT
    if done.is_file():
        found: dict[str, Any] = orjson.loads(done.read_bytes())
        return found
    folder.mkdir(parents=True, exist_ok=True)
    started, cpu = time.monotonic(), time.process_time()
    task = row.load(data, seed)
    learned = learn(lesson(row, seed, folder), task.train, task.validation, task.outside)
    trained, trained_cpu = time.monotonic() - started, time.process_time() - cpu
    result = {
        "row": row.name,
        "seed": seed,
        "command": f"python -m bench accuracy --row {row.name}",
        "seconds": round(trained),
        "cpu_seconds": round(trained_cpu),
        "examples": {"train": len(task.train), "validation": len(task.validation)},
        **_choice(learned),
        **answers(learned.folder, task),
        "machine": machine(),
        "libraries": libraries(),
        "threads": os.environ.get("OMP_NUM_THREADS"),
    }
    done.write_bytes(orjson.dumps(result))
    return result


def lesson(row: Row, seed: int, folder: Path) -> Lesson:
    """How the row is learned with this seed."""
    return Lesson(
        work=folder,
        name=row.name,
        recipe=replace(Recipe(seed=seed), **row.recipe),
        few=replace(FewRecipe(), **row.few),
        **row.lesson,
    )


def answers(folder: Path, task: Task) -> dict[str, Any]:
    """Figures and predictions of the served folder on the test set."""
    classifier = load_classifier(folder)
    started = time.process_time()
    found = classifier.predict([x.text for x in task.test])
    speed = len(found) / (time.process_time() - started)
    expected = truth(classifier.labels, task.test)
    figures = report(classifier.labels, expected, np.asarray([x.scores for x in found]))
    result: dict[str, Any] = {
        "test": figures.summary(),
        "texts_per_cpu_second": round(speed, 1),
        "predictions": _kept(classifier.labels, found, task.test),
    }
    if task.test_outside:
        strange = classifier.predict([x.text for x in task.test_outside])
        result["outside"] = _outside(classifier.labels, expected, found, strange)
        result["outside"]["settings"] = settings(folder, task)
    return result


def settings(folder: Path, task: Task) -> list[dict[str, float]]:
    """What each cost of accuracy buys: thresholds chosen on validation, figures of the test.

    The folder's own threshold is the one at `COST`.
    """
    classifier, calibration = load_classifier(folder), load(folder).calibration
    assert calibration.scope is not None
    method = calibration.scope.method
    parts = (task.validation, task.outside, task.test, task.test_outside)
    validation, strange, test, test_strange = (
        classifier.logits([x.text for x in part]) / calibration.temperature for part in parts
    )
    knows = validation.argmax(axis=1) == truth(classifier.labels, task.validation)
    right = test.argmax(axis=1) == truth(classifier.labels, task.test)
    found = []
    for cost in _COSTS:
        chosen = choose_scope(validation, knows, strange, None, method, cost).scope
        kept = right & in_scope(chosen, test)
        lost = ~in_scope(chosen, test_strange)
        found.append(
            {
                "cost": cost,
                "in_scope_accuracy": round(float(kept.mean()), 4),
                "recall": round(float(lost.mean()), 4),
            }
        )
    return found


def _outside(
    labels: Sequence[str], expected: Any, found: list[Prediction], strange: list[Prediction]
) -> dict[str, Any]:
    """In-scope accuracy counts what was taken for out of scope as wrong."""
    right = [
        x.in_scope and labels[i] == x.label for i, x in zip(expected.tolist(), found, strict=True)
    ]
    confidence = [np.asarray([x.confidence for x in xs]) for xs in (found, strange)]
    return {
        "in_scope_accuracy": round(float(np.mean(right)), 4),
        "recall": round(float(np.mean([not x.in_scope for x in strange])), 4),
        "auroc_of_confidence": round(auroc(*confidence), 4),
    }


def _choice(learned: Learned) -> dict[str, Any]:
    choice = learned.choice
    return {
        "strategy": choice.strategy,
        "form": choice.mix.form,
        "linear_share": choice.mix.share,
        "validation_macro_f1": {f"{x:.2f}": round(y, 4) for x, y in choice.mix.tried.items()},
        "precision": choice.export.precision if choice.export else "fp32",
        "scope_auroc": dict(choice.scoping.auroc) if choice.scoping else None,
    }


def _kept(
    labels: Sequence[str], found: Sequence[Prediction], test: Sequence[Labelled]
) -> list[list[Any]]:
    """Truth, answer (label indices) and confidence of each test text, in order."""
    return [
        [labels.index(x.label), labels.index(p.label), round(p.confidence, 3)]
        for p, x in zip(found, test, strict=True)
    ]
