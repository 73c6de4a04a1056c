"""From the labels that people gave mail to categories with names that the routing takes. Pure.

labels -> those that differ in case, accents or spacing are one -> a name and a title each
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service.errors import StartupError

OUTSIDE = "out_of_scope"  # as training calls mail of no category
LONGEST_LABEL = 100
_LONGEST_NAME = 40
# Queues and categories that the routing has for what no model decides.
_TAKEN = frozenset({"triage", "automatic", "unknown", OUTSIDE})
_NO_NAME = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Category:
    """A category by its name, the title that people see, and how many mails have it."""

    name: str
    title: str
    mails: int


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """`names` has the name of every label in the data; `merged` the spellings that became one."""

    categories: tuple[Category, ...]
    names: Mapping[str, str]
    merged: tuple[tuple[str, ...], ...]


def taxonomy(labels: Iterable[str]) -> Taxonomy:
    """The categories of labelled mail, by name.

    Raises:
        StartupError: a label is no name of anything.

    """
    counts = Counter(labels)
    for label in counts:
        _check(label)
    same: dict[str, list[str]] = defaultdict(list)
    for label in sorted(counts, key=lambda x: (-counts[x], x)):  # the usual spelling first
        same[_folded(label)].append(label)
    outside = same.pop(_folded(OUTSIDE), []) + same.pop(_folded(OUTSIDE.replace("_", " ")), [])
    categories, names = [], dict.fromkeys(outside, OUTSIDE)
    given: set[str] = set(_TAKEN)
    for number, key in enumerate(sorted(same), 1):
        spellings = same[key]
        name = _free(_name(key, number), given)
        given.add(name)
        mails = sum(counts[x] for x in spellings)
        categories.append(Category(name, _title(spellings[0]), mails))
        names |= dict.fromkeys(spellings, name)
    merged = tuple(tuple(x) for x in same.values() if len(x) > 1)
    return Taxonomy(tuple(sorted(categories, key=lambda x: x.name)), names, merged)


def name_of(words: str, otherwise: str) -> str:
    """Words as a name of small letters, digits and `_`, a letter first."""
    found = _NO_NAME.sub("_", _folded(words)).strip("_")[:_LONGEST_NAME].rstrip("_")
    if found and not found[0].isalpha():
        found = f"{otherwise}_{found}"[:_LONGEST_NAME].rstrip("_")
    return found or otherwise


def _check(label: str) -> None:
    if len(label) > LONGEST_LABEL:
        raise StartupError(
            f"A category of {len(label)} characters is no name ({label[:30]!r}...): is `category` "
            f"the column of the categories? They have at most {LONGEST_LABEL}."
        )
    if not " ".join(label.split()).isprintable():
        raise StartupError(
            f"The category {label[:40]!r} has characters that cannot be shown: is `category` the "
            "column of the categories, and is the file UTF-8?"
        )


def _folded(label: str) -> str:
    plain = unicodedata.normalize("NFKD", " ".join(label.split()).casefold())
    return "".join(x for x in plain if not unicodedata.combining(x))


def _name(key: str, number: int) -> str:
    """Of a label without a letter of the Latin alphabet, its number among all."""
    found = name_of(key, "category")
    return f"category_{number}" if found == "category" and key != "category" else found


def _free(name: str, given: set[str]) -> str:
    if name in _TAKEN:
        name = f"{name}_mail"
    number, found = 2, name
    while found in given:
        found, number = f"{name}_{number}", number + 1
    return found


def _title(label: str) -> str:
    """As people wrote it; what looks like a program's word gets spaces and a capital."""
    words = " ".join(label.split())
    if " " not in words:
        words = words.replace("_", " ").replace("-", " ").strip() or words
    return words[:1].upper() + words[1:]
