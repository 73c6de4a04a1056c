"""A labelled text, wherever it came from, and what is done with many of them."""

import hashlib
import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labelled:
    """`text` is model input; `group` keeps what must not be split apart (a template).

    `thread` is the first message's id, `sender` a domain, `date` an ISO time in UTC, `kind` what a
    test mail shows; each may be empty. `outside`: it is nobody's business here, whatever its label.
    `by_chance`: it was chosen for a spot check, not because somebody minded its category.
    """

    text: str
    label: str
    language: str = ""
    group: str = ""
    source: str = ""
    thread: str = ""
    sender: str = ""
    date: str = ""
    kind: str = ""
    outside: bool = False
    by_chance: bool = False


def deduplicate(examples: Iterable[Labelled]) -> list[Labelled]:
    """The first example of each text, compared without case and spacing."""
    seen: dict[str, Labelled] = {}
    for example in examples:
        seen.setdefault(" ".join(example.text.casefold().split()), example)
    return list(seen.values())


def data_hash(examples: Iterable[Labelled]) -> str:
    """Changes with any text, label or the order of the examples."""
    digest = hashlib.sha256()
    for example in examples:
        for part in (example.text, example.label, example.group):
            raw = part.encode("utf-8", "replace")
            digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def split_by_group(
    examples: Sequence[Labelled], shares: Sequence[float], seed: int
) -> list[list[Labelled]]:
    """Parts of about the given shares of each label and language; no group lies in two parts.

    Examples without a group are bound by their text. A group of several labels counts as its most
    frequent one, whole. The split depends on the groups' names and the seed, not on the order of
    the examples.
    """
    groups: dict[str, list[Labelled]] = defaultdict(list)
    for example in examples:
        groups[example.group or example.text].append(example)
    strata: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, members in groups.items():
        strata[_kind(members)].append(name)
    parts: list[list[Labelled]] = [[] for _ in shares]
    for names in strata.values():
        order = sorted(names, key=lambda name: rank(name, seed))
        for part, cut in zip(parts, _cut(order, shares), strict=True):
            part.extend(example for name in cut for example in groups[name])
    return parts


def _kind(group: Sequence[Labelled]) -> tuple[str, str]:
    """The label and language that most of a group has; of equals the first by name."""
    counts = Counter((x.label, x.language) for x in group)
    return min(counts, key=lambda kind: (-counts[kind], kind))


def rank(name: str, seed: int) -> bytes:
    """An order of names that depends on the name and the seed alone."""
    return hashlib.sha256(f"{seed}\0{name}".encode("utf-8", "replace")).digest()


def _cut(names: list[str], shares: Sequence[float]) -> list[list[str]]:
    bounds = [round(len(names) * sum(shares[:n])) for n in range(len(shares) + 1)]
    return [names[start:end] for start, end in itertools.pairwise(bounds)]
