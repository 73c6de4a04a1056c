"""From what the cockpit sees to what its page shows, in the console and as a report. Pure.

`Cockpit` -> tiles, charts, tables, time line, what each change of champions did -> `_cockpit.html`
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from service.console import charts, cockpit_figures
from service.console.cockpit_figures import FIGURES, Shown, Titles, written
from service.console.language import Tongue
from service.domain.cockpit import Attempt, Exchange, MailSet, Model, Outcome, Reign, Turn, figure
from service.flow.cockpit import MOST_MODELS, Cockpit, key

_MOST_REIGNS = 12
_VERSION = "MODEL_PATH"  # what stands for a model that the log has no version of
_SETS = ("newest", "golden")
_DAY, _HOUR = 86_400, 3_600


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of it somebody looks at: a page of the table, of so many models, and one model."""

    page: int = 1
    models: int = 20
    version: str = ""


def shown(seen: Cockpit, tongue: Tongue, titles: Titles, wanted: Wanted, now: datetime) -> Shown:
    """Everything that the page says.

    Args:
        seen: what there is.
        tongue: whose words and numbers.
        titles: a category's title.
        wanted: what of it.
        now: when that is.

    """
    chosen = _chosen(seen, wanted.version)
    return {
        "now": f"{now:%Y-%m-%d %H:%M} UTC",
        "tiles": _tiles(seen, tongue, now),
        "sets": [(key(one), _set(one, tongue), one is seen.on) for one in seen.sets],
        "on": _set(seen.on, tongue) if seen.on else None,
        "limits": _limits(seen, tongue),
        "judged": _judged(seen, tongue, titles, wanted, chosen) if chosen else None,
        "over": cockpit_figures.over_time(seen, tongue),
        "reigns": _reigns(seen.reigns, tongue, now),
        "turns": [_turn(turn, found, tongue, titles) for turn, found in seen.turns],
        "trials": [_trial(one, tongue) for one in seen.trials],
        "turns_left": seen.all_turns - len(seen.turns),
    }


def _judged(seen: Cockpit, tongue: Tongue, titles: Titles, wanted: Wanted, chosen: Model) -> Shown:
    """All that is of the models on the set."""
    other = _other(seen, chosen)
    kind = cockpit_figures.kinds(seen)
    drawn = {kind[model.version] for model in cockpit_figures.drawn(seen)}
    return {
        "chart": cockpit_figures.main_chart(seen, tongue),
        "legend": [one for one in ("champion", "challenger", "past", "other") if one in drawn],
        "small": cockpit_figures.small_charts(seen, tongue, chosen),
        "table": _table(seen, tongue, wanted, chosen),
        "categories": cockpit_figures.categories(seen, tongue, titles, chosen, other),
        "chosen": chosen.version,
        "notes": [(m.version, note) for m in _page(seen, wanted) for note in m.notes],
    }


def _chosen(seen: Cockpit, version: str) -> Model | None:
    """The model asked for, else the champion, else the newest."""
    by_version = {model.version: model for model in seen.models}
    named = (by_version.get(one) for one in (version, seen.champion) if one)
    return next((model for model in named if model), next(iter(seen.models), None))


def _other(seen: Cockpit, chosen: Model) -> Model | None:
    """Whom to hold it against: the champion; that one against the challenger or who was before."""
    before = [turn.before for turn, _ in seen.turns[:1]]
    order = [seen.champion, seen.challenger, *before, *(model.version for model in seen.models)]
    by_version = {model.version: model for model in seen.models}
    found = (by_version.get(one) for one in order if one and one != chosen.version)
    return next((model for model in found if model), None)


def _tiles(seen: Cockpit, tongue: Tongue, now: datetime) -> list[Shown]:
    by_version = {model.version: model for model in seen.models}
    tiles = []
    for role, version in (("champion", seen.champion), ("challenger", seen.challenger)):
        if role == "challenger" and version is None:
            continue
        model = by_version.get(version or "")
        said = written(tongue, model.metrics, "accuracy") if model else ""
        below = tongue.say("cockpit.accurate", share=said) if said else ""
        tiles.append(_tile(tongue, role, version or _VERSION, below))
    reign = seen.reigns[0] if seen.reigns else None
    if reign and reign.since:
        since = tongue.say("cockpit.since", day=f"{reign.since:%Y-%m-%d}")
        tiles.append(_tile(tongue, "reigns", _length(now - reign.since, tongue), since))
    tiles.append(_tile(tongue, "turns", str(seen.all_turns), ""))
    judged = seen.on.models if seen.on else 0
    below = tongue.say("cockpit.of_models", n=seen.known)
    tiles.append(_tile(tongue, "judged", str(judged), below))
    return tiles


def _tile(tongue: Tongue, name: str, value: str, below: str) -> Shown:
    return {"name": tongue.say(f"cockpit.tile.{name}"), "value": value, "below": below}


def _set(one: MailSet, tongue: Tongue) -> str:
    chosen = "chance" if one.by_chance else "any"
    return tongue.say(
        f"cockpit.set.{chosen}",
        name=tongue.say(f"cockpit.set.{one.name}")
        if one.name in ("newest", "golden")
        else one.name,
        day=f"{one.at:%Y-%m-%d}",
        n=one.emails,
        models=tongue.say(
            "cockpit.one_model" if one.models == 1 else "cockpit.n_models", n=one.models
        ),
    )


