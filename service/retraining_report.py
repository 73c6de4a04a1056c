"""How a retraining is told: to people at a terminal or by e-mail, and to programs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from service.domain import retraining as rules
from service.domain.retraining import Ended, Signals

_ENDS = {
    rules.CHALLENGER: (
        "It passed the gate and is the challenger. `aiguilleur model compare champion challenger` "
        "shows both, `aiguilleur model promote challenger` lets it decide."
    ),
    rules.CHAMPION: "It passed the gate and is the champion: workers take it up within seconds.",
    rules.ADDED: (
        "It passed the gate and is in the store. A canary runs, which another challenger would "
        "end: once that is over, `aiguilleur model promote VERSION --alias challenger` tries it."
    ),
    rules.REFUSED: "The gate refused it; the champion decides on.",
    rules.SAME: "It is the model that decides already: nothing new was to be learned.",
    rules.FAILED: "It failed; the champion decides on.",
}

_AFTER_FAILURE = (
    "No mail waits for this. `aiguilleur retrain --history` shows the last ones; the next "
    "scheduled one tries again."
)
_AFTER_SUCCESS = (
    "`aiguilleur model shadow` and `canary` try it on live mail first. Until somebody promotes it, "
    "the champion decides."
)


def nothing(found: Signals) -> str:
    """Why nothing is trained."""
    few = (
        f" {found.in_all} mails are labelled; from {rules.LEAST_IN_ALL} on the gate can tell two "
        "models apart."
    )
    return f"Nothing calls for a training.{few if found.are_too_few else ''}\n"


def as_json(ended: Ended) -> dict[str, Any]:
    """All of it."""
    return asdict(ended)


def as_text(ended: Ended) -> str:
    """What came of it, and why."""
    return "".join(f"{line}\n" for line in _lines(ended))


def _lines(ended: Ended) -> Iterator[str]:
    yield f"Retraining {ended.number}: {' '.join(ended.reasons)}"
    version = ended.facts.get(rules.TRAIN, {}).get("version")
    if version:
        yield f"The candidate is {version}."
    taken = ended.facts.get(rules.SNAPSHOT, {})
    if tied := taken.get("tied"):
        yield f"{tied} mails are tied to what teaches and to what tests, and did neither."
    if left_out := taken.get("left_out"):
        named = ", ".join(f"{name} ({emails})" for name, emails in sorted(left_out.items()))
        yield f"Mail of categories that the routing has no more teaches nobody: {named}."
    verdict = ended.facts.get(rules.GATE, {})
    yield from (f"  {sentence}" for sentence in verdict.get("reasons", ()))
    yield from (f"  {sentence}" for sentence in verdict.get("notes", ()))
    failed = ended.facts.get(rules.EVALUATE, {}).get("failed", {})
    yield from (f"  Model {name} could not be judged: {why}" for name, why in failed.items())
    if ended.error:
        yield f"The step {ended.step} failed: {ended.error}"
    yield _ENDS[ended.outcome]


def letter(ended: Ended) -> tuple[str, list[str]] | None:
    """The e-mail to operators, its subject and lines, where a person has to look or to decide."""
    if ended.outcome == rules.FAILED:
        subject = f"Aiguilleur: retraining {ended.number} failed at the step {ended.step}"
        return subject, [*_lines(ended), "", _AFTER_FAILURE]
    if ended.outcome == rules.ADDED:
        subject = f"Aiguilleur: retraining {ended.number} made a model, which waits for a canary"
        return subject, [*_lines(ended), "", "Until somebody promotes it, the champion decides."]
    if ended.outcome == rules.CHALLENGER:
        subject = f"Aiguilleur: retraining {ended.number} made a challenger, which waits for you"
        return subject, [*_lines(ended), "", _AFTER_SUCCESS]
    if ended.outcome == rules.ADDED:
        subject = f"Aiguilleur: retraining {ended.number} made a model, which waits for a canary"
        return subject, [*_lines(ended)]
    return None


def history(found: Sequence[Mapping[str, Any]]) -> str:
    """One line each, in columns by tabs: number, begun, outcome or step, seconds, why."""
    return "".join(
        "\t".join(
            (
                str(one["id"]),
                f"{one['begun_at']:%Y-%m-%d %H:%M}",
                one["outcome"] or f"at {one['step']}",
                f"{one['seconds']:.0f} s",
                " ".join([*one["reasons"], *([one["error"]] if one["error"] else [])]),
            )
        )
        + "\n"
        for one in found
    )
