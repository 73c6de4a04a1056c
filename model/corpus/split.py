"""Splits examples so that no skeleton is on two sides."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from model.corpus.data import templates
from model.corpus.types import CATEGORIES, LANGUAGES, Example

# Of seven skeletons of a category and language, one is for validation and one for test.
_OF = 7


@dataclass(frozen=True, slots=True)
class Split:
    """Three lists of examples whose skeletons are disjoint."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    test: tuple[Example, ...]


def _rank(template_id: str) -> str:
    return hashlib.sha256(template_id.encode()).hexdigest()


def sides() -> dict[str, str]:
    """Template id -> `train`, `validation` or `test`; same shares in each category, language."""
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for category in CATEGORIES:
            ids = sorted((item.id for item in templates(language, category)), key=_rank)
            for position, template_id in enumerate(ids):
                side = {0: "validation", 1: "test"}.get(position % _OF, "train")
                found[template_id] = side
    return found


def split(examples: Iterable[Example]) -> Split:
    """Training, validation and test examples; a skeleton never serves two of them."""
    where = sides()
    by_side: dict[str, list[Example]] = {"train": [], "validation": [], "test": []}
    for example in examples:
        by_side[where[example.template_id]].append(example)
    return Split(*(tuple(by_side[side]) for side in ("train", "validation", "test")))
