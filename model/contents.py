"""What mail itself looks like as a crowd, whatever a model makes of it: words, language, senders.

A model's manifest keeps it beside the profile of answers, so that a service needs no training data
to see that mail has moved. It holds nobody's data: a word is named from `LEAST_SENDERS` senders
on, and single mails are there as bags of hashed words alone, without sender, date or id.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from model.bags import bag_of, packed, unpacked, words_of
from model.language import language_of

# A word that so many have used is nobody's name or number; fewer are not written down.
LEAST_SENDERS = 5
LEAST_OF_DOMAIN = 5  # mails
MOST_WORDS, MOST_DOMAINS, MOST_BAGS = 4_000, 200, 800
NO_DEFECT = "none"
_MOST_COUNTED = 10**12
_VERSION = 1  # of words, bags and languages: another counts otherwise and cannot be compared


@dataclass(frozen=True, slots=True)
class Look:
    """One mail: `sender` tells senders apart and is not kept, empty where nobody knows it.

    `defect` is the first thing wrong with it, `NO_DEFECT` where nothing is; None, and an empty
    `domain`, where it did not come as a message.
    """

    language: str
    words: frozenset[str]
    bag: bytes
    sender: str = ""
    domain: str = ""
    defect: str | None = None


def look(text: str, sender: str = "", domain: str = "", defect: str | None = None) -> Look:
    """What is looked at of a mail with this model input."""
    words = words_of(text)
    return Look(language_of(text), words, bag_of(words), sender, domain, defect)


@dataclass(frozen=True, slots=True)
class Contents:
    """Counts of mails. `defects` and `domains` are None where the mail did not come as messages.

    `words` counts senders: who writes one word in ten mails counts once. `bags` are of some of the
    mails.
    """

    emails: int
    senders: int
    languages: Mapping[str, int]
    words: Mapping[str, int]
    defects: Mapping[str, int] | None = None
    domains: Mapping[str, int] | None = None
    bags: tuple[bytes, ...] = ()


@dataclass(slots=True)
class Tally:
    """Counts mails one at a time, so that none is held; `known` words are named by whomever used.

    A mail whose sender nobody knows counts as one from somebody else.
    """

    known: frozenset[str] = frozenset()
    least_senders: int = LEAST_SENDERS
    _emails: int = 0
    _languages: Counter[str] = field(default_factory=Counter)
    _defects: Counter[str] = field(default_factory=Counter)
    _domains: Counter[str] = field(default_factory=Counter)
    _words: Counter[str] = field(default_factory=Counter)
    _of_sender: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _anonymous: int = 0
    _bags: list[bytes] = field(default_factory=list)
    _chance: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311  # no secret

    def add(self, one: Look) -> None:
        """Count a mail."""
        self._emails += 1
        self._languages[one.language] += 1
        if one.defect is not None:
            self._defects[one.defect] += 1
        if one.domain:
            self._domains[one.domain] += 1
        self._add_words(one)
        self._add_bag(one.bag)

    def add_defect(self, code: str) -> None:
        """Count a message of which nothing else could be read."""
        self._defects[code] += 1

    def _add_bag(self, bag: bytes) -> None:
        """Each mail's is kept with the same chance, in whatever order they come (Vitter 1985)."""
        if len(self._bags) < MOST_BAGS:
            self._bags.append(bag)
        elif (place := self._chance.randrange(self._emails)) < MOST_BAGS:
            self._bags[place] = bag

    def _add_words(self, one: Look) -> None:
        if not one.sender:
            self._anonymous += 1
            self._words.update(one.words)
            return
        said = self._of_sender[one.sender]
        self._words.update(one.words - said)
        said |= one.words

    def contents(self) -> Contents:
        """What was counted, without what too few have in common."""
        kept = {w: n for w, n in self._words.items() if w in self.known or n >= self.least_senders}
        return Contents(
            self._emails,
            self._anonymous + len(self._of_sender),
            dict(self._languages),
            _most(kept, MOST_WORDS),
            dict(self._defects) or None,
            self._named_domains(),
            tuple(self._bags),
        )

    def _named_domains(self) -> dict[str, int] | None:
        often = {d: n for d, n in self._domains.items() if n >= LEAST_OF_DOMAIN}
        return _most(often, MOST_DOMAINS) if self._domains else None


def contents(looks: Iterable[Look]) -> Contents:
    """Count mails, in any order."""
    tally = Tally()
    for one in looks:
        tally.add(one)
    return tally.contents()


def as_json(found: Contents) -> dict[str, Any]:
    """What a manifest keeps."""
    return {
        "version": _VERSION,
        "emails": found.emails,
        "senders": found.senders,
        "languages": dict(found.languages),
        "defects": _plain(found.defects),
        "domains": _plain(found.domains),
        # on one line, however many: a manifest is read by people too
        "words": " ".join(f"{word}:{count}" for word, count in found.words.items()),
        "bags": packed(found.bags),
    }


def from_json(raw: object) -> Contents | None:
    """The contents of a manifest; None where there are none, or others than these."""
    if not isinstance(raw, dict) or raw.get("version") != _VERSION:
        return None
    try:
        return Contents(
            count_of(raw["emails"]),
            count_of(raw["senders"]),
            _counts(raw["languages"]),
            _counts(dict(pair.split(":") for pair in raw["words"].split())),
            _optional(raw["defects"]),
            _optional(raw["domains"]),
            unpacked(raw["bags"], MOST_BAGS),
        )
    except (KeyError, AttributeError, TypeError, ValueError, OverflowError):
        return None


def _most(counts: Mapping[str, int], number: int) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:number])


def _plain(counts: Mapping[str, int] | None) -> dict[str, int] | None:
    return dict(counts) if counts is not None else None


def _optional(raw: Mapping[str, Any] | None) -> dict[str, int] | None:
    return _counts(raw) if raw is not None else None


def _counts(raw: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): count_of(count) for name, count in raw.items()}


def count_of(raw: Any) -> int:
    """A count of mails in somebody's manifest; ValueError where it can be none."""
    count = int(raw)
    if not 0 <= count <= _MOST_COUNTED:
        raise ValueError("no count")
    return count
