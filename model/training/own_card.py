"""The card of a model trained on the user's own mail."""

from collections.abc import Mapping

from model.evaluate import Report
from model.packing import Description
from model.training.choosing import LINEAR_ONLY, Choice

_FORMS = {
    "transformer": "the transformer alone",
    "linear": "the linear model alone (the transformer was no better on validation)",
    "ensemble": "the transformer and the linear model together",
}


def card(
    description: Description,
    choice: Choice,
    served: Report,
    linear: Report,
    sizes: Mapping[str, int],
) -> str:
    """Markdown; `{version}` is filled in when the folder is packed."""
    return "\n".join(
        [
            f"# {description.name}, version {{version}}",
            "",
            f"Base: {description.training['base']}. Served: {_form(choice)}.",
            f"Categories: {', '.join(description.labels)}.",
            f"Strategy: {choice.strategy}. Mails: {_sizes(sizes)}.",
            "No thread, and no text that differs in numbers alone, lies in two parts.",
            "",
            f"Figures are of {description.metrics['measured_on']}.",
            "",
            "| | accuracy | macro-F1 | 95 % interval | ECE |",
            "|---|---|---|---|---|",
            _row("served", served),
            _row("linear baseline", linear),
            "",
            _by_category(choice, served),
            "",
            _scope(choice),
        ]
    )


def _form(choice: Choice) -> str:
    if choice.strategy == LINEAR_ONLY:
        return "the linear model alone (no transformer was trained)"
    return _FORMS[choice.mix.form]


def _sizes(sizes: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sizes.items())


def _row(name: str, result: Report) -> str:
    low, high = result.macro_f1_interval
    return (
        f"| {name} | {result.accuracy:.1%} | {result.macro_f1:.1%} | {low:.1%} to {high:.1%} | "
        f"{result.ece:.3f} |"
    )


def _by_category(choice: Choice, served: Report) -> str:
    target = choice.calibration.target_precision or 0
    lines = [
        f"Thresholds are those from which a category reached a precision of {target:.0%} on",
        "validation; set the ones in use in the routing file.",
        "",
        "| category | precision | recall | mails | threshold |",
        "|---|---|---|---|---|",
    ]
    for label, row in served.categories.items():
        threshold = choice.calibration.thresholds.get(label, 0)
        lines.append(
            f"| {label} | {row.precision:.0%} | {row.recall:.0%} | {row.support} | "
            f"{threshold:.2f} |"
        )
    return "\n".join(lines)


def _scope(choice: Choice) -> str:
    if choice.scoping is None:
        return (
            "Mail of no category is not recognised as such: no examples of it were given. It is "
            "left to the thresholds.\n"
        )
    scope, areas = choice.scoping.scope, choice.scoping.auroc
    found = ", ".join(f"{name} {area:.3f}" for name, area in areas.items())
    return (
        f"Mail of no category: by {scope.method} below {scope.threshold:.3f}. AUROC on the "
        f"examples given, by method: {found}.\n"
    )
