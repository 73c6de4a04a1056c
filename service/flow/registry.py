"""Models on their way into service and out of it: each step one transaction, with its entry.

folder -> store -> row -> challenger or champion -> workers take it up -> rolled back, retired
"""

from collections.abc import Callable, Collection
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError

from model.artifact import CARD, load, read_manifest
from model.artifact_store import ArtifactStore
from model.packing import is_own_version
from service.domain import models as rules
from service.domain.items import Actor
from service.domain.models import ADDED, CHAMPION, Change, Refused, Standing
from service.flow.models import found
from service.store import engine as database
from service.store import registry

_CARD_CHARACTERS = 200_000

# What a rule says of the aliases and the models, as they stand while nobody else changes them.
Rule = Callable[[Connection, Standing], tuple[Change, ...]]


class Registry:
    """Changes which model decides; every change names who made it, and why.

    Two changes at once are made one after the other: the second one judges what the first one left.
    """

    def __init__(self, engine: Engine, store: ArtifactStore, categories: Collection[str]) -> None:
        self._engine = engine
        self._store = store
        self._categories = categories

    def add(self, folder: Path, by: Actor, reason: str) -> tuple[str, bool]:
        """Take a model folder into the store; its version, and whether anything is new.

        A retired model is in use again by this, and a newer manifest of the same files (a profile
        that was taken anew, say) takes the place of the one before.

        Raises:
            ArtifactError: a sentence that says what is wrong with the folder or the store.
            Refused: its version is not that of its files, or a text of it cannot be kept.

        """
        if not is_own_version(read_manifest(folder)):
            raise Refused(
                f"{folder} says that it is version {read_manifest(folder).version}, and its files "
                "are those of another: somebody changed it. Pack it anew."
            )
        address = self._store.publish(folder)
        stored = self._store.fetch(address)
        manifest = read_manifest(stored)
        card = (stored / CARD).read_text(encoding="utf-8", errors="replace")[:_CARD_CHARACTERS]

        def work(connection: Connection) -> bool:
            registry.lock(connection)
            row = registry.find(connection, manifest.version)
            if row is not None and row.artifact == address and row.retired_at is None:
                return False
            registry.add(connection, manifest, address, card)
            registry.append(connection, Change(ADDED, manifest.version), by, reason)
            return True

        try:
            return manifest.version, database.run(self._engine, work)
        except DataError as error:
            raise Refused(
                f"The manifest or the card in {folder} has a character that no text may have, such "
                "as NUL: pack the model anew."
            ) from error

    def promote(
        self, version: str, alias: str, by: Actor, reason: str, instead_of: str | None = None
    ) -> bool:
        """Give an alias to a model; whether that changed anything.

        `instead_of`: only where this version is the champion still, empty for MODEL_PATH's.

        Raises:
            Refused: the sentence says why.
            ArtifactError: its files in the store are not what was added.

        """
        row = database.run(self._engine, lambda c: found(c, version))
        if row.artifact is not None:
            load(self._store.fetch(row.artifact))

        def rule(connection: Connection, now: Standing) -> tuple[Change, ...]:
            _require_still(now, instead_of)
            model = registry.known(found(connection, version))
            return rules.promote(now, model, alias, self._categories)

        return bool(change(self._engine, rule, by, reason))

    def held(self, version: str) -> tuple[Path, tuple[str, ...]]:
        """The folder of a model in the store, and which aliases are its own.

        Raises:
            Refused: nobody knows it, or its files are not in the store.
            ArtifactError: they cannot be fetched.

        """

        def work(connection: Connection) -> tuple[str | None, tuple[str, ...]]:
            row, now = found(connection, version), rules.standing(registry.changes(connection))
            return row.artifact, now.aliases(version)

        address, aliases = database.run(self._engine, work)
        if address is None:
            raise Refused(
                f"The files of model {version} are not in the store: `aiguilleur model add` its "
                "folder first."
            )
        return self._store.fetch(address), aliases


def roll_back(
    engine: Engine,
    by: Actor,
    reason: str,
    instead_of: str | None = None,
    categories: Collection[str] | None = None,
) -> str | None:
    """Let the champion before decide again; its version, None for the model of MODEL_PATH.

    `instead_of`: only where this version is the champion still. `categories` are those of the
    routing: without one that it needs, no worker would take that model up.

    Raises:
        Refused: no champion was before, or another one is by now, or it needs another category.

    """

    def rule(connection: Connection, now: Standing) -> tuple[Change, ...]:
        _require_still(now, instead_of)
        made = rules.roll_back(now, registry.retired(connection))
        if categories is not None and (version := made[0].version) is not None:
            rules.require_fit(registry.known(found(connection, version)), categories)
        return made

    return change(engine, rule, by, reason)[0].version


def _require_still(now: Standing, champion: str | None) -> None:
    """Whoever decides about a change has looked at the champion that there is."""
    if champion is not None and (now.champion or "") != champion:
        named = [one or "the model of MODEL_PATH" for one in (now.champion, champion)]
        raise Refused(
            f"The champion is {named[0]} by now, not {named[1]}: look again before you change it."
        )


def retire(engine: Engine, version: str, by: Actor, reason: str) -> bool:
    """Take a model out of use, its files stay in the store; whether that changed anything.

    Raises:
        Refused: it is the champion, or nobody knows it.

    """

    def rule(connection: Connection, now: Standing) -> tuple[Change, ...]:
        made = rules.retire(now, registry.known(found(connection, version)))
        if made:
            registry.retire(connection, version)
        return made

    return bool(change(engine, rule, by, reason))


def change(engine: Engine, rule: Rule, by: Actor, reason: str) -> tuple[Change, ...]:
    """Write down what a rule says; nobody changes anything between its look and the entries."""
    return database.run(engine, lambda c: change_in(c, rule, by, reason))


def change_in(connection: Connection, rule: Rule, by: Actor, reason: str) -> tuple[Change, ...]:
    """The same in a transaction that is open."""
    registry.lock(connection)
    made = rule(connection, rules.standing(registry.changes(connection)))
    for one in made:
        registry.append(connection, one, by, reason)
    return made


def standing_now(engine: Engine) -> Standing:
    """Who holds which alias."""
    return rules.standing(database.run(engine, registry.changes))


def resolved(engine: Engine, name: str, own: str | None = None) -> str:
    """The version that `champion` or `challenger` stands for; any other name is a version.

    `own` decides where no champion was promoted: the model of MODEL_PATH.

    Raises:
        Refused: nobody holds the alias.

    """
    if name not in rules.ALIASES:
        return name
    now = standing_now(engine)
    version = now.champion or own if name == CHAMPION else now.challenger
    if version is None:
        raise Refused(f"There is no {name}: `aiguilleur model promote` makes one.")
    return version
