"""Simulated days of mail as an insurer knows them, and what may happen to them.

volume by weekday, holidays -> the mix of that day: weekends, month-ends, storms, chance -> mails
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bench.drift.pool import NEW, Mail, Pool
from model.contents import NO_DEFECT, Tally
from model.profile import Profile, profile

_WEEK = (1.25, 1.05, 1.0, 1.0, 0.95, 0.35, 0.25)  # Monday to Sunday
_MIX = {
    "claim": 18, "cancellation": 9, "new_contract": 8, "contract_change": 12, "certificate": 12,
    "payment": 16, "account": 10, "complaint": 5, "other": 10,
}  # fmt: skip
_WEEKEND = {"claim": 1.4, "account": 1.3}
_MONTH_END = {"payment": 1.6, "cancellation": 1.2}
_STORM = {"claim": 1.6}
_FRENCH = 0.75
_DEFECTS = {"wrong_charset": 0.02, "no_charset": 0.015, "bad_base64": 0.005}
_SENDERS = 4_000

NEW_CATEGORY, VOCABULARY, MIX = "a new category", "vocabulary", "category mix"
LANGUAGE, LENGTH, DEFECTS = "language", "length", "parse defects"
SHIFTS = (NEW_CATEGORY, VOCABULARY, MIX, LANGUAGE, LENGTH, DEFECTS)
ABOUT = {
    NEW_CATEGORY: "12 % of mail is about something new",
    VOCABULARY: "half of all mail uses other words for 35 things",
    MIX: "one category trebles (12 % to 36 %)",
    LANGUAGE: "English goes from 25 % to 50 %",
    LENGTH: "half of all mail is twice as long",
    DEFECTS: "one mail in six has a wrong charset, 2 % before",
}


@dataclass(frozen=True, slots=True)
class World:
    """What mail is like: a mean number on a weekday, and what has happened to it.

    Mail of the two halves of the pool (0, 1) has the same skeletons, and no text in common.
    """

    volume: int
    shift: str = ""
    half: int = 1


@dataclass(slots=True)
class Calendar:
    """What chance has in store for some weeks: holidays, storms, a sender's wave of mail."""

    holidays: set[date]
    storms: set[date]
    waves: set[date]

    @classmethod
    def drawn(cls, start: date, days: int, draw: random.Random) -> "Calendar":
        """About a holiday and half a storm of two days a month, and two waves."""
        every = [start + timedelta(n) for n in range(days)]
        storms = [day for day in every if draw.random() < 1 / 60]
        return cls(
            {day for day in every if draw.random() < 1 / 30},
            {day + timedelta(n) for day in storms for n in (0, 1)},
            {day for day in every if draw.random() < 1 / 15},
        )


def mails_of(
    pool: Pool, world: World, day: date, calendar: Calendar, draw: random.Random
) -> list[Mail]:
    """The mails of a day."""
    weekday = 6 if day in calendar.holidays else day.weekday()
    mean = world.volume * _WEEK[weekday] * draw.lognormvariate(0, 0.15)
    number = max(0, round(draw.gauss(mean, mean**0.5)))
    mix = _mix_of(world, day, weekday, calendar, draw)
    french = min(1.0, max(0.0, (0.5 if world.shift == LANGUAGE else _FRENCH) + draw.gauss(0, 0.02)))
    found = [_mail(pool, world, mix, french, draw) for _ in range(number)]
    if day in calendar.waves and found:
        again = draw.choice(found)
        found += [again] * min(15, max(2, number // 10))
    return found


def counted(labels: Sequence[str], mails: Sequence[Mail], known: frozenset[str]) -> Profile:
    """What is stored of a day."""
    tally = Tally(known=known, least_senders=3)
    for mail in mails:
        tally.add(mail.look)
    return profile(labels, [mail.answer for mail in mails], tally.contents())


def _mix_of(
    world: World, day: date, weekday: int, calendar: Calendar, draw: random.Random
) -> dict[str, float]:
    mix: dict[str, float] = dict(_MIX)
    near_end = (day + timedelta(2)).day <= 5
    for holds, factors in (
        (weekday >= 5, _WEEKEND),
        (near_end, _MONTH_END),
        (day in calendar.storms, _STORM),
        (world.shift == MIX, {"certificate": 4.1}),
    ):
        if holds:
            mix = {name: share * factors.get(name, 1.0) for name, share in mix.items()}
    mix = {name: share * draw.lognormvariate(0, 0.1) for name, share in mix.items()}
    if world.shift == NEW_CATEGORY:
        mix[NEW] = sum(mix.values()) * 0.12 / 0.88
    return mix


def _mail(
    pool: Pool, world: World, mix: dict[str, float], french: float, draw: random.Random
) -> Mail:
    category = draw.choices(list(mix), list(mix.values()))[0]
    language = "fr" if draw.random() < french else "en"
    kinds = pool.plain
    if draw.random() < 0.5:
        kinds = {VOCABULARY: pool.reworded, LENGTH: pool.longer}.get(world.shift, pool.plain)
    found = draw.choice(kinds[category, language][world.half :: 2])
    sender = str(int(_SENDERS * draw.random() ** 2))
    return replace(found, look=replace(found.look, sender=sender, defect=_defect(world, draw)))


def _defect(world: World, draw: random.Random) -> str:
    shares = dict(_DEFECTS)
    if world.shift == DEFECTS:
        shares["wrong_charset"] = 1 / 6
    place = draw.random()
    for name, share in shares.items():
        if place < share:
            return name
        place -= share
    return NO_DEFECT
