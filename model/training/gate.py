"""An export that answers worse than what was trained is refused."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.metrics import Floats, Ints, confusion, macro_f1

LARGEST_LOSS = 0.005  # of macro-F1
LARGEST_RECALL_LOSS = 0.02  # of a category's mails, and
FORGIVEN_MAILS = 2  # as many are forgiven where two points are fewer


class GateError(RuntimeError):
    """The export loses too much; the message gives both figures."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Macro-F1 before and after the export, and the share of mails given the same category."""

    reference: float
    exported: float
    agreement: float


def gate(
    truth: Ints, reference: Floats, exported: Floats, labels: Sequence[str] | None = None
) -> Verdict:
    """Compare logits of shape (examples, labels).

    `GateError` above 0.5 points of macro-F1 lost, or above max(2 points, 2 mails) of the recall of
    any category.
    """
    before, after = reference.argmax(axis=1), exported.argmax(axis=1)
    width = reference.shape[1]
    verdict = Verdict(
        reference=macro_f1(truth, before, width),
        exported=macro_f1(truth, after, width),
        agreement=float((before == after).mean()),
    )
    if verdict.reference - verdict.exported > LARGEST_LOSS:
        raise GateError(
            f"The export is refused: macro-F1 falls from {verdict.reference:.4f} to "
            f"{verdict.exported:.4f}, more than {LARGEST_LOSS}. Export with --precision fp32."
        )
    _gate_recall(truth, before, after, labels or [str(n) for n in range(width)])
    return verdict


def _gate_recall(truth: Ints, before: Ints, after: Ints, labels: Sequence[str]) -> None:
    tables = [confusion(truth, answers, len(labels)) for answers in (before, after)]
    was, now = (np.diag(table) for table in tables)
    allowed = np.maximum(FORGIVEN_MAILS, LARGEST_RECALL_LOSS * tables[0].sum(axis=1))
    for index in np.flatnonzero(was - now > allowed).tolist():
        raise GateError(
            f"The export is refused: of the {tables[0][index].sum()} mails of category "
            f"{labels[index]!r} it finds {now[index]}, where {was[index]} were found before. "
            "Export with --precision fp32."
        )
