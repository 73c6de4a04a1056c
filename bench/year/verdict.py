"""What must hold at the end of the year, with the figures that say whether it does."""

from collections.abc import Mapping

from bench.year.models import WITHIN_SECONDS
from bench.year.record import Claim, Event, Record
from bench.year.story import Plan

_MINUTES = 15.0


def claims(plan: Plan, record: Record, counts: Mapping[str, int], seconds: float) -> list[Claim]:
    """All of them."""
    quiet = [e for e in record.of("drift") if e.day < 7 * plan.words]
    return [
        _nothing_lost(counts),
        Claim(
            "every decision names the right model",
            f"{record.stamps[False]} of {record.stamps.total()} wrong",
            record.stamps[False] == 0,
        ),
        Claim("quiet weeks are quiet", f"{len(quiet)} alarms", len(quiet) <= 1),
        _seen(plan, record),
        _followed(record),
        _back(plan, record),
        _kind(record, "retrained: refused", 7 * plan.shuffled, "shuffled labels are refused"),
        _kind(record, "canary lost", 7 * plan.wrong, "a wrong canary is rolled back by itself"),
        Claim(
            f"a rollback by hand counts within {WITHIN_SECONDS:g} s",
            f"{record.rollback_seconds:.1f} s",
            record.rollback_seconds <= WITHIN_SECONDS,
        ),
        Claim(
            f"the year takes {_MINUTES:g} minutes at most",
            f"{seconds / 60:.1f}",
            seconds <= 60 * _MINUTES,
        ),
    ]


def _nothing_lost(counts: Mapping[str, int]) -> Claim:
    missing = counts["accepted"] - counts["decided"]
    said = f"{counts['accepted']} accepted, {missing} undecided, {counts['waiting']} waiting"
    return Claim("no mail is lost", said, missing == 0 and counts["waiting"] == 0)


def _seen(plan: Plan, record: Record) -> Claim:
    days = [e.day - 7 * plan.words for e in record.of("drift") if e.day >= 7 * plan.words]
    said = f"after {days[0]} days" if days else "never"
    what = f"other words are seen within {plan.sight_days} days"
    return Claim(what, said, bool(days) and days[0] <= plan.sight_days)


def _followed(record: Record) -> Claim:
    """One model went all the way, in this order."""
    way = ["drift", "retrained: challenger", "shadow", "canary", "promoted"]
    left = iter([e for e in record.events if e.day >= 0])
    reached = [name for name in way if any(e.kind == name for e in left)]
    return Claim("drift, retrain, shadow, canary, promotion", ", ".join(reached), reached == way)


def _back(plan: Plan, record: Record) -> Claim:
    start = record.accuracy(0, plan.words - 1)
    lowest = min(week.accuracy for week in record.weeks)
    end = record.accuracy(plan.weeks - 4, plan.weeks - 1)
    said = f"{start:.1%} at the start, {lowest:.1%} at the lowest, {end:.1%} at the end"
    what = f"accuracy is back within {100 * plan.points:g} points"
    return Claim(what, said, end >= start - plan.points)


def _kind(record: Record, kind: str, day: int, what: str) -> Claim:
    found: Event | None = next((e for e in record.of(kind) if e.day >= day), None)
    return Claim(what, f"after {found.day - day} days" if found else "never", found is not None)
