"""A model's reference, then weeks of mail, judged every day as the service judges them."""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bench.drift.days import Calendar, World, counted, mails_of
from bench.drift.pool import Pool
from model.contents import Tally
from model.profile import Profile, profile
from service.domain.drift import week
from service.domain.drift.features import figures
from service.domain.drift.rule import Day, alarms

_REFERENCE_DAYS, _REFERENCE_EMAILS = 56, 1_200
_FIRST = date(2027, 1, 1)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The alarms by feature with their days counted from the start, and the emails of a week."""

    alarms: dict[str, list[int]]
    emails: int


def month(pool: Pool, volume: int, seed: int, days: int = 31) -> Outcome:
    """A quiet one, after a week to fill the window."""
    return _run(pool, [(World(volume), week.DAYS + days)], seed, week.DAYS)


def shifted(pool: Pool, volume: int, seed: int, shift: str) -> Outcome:
    """Nine quiet days, then the first week of a shift; days count from its first (1)."""
    worlds = [(World(volume), week.DAYS + 2), (World(volume, shift), week.DAYS)]
    return _run(pool, worlds, seed, week.DAYS + 2)


def _run(pool: Pool, worlds: list[tuple[World, int]], seed: int, quiet: int) -> Outcome:
    draw = random.Random(f"drift {seed}")  # noqa: S311  # reproducible on purpose
    reference = _reference(pool, worlds[0][0], draw)
    start = _FIRST + timedelta(60 + draw.randrange(300))
    found = list(_days(pool, worlds, start, reference, draw))
    told = {
        name: [(day - start).days + 1 - quiet for day in alarms(name, found)]
        for name in week.FEATURES
    }
    return Outcome({name: days for name, days in told.items() if days}, found[-1].emails)


def _reference(pool: Pool, world: World, draw: random.Random) -> Profile:
    before = replace(world, half=0)
    calendar = Calendar.drawn(_FIRST, _REFERENCE_DAYS, draw)
    every = [
        mail
        for n in range(_REFERENCE_DAYS)
        for mail in mails_of(pool, before, _FIRST + timedelta(n), calendar, draw)
    ]
    chosen = draw.sample(every, min(len(every), _REFERENCE_EMAILS))
    tally = Tally()
    for mail in chosen:
        tally.add(mail.look)
    return profile(pool.labels, [mail.answer for mail in chosen], tally.contents())


def _days(
    pool: Pool,
    worlds: list[tuple[World, int]],
    start: date,
    reference: Profile,
    draw: random.Random,
) -> Iterator[Day]:
    known = frozenset(reference.contents.words if reference.contents else ())
    calendar = Calendar.drawn(start, sum(days for _, days in worlds), draw)
    window: deque[Profile] = deque(maxlen=week.DAYS)
    day = start
    for world, days in worlds:
        for _ in range(days):
            mails = mails_of(pool, world, day, calendar, draw)
            window.append(counted(pool.labels, mails, known))
            if len(window) == week.DAYS:
                whole = week.total(window)
                yield Day(day, whole.emails, figures(reference, whole))
            day += timedelta(1)
