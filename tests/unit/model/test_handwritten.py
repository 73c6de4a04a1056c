"""The mails written by hand are what their README says: many, spread, unlike each other and new."""

import collections
import itertools
import json
import re
from collections.abc import Iterable

import pytest

from model.corpus.data import HERE, all_templates
from model.corpus.generate import generate
from model.corpus.types import CATEGORIES, LANGUAGES

FOLDER = HERE / "handwritten"
RUN = 6  # words: so many in a row are a sentence somebody copied
SHINGLE = 3  # words
ALIKE = 0.25  # of the shorter mail's shingles: one text with its names exchanged shares more
FEWEST = 4  # shingles in common that say anything: everybody writes "merci de votre réponse"
FIELDS = {"subject", "body", "language", "category", "kind", "scope", "note"}
# Telephone numbers that the French and British authorities keep for fiction.
FICTION = re.compile(r"0(1 99 00|2 61 91|3 53 01|4 65 71|5 36 49|6 39 98)( \d\d){2}|07700 900\d{3}")
NUMBER = re.compile(r"\b0\d(?: \d\d){4}\b|\b07\d{3} \d{6}\b")
ADDRESS = re.compile(r"[\w.+-]+@([\w-]+\.)+[\w-]+|www\.\S+|https?://\S+")

Mail = dict[str, str]


def read(name: str) -> list[Mail]:
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


INDEPENDENT = read("independent")
EARLIER = read("earlier")
MAILS = [*EARLIER, *INDEPENDENT]


def outside(mails: Iterable[Mail]) -> list[Mail]:
    return [mail for mail in mails if mail.get("scope") == "outside"]


def split(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def words(mail: Mail) -> list[str]:
    return split(f"{mail['subject']} {mail['body']}")


def enough(shared: int, shorter: int) -> bool:
    """Whether the shorter of two texts, of so many shingles, is largely in the other."""
    return shared >= FEWEST and shared > ALIKE * shorter


def runs(found: list[str], length: int) -> set[str]:
    """Every run of so many words, without case or marks."""
    return {" ".join(found[at : at + length]) for at in range(len(found) - length + 1)}


def test_every_row_has_known_fields():
    """A misspelt field would be read by nothing."""
    assert all(mail.keys() <= FIELDS for mail in MAILS)
    assert {mail.get("scope", "outside") for mail in MAILS} == {"outside"}
    assert all(mail["category"] in CATEGORIES for mail in MAILS)
    assert all(mail["kind"] for mail in INDEPENDENT)
    assert {mail["category"] for mail in outside(MAILS)} == {"other"}


def test_the_independent_part_alone_is_large():
    """At least 250 mails, of every category at least 20 that are somebody's business here."""
    counts = collections.Counter(m["category"] for m in INDEPENDENT if "scope" not in m)
    assert len(INDEPENDENT) >= 250
    assert all(counts[category] >= (20 if category == "other" else 25) for category in CATEGORIES)


def test_the_whole_set_is_spread_over_categories_and_languages():
    """At least 25 a category in scope and seven of each language, seven in ten French."""
    inside = [mail for mail in MAILS if "scope" not in mail]
    counts = collections.Counter((mail["category"], mail["language"]) for mail in inside)
    for category in CATEGORIES:
        assert sum(counts[category, language] for language in LANGUAGES) >= 25
        assert min(counts[category, language] for language in LANGUAGES) >= 7
    french = sum(mail["language"] == "fr" for mail in MAILS) / len(MAILS)
    assert len(MAILS) >= 400
    assert 0.67 <= french <= 0.73


def test_one_fifth_is_nobodys_business():
    """At least 65 mails out of scope, near misses among them."""
    strange = outside(MAILS)
    assert len(strange) >= 65
    assert 0.18 <= len(strange) / len(MAILS) <= 0.22
    assert sum(mail.get("kind") == "near miss" for mail in strange) >= 12


def test_lengths_go_from_a_line_to_several_hundred_words():
    """And there is something in every mail."""
    lengths = sorted(len(words(mail)) for mail in INDEPENDENT)
    assert lengths[0] >= 1
    assert lengths[-1] <= 650
    assert sum(length <= 15 for length in lengths) >= 15
    assert sum(length >= 250 for length in lengths) >= 10


def test_what_is_ambiguous_says_why_it_has_its_label():
    """Somebody who disagrees can see what was thought."""
    unclear = [mail for mail in INDEPENDENT if mail["kind"] == "ambiguous"]
    assert len(unclear) >= 12
    assert all(mail.get("note") for mail in unclear)


def test_no_two_mails_are_alike():
    """No mail twice, and no pair with more than a quarter of its three-word runs in common."""
    texts = [" ".join(words(mail)) for mail in MAILS]
    assert len(set(texts)) == len(texts)
    found = [(mail, runs(words(mail), SHINGLE)) for mail in MAILS]
    pairs = [
        (one["subject"], other["subject"])
        for (one, first), (other, second) in itertools.combinations(found, 2)
        if enough(len(first & second), min(len(first), len(second)))
    ]
    assert pairs == []


def test_no_mail_is_nearly_a_generated_one():
    """None shares a quarter of its three-word runs with one of 1,800 mails of the generator."""
    mine = [(mail["subject"], runs(words(mail), SHINGLE)) for mail in MAILS]
    places = collections.defaultdict(set)
    for number, (_, shingles) in enumerate(mine):
        for shingle in shingles:
            places[shingle].add(number)
    close = set()
    for made in generate(11, 200):
        theirs = runs(split(f"{made.subject} {made.body}"), SHINGLE)
        shared = collections.Counter(n for shingle in theirs for n in places.get(shingle, ()))
        close |= {mine[n][0] for n, m in shared.items() if enough(m, len(mine[n][1]))}
    assert close == set()


def test_no_mail_shares_a_sentence_with_the_skeletons():
    """What is measured on was not trained on."""
    known = {run for item in all_templates() for run in runs(split(item.body), RUN)}
    shared = [found for m in MAILS if (found := runs(split(m["body"]), RUN) & known)]
    assert shared == []


@pytest.mark.parametrize("mails", [EARLIER, INDEPENDENT], ids=["earlier", "new"])
def test_numbers_and_addresses_are_nobodys(mails: list[Mail]):
    """Telephone numbers kept for fiction, domains kept for examples."""
    text = "\n".join(f"{mail['subject']}\n{mail['body']}" for mail in mails)
    assert [found for found in NUMBER.findall(text) if not FICTION.fullmatch(found)] == []
    places = [found.group().rstrip(".,)>") for found in ADDRESS.finditer(text)]
    assert [place for place in places if not place.endswith((".example", ".invalid"))] == []
