"""Parts of labelled mail between which nothing leaks.

examples -> bound by thread and by near-equal text -> whole bundles into train, validation, test
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from model.data import DataError
from model.examples import Labelled, rank

_CHANGING = re.compile(r"[\d\W_]+")
_LEAST_TO_CHOOSE, _LEAST_TO_TEST = 3, 5  # bundles of a category; with fewer, all are for training
_OPENING_CHARS = 400  # two mails that open alike, numbers aside, are one letter sent twice


@dataclass(frozen=True, slots=True)
class Parts:
    """`train` teaches, `validation` chooses and calibrates, `test` is only measured on."""

    train: list[Labelled]
    validation: list[Labelled]
    test: list[Labelled]

    def sizes(self) -> dict[str, int]:
        """How many examples each part has."""
        return {name: len(getattr(self, name)) for name in self.__dataclass_fields__}


def split_text(examples: Sequence[Labelled], validation: float, test: float, seed: int) -> Parts:
    """By thread and text: what belongs together stays in one part."""
    strata: dict[tuple[str, str], dict[str, list[Labelled]]] = defaultdict(dict)
    for name, bundle in _bundles(examples).items():
        # a bundle counts as its first mail's category, whatever others it holds
        strata[bundle[0].label, bundle[0].language][name] = bundle
    parts = Parts([], [], [])
    for bundles in strata.values():
        names = sorted(bundles, key=lambda name: rank(name, seed))
        tested = round(len(names) * test) if len(names) >= _LEAST_TO_TEST else 0
        chosen = max(1, round(len(names) * validation)) if len(names) >= _LEAST_TO_CHOOSE else 0
        parts.test.extend(x for name in names[:tested] for x in bundles[name])
        parts.validation.extend(x for name in names[tested:][:chosen] for x in bundles[name])
        parts.train.extend(x for name in names[tested + chosen :] for x in bundles[name])
    return _whole(parts)


def split_time(examples: Sequence[Labelled], validation: float, test: float) -> Parts:
    """By time: the newest are the test, those before them the validation; threads stay whole."""
    undated = next((x for x in examples if not x.date), None)
    if undated is not None:
        raise DataError(
            f"{undated.source} has no date, so the data cannot be split by time: give 'date' for "
            "every mail, or use --split text."
        )
    newest: dict[str, str] = {}
    bound = bundled(examples)
    for x in bound:
        newest[x.group] = max(newest.get(x.group, ""), x.date)
    ordered = sorted(bound, key=lambda x: (newest[x.group], x.group))
    first = round(len(ordered) * (1 - validation - test))
    second = round(len(ordered) * (1 - test))
    cuts = [_end_of_bundle(ordered, at) for at in (first, second)]
    parts = Parts(ordered[: cuts[0]], ordered[cuts[0] : cuts[1]], ordered[cuts[1] :])
    return _whole(parts)


def bundled(examples: Sequence[Labelled]) -> list[Labelled]:
    """The same examples, `group` naming all that shares a thread, a group or nearly a text."""
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while parents.setdefault(name, name) != name:
            parents[name] = parents[parents[name]]
            name = parents[name]
        return name

    for x in examples:
        first, *others = ties(x)
        for other in others:
            parents[root(other)] = root(first)
    return [replace(x, group=root(ties(x)[0])) for x in examples]


def _bundles(examples: Sequence[Labelled]) -> dict[str, list[Labelled]]:
    bundles: dict[str, list[Labelled]] = defaultdict(list)
    for x in bundled(examples):
        bundles[x.group].append(x)
    return bundles


def ties(x: Labelled) -> list[str]:
    """What binds it to others: the text that it opens with, its sender (`group`), its thread."""
    opening = _CHANGING.sub(" ", x.text[:_OPENING_CHARS].casefold()).strip()
    found = [f"text {opening or x.text[:_OPENING_CHARS]}"]
    found += [f"group {x.group}"] if x.group else []
    found += [f"thread {x.thread}"] if x.thread else []
    return found


def _end_of_bundle(ordered: Sequence[Labelled], at: int) -> int:
    while 0 < at < len(ordered) and ordered[at].group == ordered[at - 1].group:
        at += 1
    return at


def _whole(parts: Parts) -> Parts:
    """A category that the split left out of training gets its bundles back from the other parts."""
    have = {x.label for x in parts.train}
    missing = {x.label for x in (*parts.validation, *parts.test)} - have
    if not missing:
        return parts
    rest = [*parts.validation, *parts.test]
    moved = {x.group for x in rest if x.label in missing}
    return Parts(
        [*parts.train, *(x for x in rest if x.group in moved)],
        [x for x in parts.validation if x.group not in moved],
        [x for x in parts.test if x.group not in moved],
    )
