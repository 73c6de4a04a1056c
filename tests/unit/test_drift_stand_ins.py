"""What counts instead of mail that a model learned from."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from service.domain.drift.stand_ins import Learned, times

KINDS = ("a", "b")
MAILS = st.integers(0, 99).map(lambda n: UUID(int=n))


@st.composite
def labelled(draw: st.DrawFn) -> tuple[list[UUID], list[UUID], Learned]:
    """Mails drawn, mails of that time that were kept, and what is known of both."""
    drawn = draw(st.lists(MAILS, unique=True))
    known = draw(st.dictionaries(MAILS, st.tuples(st.booleans(), st.sampled_from(KINDS))))
    taught = {one: kind for one, (teaches, kind) in known.items() if teaches}
    kept = {one: kind for one, (teaches, kind) in known.items() if not teaches}
    spare = draw(st.lists(st.sampled_from(sorted(kept)), unique=True)) if kept else []
    return drawn, spare, Learned(taught, kept)


@given(labelled())
def test_no_kind_of_mail_gains_or_loses(case: tuple[list[UUID], list[UUID], Learned]) -> None:
    """What taught counts nothing, and those of its kind that did not as much more, evenly."""
    drawn, spare, learned = case
    counts = times(drawn, spare, learned)
    assert not counts.keys() & learned.taught.keys()
    for kind in KINDS:
        gone = sum(learned.taught.get(one) == kind for one in drawn)
        stand_ins = [one for one in spare if learned.kept[one] == kind]
        extra = [counts[one] - (one in drawn) for one in stand_ins]
        assert sum(extra) == (gone if stand_ins else 0)
        assert max(extra, default=0) - min(extra, default=0) <= 1


@given(st.lists(MAILS, unique=True))
def test_where_nothing_was_learned_each_mail_counts_once(drawn: list[UUID]) -> None:
    """As for a model that learned from other mail."""
    assert times(drawn, [], Learned()) == dict.fromkeys(drawn, 1)