def _limits(seen: Cockpit, tongue: Tongue) -> list[str]:
    """What is not shown."""
    said = []
    if seen.on and seen.on.models > len(seen.models):
        said.append(tongue.say("cockpit.limit.models", n=MOST_MODELS, all=seen.on.models))
    if len(seen.models) > cockpit_figures.MOST_DRAWN:
        said.append(tongue.say("cockpit.limit.drawn", n=cockpit_figures.MOST_DRAWN))
    return said


def _page(seen: Cockpit, wanted: Wanted) -> Sequence[Model]:
    first = (_at(seen, wanted) - 1) * wanted.models
    return seen.models[first : first + wanted.models]


def _at(seen: Cockpit, wanted: Wanted) -> int:
    return max(1, min(wanted.page, _pages(seen, wanted)))


def _pages(seen: Cockpit, wanted: Wanted) -> int:
    return max(1, -(-len(seen.models) // wanted.models))


def _table(seen: Cockpit, tongue: Tongue, wanted: Wanted, chosen: Model) -> Shown:
    return {
        "titles": [tongue.say(f"cockpit.figure.{one.name}") for one in FIGURES],
        "rows": [
            {
                "version": model.version,
                "name": model.name,
                "status": model.status,
                "since": f"{model.since:%Y-%m-%d}",
                "cells": [written(tongue, model.metrics, one.name) for one in FIGURES],
                "chosen": model is chosen,
            }
            for model in _page(seen, wanted)
        ],
        "page": _at(seen, wanted),
        "pages": _pages(seen, wanted),
    }


def _reigns(found: Sequence[Reign], tongue: Tongue, now: datetime) -> Shown | None:
    """Who was champion when, the newest first; nothing where nobody ever was."""
    if len(found) == 1:
        return None
    told = found[:_MOST_REIGNS]
    first = min(one.since or one.until or now for one in told)
    if told[-1].since is None:  # before all that is known
        first -= max((now - first) / 12, timedelta(hours=1))
    return {
        "rows": [_reign(one, first, now, tongue) for one in told],
        "first": f"{first:%Y-%m-%d}",
        "last": f"{now:%Y-%m-%d}",
        "left": len(found) - len(told),
    }


def _reign(one: Reign, first: datetime, now: datetime, tongue: Tongue) -> Shown:
    until = one.until or now
    length = _length(until - one.since, tongue) if one.since else ""
    return {
        "version": one.version or _VERSION,
        "since": f"{one.since:%Y-%m-%d %H:%M}" if one.since else "…",
        "until": f"{one.until:%Y-%m-%d %H:%M}" if one.until else tongue.say("cockpit.now"),
        "length": length,
        "span": charts.span(one.since or first, until, first, max(now, until)),
        "still": one.until is None,
    }


def _length(length: timedelta, tongue: Tongue) -> str:
    seconds = max(0, int(length.total_seconds()))
    if seconds >= _DAY:
        return tongue.say("span.days", n=seconds // _DAY)
    if seconds >= _HOUR:
        return tongue.say("span.hours", n=seconds // _HOUR)
    return tongue.say("span.minutes", n=seconds // 60)


def _trial(one: Attempt, tongue: Tongue) -> Shown:
    since, until = (f"{x:%Y-%m-%d %H:%M}" if x else "" for x in (one.since, one.until))
    return {
        "kind": tongue.say(f"cockpit.trial.{one.kind}"),
        "version": one.version,
        "share": tongue.share(one.share),
        "when": f"{since} – {until or tongue.say('cockpit.now')}",
        "end": one.end,
        "said": tongue.say(f"cockpit.end.{one.end}"),
        "reason": one.reason,
        "by": one.by,
        "why": one.why,
    }


def _turn(turn: Turn, found: Exchange | None, tongue: Tongue, titles: Titles) -> Shown:
    return {
        "at": f"{turn.entry.at:%Y-%m-%d %H:%M} UTC",
        "before": turn.before or _VERSION,
        "after": turn.after or _VERSION,
        "action": tongue.say(f"cockpit.action.{turn.entry.action}", who=turn.entry.by),
        "reason": turn.entry.reason,
        "unnamed": turn.before is None or turn.after is None,
        "exchange": _exchange(found, tongue, titles) if found else None,
    }


def _exchange(found: Exchange, tongue: Tongue, titles: Titles) -> Shown:
    rows = []
    for one in FIGURES:
        before, after = (figure(side, one.name) for side in (found.before, found.after))
        rows.append(
            {
                "title": tongue.say(f"cockpit.figure.{one.name}"),
                "before": written(tongue, found.before, one.name),
                "after": written(tongue, found.after, one.name),
                "difference": one.difference(tongue, before, after),
                "better": one.better(before, after),
            }
        )
    return {"on": _set(found.on, tongue), "rows": rows, **_outcomes(found, tongue, titles)}


def _outcomes(found: Exchange, tongue: Tongue, titles: Titles) -> Shown:
    def told(outcome: Outcome) -> list[str]:
        return [
            tongue.say(
                "cockpit.category",
                title=titles(one.name),
                before=tongue.share(one.before),
                after=tongue.share(one.after),
                n=one.emails,
            )
            for one in found.categories
            if one.outcome is outcome
        ]

    few = [titles(one.name) for one in found.categories if one.outcome is Outcome.FEW]
    even = [titles(one.name) for one in found.categories if one.outcome is Outcome.EVEN]
    return {"won": told(Outcome.WON), "lost": told(Outcome.LOST), "even": even, "few": few}
