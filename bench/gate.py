"""How often the gate refuses who is as good, and sees who is worse: `python -m bench.gate`.

Answers are drawn, no model is asked: of nine categories, both models right so often, their mistakes
shared in half of the cases, as those of two models of one kind are.
"""

import random
import sys
from collections.abc import Sequence

from service.domain.evaluation import Evaluation
from service.domain.gate import judge

LABELS = tuple("abcdefghi")
ACCURACY, SHARED = 0.88, 0.5
TRIALS = 400
SIZES = (25, 50, 100, 200)  # mails of each category
LOSSES = (0.1, 0.2, 0.3)  # of the recall of one category


def main() -> int:
    """Print a row for each size: false refusals, then how often each loss was seen."""
    chance = random.Random(11)  # noqa: S311  # no secret, the same every time
    heads = "".join(f"{f'-{loss:.0%}':>8}" for loss in LOSSES)
    sys.stdout.write(f"{'mails of each':>14}{'none lost':>11}{heads}\n")
    for size in SIZES:
        seen = [refused(chance, size, loss) for loss in (0.0, *LOSSES)]
        shown = "".join(f"{share:>8.1%}" for share in seen[1:])
        sys.stdout.write(f"{size:>14}{seen[0]:>11.1%}{shown}\n")
    return 0


def refused(chance: random.Random, size: int, loss: float) -> float:
    """The share of trials in which a candidate is refused that lost so much of one category."""
    truth = [n for n in range(len(LABELS)) for _ in range(size)]
    return sum(not _passes(chance, truth, loss) for _ in range(TRIALS)) / TRIALS


def _passes(chance: random.Random, truth: Sequence[int], loss: float) -> bool:
    champion = [_answer(chance, right, ACCURACY) for right in truth]
    candidate = [
        said if chance.random() < SHARED else _answer(chance, right, ACCURACY)
        for right, said in zip(truth, champion, strict=True)
    ]
    worse = [
        (right + 1) % len(LABELS) if right == 0 and chance.random() < loss else said
        for right, said in zip(truth, candidate, strict=True)
    ]
    ours, theirs = (_evaluation(truth, answers) for answers in (worse, champion))
    return judge({"newest": ours}, {"newest": theirs}, {}, LABELS).passed


def _answer(chance: random.Random, right: int, accuracy: float) -> int:
    if chance.random() < accuracy:
        return right
    return chance.choice([n for n in range(len(LABELS)) if n != right])


def _evaluation(truth: Sequence[int], answers: Sequence[int]) -> Evaluation:
    metrics = {"ece": 0.02, "ece_by_chance": 0.03, "lacks": {}}
    return Evaluation("v", "newest", "-", True, metrics, (), LABELS, tuple(truth), tuple(answers))


if __name__ == "__main__":
    sys.exit(main())
