"""Whether a candidate may challenge the champion: pass or fail, with reasons in sentences. Pure.

figures and answers on the same mail -> paired tests -> Holm's correction -> verdict

What it asks and why is in docs/adr.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.domain import paired
from service.domain.evaluation import Evaluation
from service.domain.paired import Loss

NEWEST = "newest"
ALL_MAIL = "all mail"

# The evaluations of one model, by the name of the set.
OnSets = Mapping[str, Evaluation]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the gate asks.

    `level` is how often a candidate as good as the champion may be refused; `emails` the fewest of
    the newest set, `support` the fewest of a category that say anything of it; `calibration` how
    much more than chance explains the confidence may be wrong; `dependence` standard deviations
    that a candidate must be above random answers.
    """

    level: float = 0.05
    emails: int = 100
    support: int = 20
    calibration: float = 0.05
    dependence: float = 5.0


DEFAULT = Bounds()


@dataclass(frozen=True, slots=True)
class PairedTest:
    """One paired test of the candidate against another model; `p` is corrected for the others."""

    set_name: str
    what: str
    emails: int
    loss: Loss
    p: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """`reasons` say why it failed, or what it passed; `notes` what a person should know as well."""

    passed: bool
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    tests: tuple[PairedTest, ...]


def judge(
    candidate: OnSets,
    champion: OnSets,
    past: Mapping[str, OnSets],
    categories: Collection[str],
    bounds: Bounds = DEFAULT,
) -> Verdict:
    """Hold a candidate against the champion on every set, and against past models on the newest.

    Args:
        candidate: its evaluations.
        champion: the champion's, on the same sets; empty where it could not be judged.
        past: those of models that could be promoted instead, by version.
        categories: which the routing has.
        bounds: what is asked.

    """
    newest = candidate.get(NEWEST)
    if newest is None or newest.emails < bounds.emails:
        return _refused(_too_few(newest, bounds))
    if missing := sorted(candidate.keys() - champion.keys()):
        return _refused(
            f"The champion was not judged on the {' and the '.join(missing)} set, so nothing can "
            "be said against it: see why in the log, or promote by hand."
        )
    tests = _tests(candidate, champion, bounds)
    wrong = [
        *_nonsense(candidate, bounds),
        *_lacking(candidate, champion, categories),
        *(_lost(test, len(tests)) for test in tests if test.p < bounds.level),
        *_uncalibrated(newest, champion[NEWEST], bounds),
        *_better_before(newest, past, bounds),
    ]
    told = tuple(_told(candidate, champion, tests, bounds))
    if wrong:
        return Verdict(False, tuple(wrong), told, tuple(tests))
    return Verdict(True, tuple(_passed(tests, bounds)), told, tuple(tests))


def _refused(reason: str) -> Verdict:
    return Verdict(False, (reason,), (), ())


def _too_few(newest: Evaluation | None, bounds: Bounds) -> str:
    emails = newest.emails if newest else 0
    return (
        f"The newest set has {emails} mails, and {bounds.emails} are the fewest that tell two "
        "models apart: label more, spot checks first."
    )


def _tests(candidate: OnSets, champion: OnSets, bounds: Bounds) -> list[PairedTest]:
    """Every paired test against the champion, corrected for all of them together."""
    plain = [
        (name, *one)
        for name, ours in sorted(candidate.items(), reverse=True)
        for one in _losses(ours, champion[name], bounds)
    ]
    corrected = paired.holm([loss.p for *_, loss in plain])
    return [
        PairedTest(name, what, emails, loss, p)
        for (name, what, emails, loss), p in zip(plain, corrected, strict=True)
    ]


def _losses(
    ours: Evaluation, theirs: Evaluation, bounds: Bounds
) -> Iterator[tuple[str, int, Loss]]:
    """Of one set: accuracy on all mail, F1 of each category that has enough of it."""
    truth = ours.named(ours.truth)
    answers = theirs.named(theirs.answers), ours.named(ours.answers)
    yield ALL_MAIL, ours.emails, paired.accuracy(truth, *answers)
    for category, emails in sorted(Counter(truth).items()):
        if emails >= bounds.support:
            yield category, emails, paired.f1(truth, *answers, category)


def _nonsense(candidate: OnSets, bounds: Bounds) -> Iterator[str]:
    """A model whose answers have little to do with the mail, as one of shuffled labels.

    Few mails cannot tell: on ten of them no model is five standard deviations above chance.
    """
    for name, found in candidate.items():
        truth, answers = found.named(found.truth), found.named(found.answers)
        often, emails = Counter(truth).most_common(1)[0]
        right = sum(one == other for one, other in zip(truth, answers, strict=True))
        several = emails < found.emails
        enough = found.emails >= bounds.emails
        if several and enough and paired.dependence(truth, answers) < bounds.dependence:
            yield (
                f"Its answers on the {name} set are hardly better than the same answers dealt at "
                f"random ({right} of {found.emails} right): it learned nothing. Look at the labels "
                "that it learned from."
            )
        elif several and right <= emails:
            yield (
                f"On the {name} set it is right on {right} of {found.emails} mails; who always "
                f"answers {often} is right on {emails}."
            )


