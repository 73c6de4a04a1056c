"""The cockpit on the real tables: a history of models, judged on several sets."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine, text

from scripts.screenshots.models import Story, tell
from service.domain.cockpit import Outcome
from service.flow.cockpit import MOST_TURNS, Cockpit, key, look
from tests.support.fake_classifier import LABELS

_LOGGED = text("""
INSERT INTO model_changes (action, version, alias, share, reason, by_client)
VALUES (:action, :version, :alias, :share, :n, 'operator')
""")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
STORY = Story(
    LABELS,
    models=6,
    sets=3,
    emails=300,
    champions=((0, "first"), (2, "second"), (4, "third")),
    challenger=5,
)


@pytest.fixture(scope="module")
def versions(database: Engine) -> list[str]:
    return tell(database, STORY, NOW)


@pytest.fixture
def seen(database: Engine, versions: list[str]) -> Cockpit:
    assert versions
    return look(database)


@pytest.fixture
def emptied(database: Engine) -> Iterator[Engine]:
    """Where nothing happened yet, until the test ends."""
    with database.connect() as connection:
        for table in ("models", "model_evaluations", "model_changes"):
            connection.execute(text(f"ALTER TABLE {table} RENAME TO kept_{table}"))
            connection.execute(text(f"CREATE TABLE {table} (LIKE kept_{table} INCLUDING ALL)"))
        connection.commit()
        yield database
        for table in ("models", "model_evaluations", "model_changes"):
            connection.execute(text(f"DROP TABLE {table}"))
            connection.execute(text(f"ALTER TABLE kept_{table} RENAME TO {table}"))
        connection.commit()


def test_the_newest_mail_is_shown_unless_another_set_is_asked_for(
    database: Engine, seen: Cockpit
) -> None:
    """A set that nobody was judged on is none."""
    assert [one.name for one in seen.sets].count("newest") == 3
    assert seen.on is not None
    assert (seen.on.name, seen.on.emails, seen.on.models) == ("newest", 300, 6)
    assert seen.on.at == max(one.at for one in seen.sets if one.name == "newest")
    golden = next(one for one in seen.sets if one.name == "golden")
    assert look(database, key(golden)).on == golden
    assert look(database, "newest:nothing").on == seen.on


def test_models_come_the_newest_first_with_their_standing(
    seen: Cockpit, versions: list[str]
) -> None:
    """On one set, all of them."""
    assert [one.version for one in seen.models] == versions[::-1]
    assert {one.version: one.status for one in seen.models if one.status != "added"} == {
        versions[4]: "champion",
        versions[5]: "challenger",
    }
    assert (seen.champion, seen.challenger, seen.known) == (versions[4], versions[5], 6)
    assert (seen.back_to, seen.may_go_back) == (versions[2], True)


def test_reigns_and_turns_are_those_of_the_log(seen: Cockpit, versions: list[str]) -> None:
    """The newest first: promoted, taken back, promoted again."""
    order = [4, 2, 4, 2, 0]
    assert [one.version for one in seen.reigns] == [*(versions[n] for n in order), None]
    assert [turn.after for turn, _ in seen.turns] == [versions[n] for n in order]
    assert seen.turns[1][0].entry.action == "rolled_back"
    assert seen.turns[0][0].entry.by == "operator/marie"


def test_a_turn_is_told_on_mail_that_both_were_judged_on(seen: Cockpit) -> None:
    """The newest set from before the turn where there is one; going back is the mirror image."""
    again, back, there, *_, first = seen.turns
    assert first[1] is None  # MODEL_PATH's model has no version
    assert again[1] is not None
    assert back[1] is not None
    assert there[1] is not None
    assert again[1].on.at <= again[0].entry.at
    assert back[1].before == there[1].after
    assert {c.name for c in again[1].categories} <= set(LABELS)
    mirrored = {Outcome.WON: Outcome.LOST, Outcome.LOST: Outcome.WON}
    assert {c.name: mirrored.get(c.outcome, c.outcome) for c in back[1].categories} == {
        c.name: c.outcome for c in there[1].categories
    }


def test_champions_are_followed_over_the_sets(seen: Cockpit, versions: list[str]) -> None:
    """The oldest set first: the newest champions, and the challenger."""
    assert [line.version for line in seen.over] == [versions[n] for n in (4, 2, 0, 5)]
    moments = [one.at for one in seen.over_sets]
    assert moments == sorted(moments)
    assert all(len(line.accuracy) == 3 and None not in line.accuracy for line in seen.over)


def test_trials_are_told_with_how_they_ended(emptied: Engine) -> None:
    """The newest first: stopped, begun anew with another share, lost, promoted, still running."""
    log = [
        ("promoted", "champion", "a"),
        ("promoted", "challenger", "b"),
        ("started", "shadow", "b"),
        ("stopped", "shadow", "b"),
        ("started", "canary", "b"),
        ("started", "canary", "b"),
        ("lost", "canary", "b"),
        ("lost", "challenger", None),
        ("promoted", "challenger", "c"),
        ("started", "shadow", "c"),
        ("started", "canary", "c"),
        ("promoted", "champion", "c"),
        ("promoted", "challenger", "d"),
        ("started", "shadow", "d"),
    ]
    with emptied.begin() as connection:
        for n, (action, alias, version) in enumerate(log):
            values = {"action": action, "alias": alias, "version": version, "n": str(n)}
            connection.execute(_LOGGED, {**values, "share": 0.2 if action == "started" else None})
    found = look(emptied).trials
    assert [(x.kind, x.version, x.end, x.reason, x.why) for x in found] == [
        ("shadow", "d", "running", "13", ""),
        ("canary", "c", "promoted", "10", "11"),
        ("shadow", "c", "promoted", "9", "11"),
        ("canary", "b", "lost", "5", "6"),
        ("canary", "b", "replaced", "4", "5"),
        ("shadow", "b", "stopped", "2", "3"),
    ]
    assert found[0].until is None
    assert all(x.share == pytest.approx(0.2) and x.by == "operator" for x in found)


def test_where_nothing_happened_nothing_is_seen(emptied: Engine) -> None:
    """No set, no model, no turn; MODEL_PATH's model decides."""
    found = look(emptied)
    assert (found.on, found.models, found.turns, found.over) == (None, [], [], [])
    assert (found.champion, found.may_go_back) == (None, False)


def test_without_a_champion_the_newest_models_are_followed(emptied: Engine) -> None:
    """And what is more than a page tells is counted."""
    tell(emptied, Story(LABELS, 2, 2, 60, champions=(), challenger=None, golden=False), NOW)
    found = look(emptied)
    assert [line.version for line in found.over] == [one.version for one in found.models]
    with emptied.begin() as connection:
        connection.execute(
            text("""INSERT INTO model_changes (action, version, alias, reason, by_client)
                    SELECT 'promoted', 'v' || n, 'champion', '', 'operator'
                    FROM generate_series(1, 30) n""")
        )
    found = look(emptied)
    assert (len(found.turns), found.all_turns, len(found.reigns)) == (MOST_TURNS, 30, 31)
    assert {exchange for _, exchange in found.turns} == {None}
