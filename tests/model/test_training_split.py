"""Between the parts of a split nothing leaks: no thread, no letter sent twice, no later mail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data import DataError
from model.examples import Labelled
from model.split import bundled, split_text, split_time

WORDS = ("rouge", "vert", "bleu", "noir", "blanc", "jaune")


@given(st.lists(st.tuples(st.sampled_from(WORDS), st.integers(0, 9)), max_size=60))
def test_no_thread_and_no_text_lies_in_two_parts(found: list[tuple[str, int]]):
    """Numbers aside, equal texts are one letter; nothing is lost."""
    mails = [
        Labelled(f"{word} {number} {i}", "ab"[i % 2], thread=f"t{number}")
        for i, (word, number) in enumerate(found)
    ]
    parts = split_text(mails, 0.3, 0.2, seed=1)
    threads = [{x.thread for x in part} for part in (parts.train, parts.validation, parts.test)]
    words = [
        {x.text.split()[0] for x in part} for part in (parts.train, parts.validation, parts.test)
    ]
    assert sum(parts.sizes().values()) == len(mails)
    assert sum(map(len, threads)) == len(set.union(*threads))
    assert sum(map(len, words)) == len(set.union(*words))


def test_ties_reach_over_others():
    """A reply in another thread that quotes the same letter binds both threads."""
    one = Labelled("Facture 12 impayée", "a", thread="x")
    two = Labelled("Facture 13 impayée", "a", thread="y")
    three = Labelled("Merci", "a", thread="y")
    assert len({x.group for x in bundled([one, two, three])}) == 1


def test_the_newest_mail_is_the_test():
    """By time, nothing in training is later than what is measured on."""
    mails = [
        Labelled(WORDS[i % 6] + "x" * i, "ab"[i % 2], date=f"2026-01-{i:02}") for i in range(1, 29)
    ]
    parts = split_time(mails, 0.2, 0.2)
    latest = max(x.date for x in parts.train)
    assert latest < min(x.date for x in parts.validation) < min(x.date for x in parts.test)


def test_without_dates_there_is_no_split_by_time():
    """The sentence names the mail."""
    with pytest.raises(DataError, match=r"mails\.csv:3 has no date"):
        split_time([Labelled("x", "a", source="mails.csv:3")], 0.2, 0.2)


def test_a_category_is_never_missing_from_training():
    """One that the newest mail alone has is moved there whole."""
    mails = [Labelled(WORDS[i % 6] + "y" * i, "a", date=f"2026-01-{i:02}") for i in range(1, 21)]
    mails.append(Labelled("tout nouveau", "b", date="2026-02-01"))
    assert "b" in {x.label for x in split_time(mails, 0.2, 0.2).train}
