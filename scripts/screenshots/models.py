"""A history of models for the pictures: answers thrown by dice, told as `model evaluate` would.

Some months of one model every other week, each judged on each set; some became champion.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection, Engine, text

from model.appraisal import figures
from model.decisions import decided
from model.evaluate import rounded
from service.domain.evaluation import Evaluation
from service.store import evaluations

_EVERY = timedelta(days=14)
_THRESHOLD = 0.5
_MODEL = text("""
INSERT INTO models (version, name, labels, profile, artifact, first_seen_at, added_at)
VALUES (:version, :name, :labels, '{}', :version, :at, :at)
""")
_CHANGE = text("""
INSERT INTO model_changes (at, action, version, alias, share, reason, by_client, by_agent)
VALUES (:at, :action, :version, :alias, :share, :reason, 'operator', 'marie')
""")


_SHARES = {"shadow": 0.2, "canary": 0.05}
_Entry = tuple[datetime, str, str, int | None, str]  # when, action, alias, which model, why


@dataclass(frozen=True, slots=True)
class Story:
    """How many models, sets and mails; which of the models became champion, and why.

    The `challenger` is tried in the shadow, one before it `lost` as a canary.
    """

    labels: tuple[str, ...]
    models: int = 14
    sets: int = 7
    emails: int = 500
    champions: tuple[tuple[int, str], ...] = (
        (1, "first model of our own mail"),
        (4, "claims are found more often"),
        (8, "the new tariff's words"),
        (11, "better on the newest mail"),
    )
    challenger: int | None = 13
    lost: int | None = None
    golden: bool = True


def version(number: int) -> str:
    """A model's version, as the files of a real one would give it."""
    return f"{random.Random(number).getrandbits(48):012x}"  # noqa: S311  # a picture's dice


def tell(engine: Engine, story: Story, now: datetime) -> list[str]:
    """Write all of it down, the newest model a week ago; the versions, the oldest first."""
    begin = now - timedelta(days=7) - _EVERY * (story.models - 1)
    added = [begin + _EVERY * n for n in range(story.models)]
    with engine.begin() as connection:
        for number, at in enumerate(added):
            _model(connection, story, number, at)
        for at, action, alias, who, reason in _changes(story, added, now):
            values = {"at": at, "action": action, "alias": alias, "reason": reason}
            share = _SHARES[alias] if action == "started" else None
            named = None if who is None else version(who)
            connection.execute(_CHANGE, {**values, "version": named, "share": share})
    chance = np.random.default_rng(7)
    names = ["newest"] * story.sets + ["golden"] * story.golden
    for at, name in enumerate(names):
        when = now - timedelta(days=2) - 2 * _EVERY * (story.sets - 1 - at % story.sets)
        _judge(engine, story, chance, (name, at), when)
    return [version(number) for number in range(story.models)]


def _model(connection: Connection, story: Story, number: int, at: datetime) -> None:
    values = {"version": version(number), "name": "our-mail", "labels": list(story.labels)}
    connection.execute(_MODEL, {**values, "at": at})


def _changes(story: Story, added: Sequence[datetime], now: datetime) -> list[_Entry]:
    """Promotions two days after a model came; the last but one is taken back for a while."""
    made: list[_Entry] = [
        (added[n] + timedelta(days=2), "promoted", "champion", n, why) for n, why in story.champions
    ]
    if story.lost is not None:
        made += _loses(story.lost, added[story.lost] + timedelta(days=1))
    if len(story.champions) > 2:
        (before, _), (last, why) = story.champions[-2:]
        at = added[last] + timedelta(days=5)
        back = "complaints go to the wrong queue"
        made.append((at, "rolled_back", "champion", before, back))
        again = at + timedelta(days=6)
        made.append((again, "promoted", "champion", last, f"{why}, the routing is mended"))
    if story.challenger is not None:
        late = now - timedelta(days=1)
        passed = "passed the gate"
        made.append((late, "promoted", "challenger", story.challenger, passed))
        begun = late + timedelta(hours=2)
        made.append((begun, "started", "shadow", story.challenger, "is it ready?"))
    return sorted(made, key=lambda entry: entry[0])


def _loses(number: int, at: datetime) -> list[_Entry]:
    """A challenger that looked good in the shadow, and not in the canary."""
    return [
        (at, "promoted", "challenger", number, "passed the gate"),
        (at + timedelta(hours=1), "started", "shadow", number, "is it ready?"),
        (at + timedelta(hours=9), "started", "canary", number, "it looked good in the shadow"),
        (at + timedelta(hours=20), "lost", "canary", number, "overrides: 9.1% against 4.8%"),
        (at + timedelta(hours=20, seconds=1), "lost", "challenger", None, "it lost"),
    ]


def _judge(
    engine: Engine,
    story: Story,
    chance: np.random.Generator,
    which: tuple[str, int],
    when: datetime,
) -> None:
    name, at = which
    truth = np.sort(chance.zipf(1.6, story.emails) % len(story.labels))
    for number in range(story.models):
        age = at * story.models / max(1, story.sets) - number if name == "newest" else 0
        found = _answers(story, chance, truth, number, 0.12 * max(0.0, age - 2))
        reached = decided(story.labels, found, dict.fromkeys(story.labels, _THRESHOLD))
        metrics = rounded(figures(story.labels, len(story.labels), truth, found, reached))
        made = Evaluation(
            version(number),
            name,
            f"{at:064x}",
            name == "newest",
            metrics,
            (),
            story.labels,
            tuple(truth.tolist()),
            tuple(found.argmax(axis=1).tolist()),
        )
        with engine.begin() as connection:
            evaluations.keep(connection, made, when)


def _answers(
    story: Story, chance: np.random.Generator, truth: np.ndarray, number: int, worse: float
) -> np.ndarray:
    """Scores that know the truth the better the newer the model is."""
    count = len(story.labels)
    own = np.random.default_rng(60 + number).normal(0, 0.35, count)  # good at some, less at others
    skill = 2.5 + 0.9 * number / story.models - worse + own
    logits = chance.normal(0, 1, (len(truth), count))
    logits[np.arange(len(truth)), truth] += skill[truth]
    powers = np.exp(2.0 * logits)
    return powers / powers.sum(axis=1, keepdims=True)
