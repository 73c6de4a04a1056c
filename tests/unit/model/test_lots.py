"""Lots: what tests one model has taught no other, whatever ties mail and whatever comes later."""

from hypothesis import given
from hypothesis import strategies as st

from model.examples import Labelled
from model.lots import split_lot
from model.split import ties

WORDS = (
    "bonjour",
    "merci de me rappeler",
    "mon contrat",
    "un sinistre",
    "une attestation",
    "devis",
)


@st.composite
def mails(draw: st.DrawFn) -> list[Labelled]:
    """Mail that is tied in every way: few senders, threads and texts for what there is."""
    some = st.tuples(
        st.sampled_from(WORDS), st.integers(0, 9), st.integers(0, 20), st.sampled_from("abc")
    )
    return [
        Labelled(
            text=f"{words} {number}",
            label=label,
            group=f"p{sender}",
            thread=f"t{thread}" if thread < 10 else "",
            date=f"2026-01-{number % 28 + 1:02}T{number // 28:02}",
            source=str(number),
        )
        for number, (words, sender, thread, label) in enumerate(draw(st.lists(some, max_size=60)))
    ]


def places(examples: list[Labelled]) -> dict[str, str]:
    parts = split_lot(examples, 0.2, 0.3)
    return {x.source: name for name in parts.sizes() for x in getattr(parts, name)}


@given(mails(), st.integers(0, 60))
def test_no_mail_moves_whatever_is_labelled_later(examples: list[Labelled], first: int) -> None:
    """Nor is one dealt that was left out, or left out that was dealt."""
    before = places(examples[:first])
    known = {x.source for x in examples[:first]}
    assert {mail: part for mail, part in places(examples).items() if mail in known} == before


@given(mails())
def test_nothing_ties_two_parts(examples: list[Labelled]) -> None:
    """By sender, thread or text: what would is in none of them."""
    found = places(examples)
    lies: dict[str, set[str]] = {}
    for x in examples:
        for tie in ties(x) if x.source in found else ():
            lies.setdefault(tie, set()).add(found[x.source])
    assert all(len(parts) == 1 for parts in lies.values())


def test_the_first_mail_of_a_category_teaches() -> None:
    """However the lots fall: a model cannot be judged on what it was never told of."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    examples = [Labelled(text=name, label=name, date=name, source=name) for name in letters]
    assert places(examples) == dict.fromkeys(letters, "train")
