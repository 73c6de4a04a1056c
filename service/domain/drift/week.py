"""A week of mail, from its days. Pure.

A week, because Sunday's mail is no Tuesday's and every week has one of each; ending with any day,
because nobody wants to wait for Monday.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from model.contents import Contents
from model.profile import Profile
from service.domain.drift.stability import CATEGORY, CONFIDENCE, DEFECTS, LANGUAGE, LENGTH

DAYS = 7
# A model's own first days say how mail is where its manifest does not: defects and domains, which
# training data seldom has.
FIRST_DAYS = 28
WORDS, NOVEL = "words", "novel"
FEATURES = (CATEGORY, CONFIDENCE, LENGTH, LANGUAGE, DEFECTS, WORDS, NOVEL)


def total(profiles: Iterable[Profile]) -> Profile:
    """All of them as one; what any of them lacks is counted of the others."""
    found = list(profiles)
    return Profile(
        _sum([one.labels for one in found]),
        _columns([one.confidence for one in found]),
        _columns([one.tokens for one in found]),
        _contents([one.contents for one in found if one.contents]),
    )


def completed(made_with: Profile, first: Profile | None) -> Profile:
    """The reference, with defects and domains of the model's first days where it has none."""
    own = first.contents if first else None
    if own is None or made_with.contents is None:
        return made_with
    had = made_with.contents
    return replace(
        made_with,
        contents=replace(
            had,
            defects=own.defects if had.defects is None else had.defects,
            domains=own.domains if had.domains is None else had.domains,
        ),
    )


def _sum(parts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for part in parts:
        counted.update(part)
    return dict(counted)


def _columns(rows: Sequence[Sequence[int]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*rows, strict=True))


def _contents(parts: Sequence[Contents]) -> Contents | None:
    if not parts:
        return None
    return Contents(
        sum(one.emails for one in parts),
        sum(one.senders for one in parts),
        _sum([one.languages for one in parts]),
        _sum([one.words for one in parts]),
        _known([one.defects for one in parts]),
        _known([one.domains for one in parts]),
        tuple(bag for one in parts for bag in one.bags),
    )


def _known(parts: Sequence[Mapping[str, int] | None]) -> dict[str, int] | None:
    found = [part for part in parts if part is not None]
    return _sum(found) if found else None
