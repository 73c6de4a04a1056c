"""How figures of models on the same mail are told: lines for people, or one value for programs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.domain.evaluation import HEADLINES, Evaluation, headline


def as_json(
    name: str, hash_: str, found: Mapping[str, Evaluation], failed: Mapping[str, str]
) -> dict[str, Any]:
    """Everything, for programs."""
    return {
        "set": name,
        "hash": hash_,
        "emails": max((one.emails for one in found.values()), default=0),
        "models": {
            version: {**one.metrics, "notes": list(one.notes)} for version, one in found.items()
        },
        "failed": dict(failed),
    }


def as_text(
    name: str, found: Mapping[str, Evaluation], failed: Mapping[str, str], left_out: int
) -> str:
    """A line a model, the most accurate first, in columns by tabs; then what to know of them."""
    lines = []
    ordered = sorted(found.values(), key=lambda one: (-one.metrics["accuracy"], one.version))
    if ordered:
        chosen = "chosen by spot checks" if ordered[0].by_chance else "labelled mail of any origin"
        lines.append(f"The {name} set: {ordered[0].emails} mails, {chosen}")
        lines.append("\t".join(("version", *HEADLINES)))
        lines += ["\t".join((one.version, *_columns(one.metrics))) for one in ordered]
    lines += [f"{one.version}: {note}" for one in ordered for note in one.notes]
    lines += [f"{version} was not judged: {why}" for version, why in sorted(failed.items())]
    if left_out:
        lines.append(f"{left_out} mails of categories that the routing has not were left out.")
    return "".join(f"{line}\n" for line in lines)


def pairs(shared: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Lines about two models on the same mail."""
    for one in shared:
        yield (
            f"both on the same {one['emails']} mails (the {one['set']} set, "
            f"{one['evaluated_at']:%Y-%m-%d}):"
        )
        for name in HEADLINES:
            first, second = (headline(one[side], name) for side in ("first", "second"))
            yield "\t".join((name, _number(first), _number(second), _difference(first, second)))
        yield f"chance explains a difference in accuracy like this one with p = {one['p']:.2g}"
        yield from (note for side in ("first", "second") for note in one[side]["notes"])


def _columns(metrics: Mapping[str, Any]) -> list[str]:
    return [_number(headline(metrics, name)) for name in HEADLINES]


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _difference(first: float | None, second: float | None) -> str:
    return "-" if first is None or second is None else f"{second - first:+.4g}"
