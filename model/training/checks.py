"""What labelled mail must have to be trained on; every refusal says what to do."""

from collections import Counter
from collections.abc import Sequence

from model.artifact import MAX_LABELS, MAX_TEXT, is_line
from model.data import DataError
from model.examples import Labelled

LEAST_EXAMPLES = 3  # of a category: one to learn from, one to choose by, one to measure with
_NAMED = 5  # categories in a sentence


def checked(examples: Sequence[Labelled], *, drop_rare: bool) -> list[Labelled]:
    """The examples fit to train on; `DataError` where there is nothing to learn."""
    counts = Counter(x.label for x in examples)
    rare = sorted(label for label, number in counts.items() if number < LEAST_EXAMPLES)
    if rare and not drop_rare:
        raise DataError(
            f"{len(rare)} categories have fewer than {LEAST_EXAMPLES} different mails "
            f"({_some(rare)}): add mails, merge them into others, or leave them out with "
            "--drop-rare."
        )
    if odd := sorted(label for label in counts if not is_line(label)):
        raise DataError(
            f"No model can have a category named as {len(odd)} here ({_some(odd)}): give names of "
            f"one line, of {MAX_TEXT} characters at most, without tabs or no-break spaces."
        )
    kept = [x for x in examples if x.label not in rare]
    labels = len(counts) - len(rare)
    if labels < 2:
        raise DataError(
            f"There is nothing to tell apart: the data has {labels} categories with at least "
            f"{LEAST_EXAMPLES} different mails, and two are needed."
        )
    if labels > MAX_LABELS:
        raise DataError(
            f"The data has {labels} categories, and {MAX_LABELS} are the most a model serves: is "
            "the column of the category the right one?"
        )
    return kept


def _some(labels: Sequence[str]) -> str:
    shown = ", ".join(repr(x[:MAX_TEXT]) for x in labels[:_NAMED])
    return f"{shown} and {len(labels) - _NAMED} more" if len(labels) > _NAMED else shown
