"""Labelled mail dealt by lot, so that what tests one model has never taught another.

examples, in the order in which they were labelled -> one by one: where a mail lies that it is tied
to, else by lot -> train, validation, test
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from model.examples import Labelled, rank
from model.split import Parts, ties

_LOT = 4_120  # the seed of every lot: another one would teach what was held out
_CROWD, _LEAST_CROWD = 0.05, 50  # of all mail, and mails, beyond which a sender is a crowd
_TRAIN, _VALIDATION, _TEST = range(3)


def split_lot(examples: Sequence[Labelled], validation: float, test: float) -> Parts:
    """By lot: where a mail lies depends on itself and on what was labelled before it, alone.

    So it lies there whatever is labelled later, in this snapshot and in every one that follows. It
    lies where the mail does that it is tied to, by thread, sender or nearly a text; tied to nothing
    it draws a lot, by when it came; tied to mail in two parts it lies in none, since it would carry
    from one into the other. The first mail of a category teaches.

    A sender of more than a twentieth of all mail ties nothing: that is a form on a web page, say,
    which writes for everybody, and in one part there would be no mail for the others.
    """
    parts: tuple[list[Labelled], ...] = ([], [], [])
    places: dict[str, int] = {}
    counts, taught = Counter[str](), set[str]()
    for number, x in enumerate(examples, 1):
        counts[x.group] += 1
        crowd = counts[x.group] > max(_LEAST_CROWD, _CROWD * number)
        own = ties(replace(x, group="") if crowd else x)
        tied = {places[tie] for tie in own if tie in places}
        if len(tied) > 1:
            continue
        lot = _drawn(x, validation, test) if x.label in taught else _TRAIN
        part = tied.pop() if tied else lot
        places.update(dict.fromkeys(own, part))
        parts[part].append(x)
        if part == _TRAIN:
            taught.add(x.label)
    return Parts(*parts)


def _drawn(x: Labelled, validation: float, test: float) -> int:
    lot = int.from_bytes(rank(f"{x.date}\0{x.thread}", _LOT)[:8], "big") / 2**64
    return _TEST if lot < test else _VALIDATION if lot < test + validation else _TRAIN
