"""An export that answers worse than what was trained is refused."""

from dataclasses import dataclass

from model.metrics import Floats, Ints, macro_f1

LARGEST_LOSS = 0.005  # of macro-F1


class GateError(RuntimeError):
    """The export loses too much; the message gives both figures."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Macro-F1 before and after the export, and the share of mails given the same category."""

    reference: float
    exported: float
    agreement: float


def gate(truth: Ints, reference: Floats, exported: Floats) -> Verdict:
    """Compare logits of shape (examples, labels); `GateError` above 0.5 points of loss."""
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
    return verdict
