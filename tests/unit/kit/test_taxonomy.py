"""Labels as people write them become names that the routing takes."""

import re
import string

import hypothesis.strategies as st
import pytest
from hypothesis import given

from service.errors import StartupError
from service.kit.taxonomy import LONGEST_LABEL, taxonomy

NAME = re.compile(r"[a-z][a-z0-9_-]{0,49}")


def names(*labels: str) -> list[str]:
    found = taxonomy(labels).names
    return [found[label] for label in labels]


@pytest.mark.parametrize(
    ("label", "name", "title"),
    [
        ("Déclaration de sinistre", "declaration_de_sinistre", "Déclaration de sinistre"),
        ("contract_change", "contract_change", "Contract change"),
        ("1. Claims / motor", "category_1_claims_motor", "1. Claims / motor"),
        ("rec.sport.hockey", "rec_sport_hockey", "Rec.sport.hockey"),
        ("投诉", "category_1", "投诉"),
        ("Triage", "triage_mail", "Triage"),
        ("a" * 80, "a" * 40, "A" + "a" * 79),
    ],
)
def test_a_label_gets_a_name_and_keeps_its_title(label: str, name: str, title: str) -> None:
    """Accents, digits, other alphabets, words that the routing keeps for itself."""
    (category,) = taxonomy([label]).categories
    assert (category.name, category.title) == (name, title)


def test_one_word_in_two_spellings_is_one_category() -> None:
    """In case, accents or spacing; the usual spelling is the title, and it is told."""
    found = taxonomy(["Résiliation", "resiliation", "Résiliation ", "Résiliation"])
    (category,) = found.categories
    assert (category.title, category.mails) == ("Résiliation", 4)
    assert set(found.names.values()) == {"resiliation"}
    assert len(found.merged) == 1


def test_other_words_with_one_name_stay_apart() -> None:
    """Punctuation may be all that tells two categories from each other."""
    assert names("C", "C++", "C#") == ["c", "c_3", "c_2"]


def test_mail_of_no_category_stays_mail_of_none() -> None:
    """Training knows it by this label; the routing has no such category."""
    found = taxonomy(["out_of_scope", "claim", "Out of scope"])
    assert [x.name for x in found.categories] == ["claim"]
    assert found.names["Out of scope"] == "out_of_scope"


@pytest.mark.parametrize(
    ("label", "sentence"),
    [
        ("Bonjour, " * 20, "is `category` the column of the categories?"),
        ("clai\x00m", "characters that cannot be shown"),
    ],
)
def test_what_is_no_name_is_told(label: str, sentence: str) -> None:
    """It is a sign of another column, or of another encoding."""
    with pytest.raises(StartupError, match=re.escape(sentence)):
        taxonomy(["claim", label])


@given(
    st.lists(
        st.text(st.one_of(st.sampled_from(string.printable), st.characters()), min_size=1).filter(
            lambda x: bool(x.strip())
        ),
        min_size=1,
        max_size=30,
    )
)
def test_every_set_of_labels_gives_names_that_differ_or_a_sentence(labels: list[str]) -> None:
    """No label is lost, no two categories share a name, and every name fits the routing."""
    labels = [x.strip() for x in labels]
    try:
        found = taxonomy(labels)
    except StartupError:
        assert any(len(x) > LONGEST_LABEL or not " ".join(x.split()).isprintable() for x in labels)
        return
    all_names = [x.name for x in found.categories]
    assert len(set(all_names)) == len(all_names)
    assert set(found.names) == set(labels)
    assert all(NAME.fullmatch(x) for x in all_names)
