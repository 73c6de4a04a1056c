"""What counts instead of mail that a model learned from."""

from collections import Counter
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.domain.drift.stand_ins import BY_CHANCE, BY_CHOICE, UNLABELLED, Learned, fair

MAILS = st.integers(0, 99).map(lambda n: UUID(int=n))


@st.composite
def labelled(draw: st.DrawFn) -> tuple[list[UUID], list[UUID], Learned]:
    """Mails drawn, mails of that time that were kept, and what is known of both."""
    drawn = draw(st.lists(MAILS, unique=True))
    known = draw(
        st.dictionaries(MAILS, st.tuples(st.booleans(), st.sampled_from([BY_CHANCE, BY_CHOICE])))
    )
    taught = {one: kind for one, (teaches, kind) in known.items() if teaches}
    kept = {one: kind for one, (teaches, kind) in known.items() if not teaches}
    more = draw(st.lists(st.sampled_from(sorted(kept)), unique=True)) if kept else []
    return drawn, sorted({*more, *(kept.keys() & set(drawn))}), Learned(taught, kept)


@given(labelled())
def test_what_taught_is_not_among_them(case: tuple[list[UUID], list[UUID], Learned]) -> None:
    """Nor is any mail twice, or one that was neither drawn nor kept."""
    drawn, spare, learned = case
    found = fair(drawn, spare, learned)
    assert len(found) == len(set(found))
    assert set(found) <= {*drawn, *spare} - learned.taught.keys()


@given(labelled())
def test_what_people_choose_to_label_keeps_its_share(
    case: tuple[list[UUID], list[UUID], Learned],
) -> None:
    """Of mail that no spot check drew, as far as it matters: where it is a twentieth of that."""
    drawn, spare, learned = case
    kinds = {**learned.taught, **learned.kept}
    wanted = Counter(kinds.get(one, UNLABELLED) for one in drawn if kinds.get(one) != BY_CHANCE)
    there = Counter(learned.kept[one] for one in spare)
    there[UNLABELLED] = wanted[UNLABELLED]
    found = Counter(kinds.get(one, UNLABELLED) for one in fair(drawn, spare, learned))
    large = [kind for kind, count in wanted.items() if count >= wanted.total() / 20]
    share = min([1.0, *(there[kind] / wanted[kind] for kind in large)])
    for kind in large:
        assert found[kind] == round(share * wanted[kind])


@given(labelled())
def test_spot_checks_that_taught_nobody_are_all_there(
    case: tuple[list[UUID], list[UUID], Learned],
) -> None:
    """They are a fair part of mail by themselves."""
    drawn, spare, learned = case
    checked = {one for one in drawn if learned.kept.get(one) == BY_CHANCE}
    assert checked <= set(fair(drawn, spare, learned))


@given(st.lists(MAILS, unique=True))
def test_where_nothing_was_learned_all_mail_counts(drawn: list[UUID]) -> None:
    """As for a model that learned from other mail."""
    assert sorted(fair(drawn, [], Learned())) == sorted(drawn)
