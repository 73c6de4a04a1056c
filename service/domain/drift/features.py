"""A week of mail held against the mail that the model was made with: a figure by feature. Pure."""

from collections.abc import Sequence

from model.contents import Contents
from model.profile import Profile
from service.domain.drift.adversary import told_apart
from service.domain.drift.stability import (
    CATEGORY,
    CONFIDENCE,
    DEFECTS,
    LANGUAGE,
    LENGTH,
    Figure,
    figure,
)
from service.domain.drift.week import NOVEL, WORDS


def figures(made_with: Profile, week: Profile) -> dict[str, Figure]:
    """By feature; what either side does not know, or has too few mails of, is not there."""
    found = {
        CATEGORY: figure(made_with.labels, week.labels),
        CONFIDENCE: figure(_named(made_with.confidence), _named(week.confidence)),
        LENGTH: figure(_named(made_with.tokens), _named(week.tokens)),
        **_of_contents(made_with.contents, week.contents),
    }
    return {name: one for name, one in found.items() if one is not None}


def _of_contents(made_with: Contents | None, week: Contents | None) -> dict[str, Figure | None]:
    if made_with is None or week is None:
        return {}
    told = told_apart(made_with.bags, week.bags)
    return {
        LANGUAGE: figure(made_with.languages, week.languages),
        DEFECTS: figure(made_with.defects or {}, week.defects or {}),
        WORDS: told.words if told else None,
        NOVEL: told.novel if told else None,
    }


def _named(counts: Sequence[int]) -> dict[str, int]:
    return {str(place): count for place, count in enumerate(counts)}
