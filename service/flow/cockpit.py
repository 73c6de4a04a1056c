"""All models over time, for people who decide which of them decides.

what was written down by `aiguilleur model evaluate` and in the registry's log -> one picture
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Engine, Row

from service.domain import cockpit as rules
from service.domain import models
from service.domain.cockpit import Attempt, Entry, Exchange, MailSet, Model, Reign, Turn
from service.domain.evaluation import Evaluation
from service.domain.gate import NEWEST
from service.domain.models import Known, Refused, Standing
from service.store import cockpit, registry
from service.store import engine as database

MOST_MODELS = 200  # of one set
MOST_TURNS = 10  # told in full; the timeline has all of them
_MOST_TRIALS = 12
_MOST_SETS = 60  # to choose from
_OVER_SETS, _OVER_MODELS = 24, 5


@dataclass(frozen=True, slots=True)
class Line:
    """A model's accuracy on each of the sets of `Cockpit.over_sets`; None where it has none."""

    version: str
    accuracy: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Cockpit:
    """Everything of one moment.

    `models` were judged on the set `on`, the newest first, at most `MOST_MODELS` of `on.models`;
    `known` counts all that the service knows. `turns` are the newest, newest first, at most
    `MOST_TURNS` of `all_turns`, with what each did where that was measured. `over` are the newest
    champions and the challenger (where there are none, the newest models) on the newest sets of
    that name, the oldest set first.
    `trials` are the newest shadows and canaries.
    `back_to` is who a rollback makes champion, None the model of MODEL_PATH; `may_go_back` says
    whether there is somebody.
    """

    sets: Sequence[MailSet]
    on: MailSet | None
    models: Sequence[Model]
    known: int
    champion: str | None
    challenger: str | None
    back_to: str | None
    may_go_back: bool
    reigns: Sequence[Reign]
    turns: Sequence[tuple[Turn, Exchange | None]]
    all_turns: int
    over_sets: Sequence[MailSet]
    over: Sequence[Line]
    trials: Sequence[Attempt]


def look(engine: Engine, chosen: str = "") -> Cockpit:
    """See all models on one set: `NAME:HASH`, or the newest of the newest mail, else any.

    Raises:
        Unavailable: PostgreSQL cannot be asked.

    """
    seen, turns, found = database.run(engine, lambda connection: _look(connection, chosen))
    # the tests of ten turns may take half a second, and no connection waits for them
    told = [(turn, _exchange(found.get(turn.entry.id), turn)) for turn in turns]
    return replace(seen, turns=told)


def key(one: MailSet) -> str:
    """What `look` knows a set by."""
    return f"{one.name}:{one.hash}"


def _look(
    connection: Connection, chosen: str
) -> tuple[Cockpit, Sequence[Turn], Mapping[int, Row[Any]]]:
    """All but what each turn did: the turns to tell, and both models' answers by their entries."""
    sets = cockpit.sets(connection, _MOST_SETS)
    on = _chosen(sets, chosen)
    now, log = models.standing(registry.changes(connection)), cockpit.champions(connection)
    turns = rules.turns(log)[::-1]
    back, may_go_back = _back(now, registry.retired(connection))
    over_sets = [one for one in sets if on and one.name == on.name][:_OVER_SETS][::-1]
    judged = [_model(row, now) for row in cockpit.on(connection, on, MOST_MODELS)] if on else []
    seen = Cockpit(
        sets,
        on,
        judged,
        cockpit.count(connection),
        now.champion,
        now.challenger,
        back,
        may_go_back,
        rules.reigns(log)[::-1],
        (),
        len(turns),
        over_sets,
        _over(connection, over_sets, _lately(now, log, judged)),
        cockpit.trials(connection, _MOST_TRIALS),
    )
    return seen, turns[:MOST_TURNS], cockpit.pairs(connection, turns[:MOST_TURNS])


def _chosen(sets: Sequence[MailSet], chosen: str) -> MailSet | None:
    asked = [one for one in sets if key(one) == chosen]
    newest = [one for one in sets if one.name == NEWEST]
    return next(iter([*asked, *newest, *sets]), None)


def _model(row: Row[Any], now: Standing) -> Model:
    known = Known(row.version, tuple(row.labels or ()), row.artifact, row.retired_at is not None)
    status = models.status(known, now)
    return Model(row.version, row.name, status, row.since, row.metrics, tuple(row.notes))


def _back(now: Standing, retired: set[str]) -> tuple[str | None, bool]:
    try:
        return models.roll_back(now, retired)[0].version, True
    except Refused:
        return None, False


def _exchange(row: Row[Any] | None, turn: Turn) -> Exchange | None:
    if row is None or turn.before is None or turn.after is None:
        return None
    on = MailSet(row.set_name, row.set_hash, row.emails, row.by_chance, 2, row.at)
    values = row._asdict()
    truth = {"before": row.truth, "after": row.truth_after}
    before, after = (
        _evaluation(on, version, values, side, truth[side])
        for version, side in ((turn.before, "before"), (turn.after, "after"))
    )
    return rules.exchange(on, before, after)


def _evaluation(
    on: MailSet, version: str, values: Mapping[str, Any], side: str, truth: Sequence[int]
) -> Evaluation:
    metrics, labels, answers = (values[f"{x}_{side}"] for x in ("metrics", "labels", "answers"))
    fixed = (on.name, on.hash, on.by_chance, metrics, ())
    return Evaluation(version, *fixed, tuple(labels), tuple(truth), tuple(answers))


def _lately(now: Standing, log: Sequence[Entry], judged: Sequence[Model]) -> list[str]:
    """The newest champions and the challenger behind them; the newest models where none was."""
    champions = dict.fromkeys(entry.version for entry in reversed(log) if entry.version)
    named = list(champions)[: _OVER_MODELS - 1]
    if now.challenger and now.challenger not in named:
        named.append(now.challenger)
    return named or [model.version for model in judged[:_OVER_MODELS]]


def _over(connection: Connection, sets: Sequence[MailSet], versions: Sequence[str]) -> list[Line]:
    if not sets or not versions:
        return []
    found = cockpit.over(connection, sets[0].name, [one.hash for one in sets], versions)
    lines = [Line(v, tuple(found.get((v, one.hash)) for one in sets)) for v in versions]
    return [line for line in lines if any(x is not None for x in line.accuracy)]
