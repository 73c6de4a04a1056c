"""The corpus: deterministic, balanced, disjoint between training and test, plainly labelled."""

import collections
import itertools
import re

import pytest

from model.corpus.data import all_templates, templates
from model.corpus.generate import generate
from model.corpus.split import sides, split
from model.corpus.types import CATEGORIES, LANGUAGES

PAIRS = list(itertools.product(LANGUAGES, CATEGORIES))


def test_the_same_seed_gives_the_same_mails() -> None:
    """Two runs agree, mail by mail, and another seed does not."""
    first = list(generate(7, 20))
    assert first == list(generate(7, 20))
    assert first != list(generate(8, 20))


def test_more_mails_start_with_the_same_ones() -> None:
    """Asking for more changes nothing in what came before."""
    assert list(generate(7, 30))[: 9 * 10] == list(generate(7, 10))


def test_categories_are_balanced_and_both_languages_occur() -> None:
    """Each category has as many mails as asked for, three fifths of them French."""
    mails = list(generate(1, 50))
    counts = collections.Counter((mail.category, mail.language) for mail in mails)
    assert counts == {(c, lang): 30 if lang == "fr" else 20 for lang, c in PAIRS}


@pytest.mark.parametrize(("language", "category"), PAIRS)
def test_each_category_has_many_distinct_skeletons(language: str, category: str) -> None:
    """At least 60 hand-written skeletons for each category and language, no two alike."""
    found = templates(language, category)
    assert len({item.body for item in found}) == len(found) >= 60
    assert all(item.subjects and item.body for item in found)


def test_no_text_is_written_under_two_labels() -> None:
    """No skeleton stands in two files."""
    bodies = collections.Counter(item.body for item in all_templates())
    assert [body for body, count in bodies.items() if count > 1] == []


def test_every_slot_and_choice_is_resolved() -> None:
    """No mail shows the corpus' own notation."""
    mails = list(generate(2, 300))
    marks = re.compile(r"\{\w+\}|\[[^\]]*\|[^\]]*\]|#(hard|bare)|%SUBJECT%")
    assert [mail for mail in mails if marks.search(mail.subject + mail.body)] == []


def test_no_skeleton_serves_two_sides() -> None:
    """Training, validation and test share no skeleton, and none of them is empty."""
    parts = split(generate(3, 200))
    ids = [{e.template_id for e in part} for part in (parts.train, parts.validation, parts.test)]
    assert all(ids)
    for one, other in itertools.combinations(ids, 2):
        assert one.isdisjoint(other)


def test_every_category_and_language_has_test_skeletons() -> None:
    """Validation and test have at least eight skeletons of each category and language."""
    counts = collections.Counter(
        (side, *template_id.split("/")[:2]) for template_id, side in sides().items()
    )
    for side, (language, category) in itertools.product(("validation", "test"), PAIRS):
        assert counts[side, category, language] >= 8
