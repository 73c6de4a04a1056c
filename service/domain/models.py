"""Which model decides: read from a log that only grows, and changed by rules. Pure.

    added -> promoted to challenger or champion -> rolled back | retired

Where no champion was ever promoted, or all were taken back, the model decides that MODEL_PATH
names; None stands for it here.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

CHAMPION, CHALLENGER = "champion", "challenger"
ALIASES = (CHAMPION, CHALLENGER)
ADDED, PROMOTED, ROLLED_BACK, RETIRED = "added", "promoted", "rolled_back", "retired"


def plain_version(decided_by: str) -> str:
    """The registry's version of a model; decisions by another engine name that behind a `+`."""
    return decided_by.partition("+")[0]


class Refused(Exception):
    """A change that is not made; the text is a sentence for people."""


@dataclass(frozen=True, slots=True)
class Known:
    """A model that the service knows; without an `artifact` its files are not in the store."""

    version: str
    labels: tuple[str, ...]
    artifact: str | None
    retired: bool


@dataclass(frozen=True, slots=True)
class Champion:
    """The model that decides: its version, and where its files lie in the store."""

    version: str
    artifact: str


@dataclass(frozen=True, slots=True)
class Change:
    """An entry of the log; `share` is of mail, where a trial starts (`service.domain.trials`)."""

    action: str
    version: str | None
    alias: str | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who holds which alias; `champions` are those one may go back to, the one now at the end."""

    champions: tuple[str | None, ...]
    challenger: str | None

    @property
    def champion(self) -> str | None:
        """Who decides now."""
        return self.champions[-1]

    def aliases(self, version: str) -> tuple[str, ...]:
        """What this version is called."""
        holders = ((CHAMPION, self.champion), (CHALLENGER, self.challenger))
        return tuple(alias for alias, holder in holders if holder == version)


def standing(changes: Sequence[Change]) -> Standing:
    """What the log's changes of aliases led to; the oldest first.

    A promotion is put on top of the champion before it, a rollback takes away what lies above the
    one gone back to: going back twice goes back two promotions, and never forth.
    """
    champions: list[str | None] = [None]
    challenger = None
    for change in changes:
        if change.alias == CHALLENGER:
            challenger = change.version
        elif change.action == ROLLED_BACK:
            champions.pop()
            while champions[-1] != change.version:
                champions.pop()
        elif change.alias == CHAMPION:
            champions.append(change.version)
    return Standing(tuple(champions), challenger)


def promote(
    now: Standing, model: Known, alias: str, categories: Collection[str]
) -> tuple[Change, ...]:
    """What giving the alias to a model changes: nothing where it has it already.

    A challenger that becomes champion, here or by a rollback, is challenger no more.

    Raises:
        Refused: it is retired, not in the store, knows a label that is no category, or is the
            champion and shall be challenger.

    """
    if alias in now.aliases(model.version):
        return ()
    require_fit(model, categories)
    if alias == CHALLENGER and model.version == now.champion:
        raise Refused(f"Model {model.version} is the champion; it cannot challenge itself.")
    cleared = _cleared(PROMOTED, now, model.version) if alias == CHAMPION else ()
    return (Change(PROMOTED, model.version, alias), *cleared)


def _cleared(action: str, now: Standing, version: str | None) -> tuple[Change, ...]:
    """What empties the challenger's place, where this version holds it."""
    holds = version is not None and version == now.challenger
    return (Change(action, None, CHALLENGER),) if holds else ()


def require_fit(model: Known, categories: Collection[str]) -> None:
    """Workers can take it up.

    Raises:
        Refused: it is retired, not in the store, or knows a label that is no category.

    """
    if model.retired:
        raise Refused(
            f"Model {model.version} is retired: `aiguilleur model add` its folder again to bring "
            "it back."
        )
    if model.artifact is None:
        raise Refused(
            f"The files of model {model.version} are not in the store: `aiguilleur model add` its "
            "folder first."
        )
    missing = [label for label in model.labels if label not in categories]
    if missing:
        raise Refused(
            f"Model {model.version} answers {', '.join(missing)}, for which the routing has no "
            "category: add them under `categories` in the file that ROUTING_PATH names, restart "
            "the workers, and try again."
        )


def roll_back(now: Standing, retired: Collection[str]) -> tuple[Change, ...]:
    """Back to the champion before, passing over those that were retired since.

    Raises:
        Refused: no champion was before.

    """
    if len(now.champions) == 1:
        raise Refused("There is no promotion to go back on: the model of MODEL_PATH decides.")
    before = [version for version in now.champions[:-1] if version not in retired]
    cleared = _cleared(ROLLED_BACK, now, before[-1])
    return (Change(ROLLED_BACK, before[-1], CHAMPION), *cleared)


def retire(now: Standing, model: Known) -> tuple[Change, ...]:
    """Out of use for good, until it is added again: nothing where it is retired already.

    Raises:
        Refused: it holds an alias.

    """
    if model.retired:
        return ()
    if model.version == now.champion:
        raise Refused(
            f"Model {model.version} is the champion: promote another, or roll back, and retire it "
            "then."
        )
    return (Change(RETIRED, model.version), *_cleared(RETIRED, now, model.version))


def status(model: Known, now: Standing) -> str:
    """In one word, for lists: champion, challenger, retired, added, or seen (not in the store)."""
    if aliases := now.aliases(model.version):
        return aliases[0]
    if model.retired:
        return "retired"
    return "added" if model.artifact else "seen"
