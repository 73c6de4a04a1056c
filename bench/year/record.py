"""What is kept of the year: figures by week, what happened, and what must hold."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Week:
    """`accuracy` is of the best-scored category against the truth, which the service never sees.

    `covered` is the share of mail that the model was sure enough of, `sure_accuracy` how often it
    was right there; `checked` the service's own estimate of that with its interval, from spot
    checks; `drift` the features that drift at the week's end.
    """

    number: int
    mails: int
    accuracy: float
    sure_accuracy: float
    covered: float
    champion: str
    checked: tuple[float, float, float] | None
    drift: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, `day` days after the year began."""

    day: int
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that must hold, and the figure that says whether it does."""

    what: str
    figure: str
    held: bool


@dataclass(slots=True)
class Record:
    """Filled while the year goes by; `tell` hears of every event at once."""

    tell: Callable[[Event], object] = lambda event: None
    weeks: list[Week] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    stamps: Counter[bool] = field(default_factory=Counter)  # whether the right model decided
    rollback_seconds: float = float("inf")

    def note(self, day: int, kind: str, what: str) -> None:
        """Keep that it happened."""
        event = Event(day, kind, what)
        self.events.append(event)
        self.tell(event)

    def of(self, *kinds: str) -> Sequence[Event]:
        """The events of these kinds."""
        return [event for event in self.events if event.kind in kinds]

    def accuracy(self, first: int, last: int) -> float:
        """Of the mails of some weeks, both included."""
        weeks = [week for week in self.weeks if first <= week.number <= last]
        return sum(x.accuracy * x.mails for x in weeks) / sum(x.mails for x in weeks)