def _lacking(candidate: OnSets, champion: OnSets, categories: Collection[str]) -> Iterator[str]:
    """Categories that mail of any set is of, that the champion knows and the candidate does not."""
    gone: Counter[str] = Counter()
    for name, found in candidate.items():
        theirs = champion[name].metrics["lacks"]
        lacks = found.metrics["lacks"].items()
        gone |= Counter({x: n for x, n in lacks if x not in theirs and x in categories})
    for category, emails in sorted(gone.items()):
        yield (
            f"It lacks the category {category}, which the champion knows and {emails} mails are "
            "of: label more of it, or take it out of the routing."
        )


def _lost(test: PairedTest, of: int) -> str:
    figure = "accuracy" if test.what == ALL_MAIL else f"{test.what} loses: F1"
    return (
        f"On the {test.set_name} set {figure} is {test.loss.ours:.1%} against the champion's "
        f"{test.loss.theirs:.1%} ({test.emails} mails); chance explains that with {_chance(test.p)}"
        f" (Holm, {of} tests)."
    )


def _uncalibrated(ours: Evaluation, theirs: Evaluation, bounds: Bounds) -> Iterator[str]:
    """Confidence that does not mean what it says, beyond what chance and the champion explain."""
    excess = ours.metrics["ece"] - ours.metrics["ece_by_chance"]
    if excess > bounds.calibration and ours.metrics["ece"] > theirs.metrics["ece"]:
        yield (
            f"Its confidence is off by {ours.metrics['ece']:.3f} (ECE) on the newest set, where "
            f"chance explains {ours.metrics['ece_by_chance']:.3f} and the champion's is off by "
            f"{theirs.metrics['ece']:.3f}: thresholds would not mean what they say."
        )


def _better_before(newest: Evaluation, past: Mapping[str, OnSets], bounds: Bounds) -> Iterator[str]:
    """Models of the store that are better on the newest mail than the candidate."""
    others = sorted((v, one[NEWEST]) for v, one in past.items() if NEWEST in one)
    truth, ours = newest.named(newest.truth), newest.named(newest.answers)
    losses = [paired.accuracy(truth, x.named(x.answers), ours) for _, x in others]
    corrected = paired.holm([loss.p for loss in losses])
    for (version, _), loss, p in zip(others, losses, corrected, strict=True):
        if p < bounds.level:
            yield (
                f"Model {version}, which is in the store, is better on the newest set: "
                f"{loss.theirs:.1%} right against {loss.ours:.1%} ({_chance(p)} by chance). "
                "Make that one challenger, or retire it."
            )


def _passed(tests: Sequence[PairedTest], bounds: Bounds) -> Iterator[str]:
    yield (
        f"No loss is beyond chance in {len(tests)} paired tests at {bounds.level:.0%} (Holm): "
        "neither on all mail nor in a category."
    )


def _told(
    candidate: OnSets, champion: OnSets, tests: Sequence[PairedTest], bounds: Bounds
) -> Iterator[str]:
    """What the figures rest on, and what they do not tell."""
    for test in tests:
        if test.what == ALL_MAIL:
            yield (
                f"Accuracy on the {test.set_name} set: {test.loss.ours:.1%} against the champion's "
                f"{test.loss.theirs:.1%}, {test.emails} mails."
            )
    if "golden" not in candidate:
        yield "There is no golden set: AIGUILLEUR_GOLDEN_SET names one."
    if not candidate[NEWEST].by_chance:
        yield (
            "The newest set holds mail that agents corrected, on which the champion looks worse "
            "than it is: spot checks would be fairer."
        )
    yield from _unsure(candidate, tests, bounds)
    yield from (f"Candidate: {note}" for note in candidate[NEWEST].notes)
    yield from (f"Champion: {note}" for note in champion[NEWEST].notes)


def _unsure(candidate: OnSets, tests: Sequence[PairedTest], bounds: Bounds) -> Iterator[str]:
    """Categories of which the mail says too little."""
    for name, found in sorted(candidate.items(), reverse=True):
        if few := sorted(_few(found, bounds)):
            yield f"Too few mails on the {name} set to tell of: {', '.join(few)}."
    for test in tests:
        if test.what != ALL_MAIL and test.p >= bounds.level and test.loss.points > 5:
            yield (
                f"{test.what} is {test.loss.points:.0f} points lower on the {test.set_name} set; "
                f"with {test.emails} mails that may be chance."
            )


def _few(found: Evaluation, bounds: Bounds) -> Iterator[str]:
    counts = Counter(found.named(found.truth))
    yield from (f"{name} ({n})" for name, n in counts.items() if n < bounds.support)


def _chance(p: float) -> str:
    return "p < 0.0001" if p < 0.0001 else f"p = {p:.2g}"
