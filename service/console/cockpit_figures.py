"""From models on one set of mail to charts and tables: by model, and by category. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.console import charts
from service.console.charts import Chart, Value
from service.console.language import Tongue
from service.domain.cockpit import Model, figure
from service.flow.cockpit import Cockpit

MOST_DRAWN = 60  # models in a chart
_MOST_TITLES = 40  # categories in the table of all models

Shown = dict[str, Any]
Titles = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Figure:
    """How one figure is written: a share in percent, or a number with so many decimals.

    It is never below 0 nor above its `roof`.
    """

    name: str
    digits: int | None = None
    lower_is_better: bool = False
    roof: float = 1.0

    def write(self, tongue: Tongue, value: float | None) -> str:
        """As people read it."""
        return tongue.share(value) if self.digits is None else tongue.number(value, self.digits)

    def difference(self, tongue: Tongue, before: float | None, after: float | None) -> str:
        """How much higher the second one is; of shares in points."""
        if before is None or after is None:
            return "–"
        if self.digits is None:
            return tongue.points(after - before)
        return tongue.number(after - before, self.digits, sign=True)

    def better(self, before: float | None, after: float | None) -> str:
        """`won`, `lost`, or nothing where they are the same as written."""
        if before is None or after is None:
            return ""
        step = round(after - before, 3 if self.digits is None else self.digits)
        return "" if not step else "won" if (step > 0) != self.lower_is_better else "lost"


FIGURES = (
    Figure("accuracy"),
    Figure("macro_f1"),
    Figure("precision"),
    Figure("recall"),
    Figure("macro_auc", 3),
    Figure("lift.1", 1, roof=math.inf),
    Figure("lift.5", 1, roof=math.inf),
    Figure("lift.10", 1, roof=math.inf),
    Figure("ece", 3, lower_is_better=True),
    Figure("coverage"),
    Figure("decided_accuracy"),
)
_INTERVALS = {"accuracy": "accuracy_interval", "macro_f1": "macro_f1_interval"}


def interval(model: Mapping[str, Any], name: str) -> tuple[float, float] | None:
    """Between which values a figure lies nineteen times of twenty, where that is known."""
    found = model.get(_INTERVALS.get(name, ""))
    return (float(found[0]), float(found[1])) if found else None


def kinds(seen: Cockpit) -> dict[str, str]:
    """What a model is, by its version: champion, challenger, past (a champion once), or other."""
    past = {reign.version for reign in seen.reigns}
    made = {m.version: "past" if m.version in past else "other" for m in seen.models}
    for version, kind in ((seen.challenger, "challenger"), (seen.champion, "champion")):
        if version in made:
            made[version] = kind
    return made


def written(tongue: Tongue, metrics: Mapping[str, Any], name: str) -> str:
    """A figure with its interval, where it has one."""
    one = next(f for f in FIGURES if f.name == name)
    said, within = one.write(tongue, figure(metrics, name)), interval(metrics, name)
    if within is None:
        return said
    low, high = (tongue.number(100 * x, 1) for x in within)
    return f"{said} ({low}–{high})"  # a range


def drawn(seen: Cockpit) -> list[Model]:
    """The models of the charts, the oldest first."""
    return list(reversed(seen.models[:MOST_DRAWN]))


def main_chart(seen: Cockpit, tongue: Tongue) -> Chart:
    """Accuracy with its interval, model by model."""
    return _chart(seen, tongue, FIGURES[0], most=5, labels=3)


def small_charts(seen: Cockpit, tongue: Tongue, chosen: Model) -> list[Shown]:
    """Each other figure, with what the chosen model has of it."""
    return [
        {
            "title": tongue.say(f"cockpit.figure.{one.name}"),
            "value": one.write(tongue, figure(chosen.metrics, one.name)),
            "chart": _chart(seen, tongue, one, most=2, labels=0),
        }
        for one in FIGURES[1:]
    ]


def _chart(seen: Cockpit, tongue: Tongue, one: Figure, most: int, labels: int) -> Chart:
    models, kind = drawn(seen), kinds(seen)
    values = [_value(model, one, kind[model.version], tongue) for model in models]
    held = [x for v in values if v for x in (v.value, v.low, v.high) if x is not None]
    on = charts.scale(held, most, 0.0, one.roof)
    name = tongue.say(f"cockpit.figure.{one.name}")
    return Chart(
        tongue.say("cockpit.chart", name=name, n=len(models)),
        (charts.curve(values, on),),
        _ticks(on, one, tongue),
        charts.along([f"{model.since:%Y-%m-%d}" for model in models], labels),
    )


def _value(model: Model, one: Figure, kind: str, tongue: Tongue) -> Value | None:
    value = figure(model.metrics, one.name)
    if value is None:
        return None
    title = f"{model.version} · {model.since:%Y-%m-%d} · {written(tongue, model.metrics, one.name)}"
    low, high = interval(model.metrics, one.name) or (None, None)
    return Value(value, title, kind, low, high)


def _ticks(on: charts.Scale, one: Figure, tongue: Tongue) -> tuple[charts.Label, ...]:
    """As few decimals as tell the steps apart."""
    width = min(b - a for a, b in zip(on.steps, on.steps[1:], strict=False))
    size = 100 if one.digits is None else 1
    digits = next(d for d in range(9) if abs(round(width * size, d) - width * size) < 1e-9)
    write = tongue.share if one.digits is None else tongue.number
    return tuple(charts.Label(on.place(x), write(x, digits=digits)) for x in on.steps)


def over_time(seen: Cockpit, tongue: Tongue) -> Shown | None:
    """The same few models on one set after the other; nothing where there is one set alone."""
    if len(seen.over_sets) < 2 or not seen.over:
        return None
    held = [x for line in seen.over for x in line.accuracy if x is not None]
    on = charts.scale(held, 4, 0.0, 1.0)
    days = [f"{one.at:%Y-%m-%d}" for one in seen.over_sets]
    curves = [
        charts.curve(
            [
                None if x is None else Value(x, f"{line.version} · {day} · {tongue.share(x)}")
                for x, day in zip(line.accuracy, days, strict=True)
            ],
            on,
            f"c{at}",
            line.version,
        )
        for at, line in enumerate(seen.over)
    ]
    name = tongue.say("cockpit.over_chart", n=len(days))
    chart = Chart(name, tuple(curves), _ticks(on, FIGURES[0], tongue), charts.along(days, 3))
    rows = [
        (day, one.emails, [tongue.share(line.accuracy[at]) for line in seen.over])
        for at, (day, one) in enumerate(zip(days, seen.over_sets, strict=True))
    ]
    return {"chart": chart, "versions": [line.version for line in seen.over], "rows": rows[::-1]}


def categories(
    seen: Cockpit, tongue: Tongue, titles: Titles, chosen: Model, other: Model | None
) -> Shown:
    """Each category of the chosen model beside another, with its F1 over all models drawn."""
    mine = chosen.metrics["categories"]
    theirs = other.metrics["categories"] if other else {}
    names = sorted(mine, key=lambda name: (-mine[name]["support"], name))
    models, kind = drawn(seen), kinds(seen)
    return {
        "version": chosen.version,
        "other": other.version if other else None,
        "rows": [
            {
                "title": titles(name),
                "emails": mine[name]["support"],
                **_cells(mine[name], tongue),
                **_beside(mine[name], theirs.get(name), tongue),
                "chart": _spark(models, name, kind, tongue, titles(name)),
            }
            for name in names
        ],
        "all": _all(seen, names[:_MOST_TITLES], tongue, titles),
        "left_out": max(0, len(names) - _MOST_TITLES),
    }


def _cells(row: Mapping[str, Any], tongue: Tongue) -> Shown:
    told = bool(row["support"])
    shares = {n: tongue.share(row[n]) if told else "–" for n in ("precision", "recall", "f1")}
    lifts = [tongue.number(row["lift"][k], 1) for k in ("1", "5", "10")]
    return {**shares, "auc": tongue.number(row["auc"], 3), "lifts": lifts}


def _beside(row: Mapping[str, Any], other: Mapping[str, Any] | None, tongue: Tongue) -> Shown:
    one = Figure("f1")
    if other is None or not row["support"]:
        return {"difference": "–", "better": ""}
    before, after = other["f1"], row["f1"]
    return {
        "difference": one.difference(tongue, before, after),
        "better": one.better(before, after),
    }


def _spark(
    models: Sequence[Model], name: str, kind: Mapping[str, str], tongue: Tongue, title: str
) -> Chart:
    values = [
        None
        if (row := model.metrics["categories"].get(name)) is None or not row["support"]
        else Value(row["f1"], f"{model.version} · {tongue.share(row['f1'])}", kind[model.version])
        for model in models
    ]
    on = charts.scale([v.value for v in values if v], 1, 0.0, 1.0)
    return Chart(tongue.say("cockpit.spark", name=title), (charts.curve(values, on),), ())


def _all(seen: Cockpit, names: Sequence[str], tongue: Tongue, titles: Titles) -> Shown:
    """F1 of every model in every category."""
    rows = [
        (model.version, [_f1(model, name, tongue) for name in names])
        for model in seen.models[:MOST_DRAWN]
    ]
    return {"titles": [titles(name) for name in names], "rows": rows}


def _f1(model: Model, name: str, tongue: Tongue) -> str:
    row = model.metrics["categories"].get(name)
    return tongue.share(row["f1"] if row and row["support"] else None)
