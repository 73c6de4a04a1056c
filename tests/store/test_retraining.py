"""Retrainings on the real tables and a real store: from labelled mail to a challenger."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, text

from model.inference import load_classifier
from model.profile import from_json
from service.domain import retraining as rules
from service.domain.models import CHALLENGER, CHAMPION
from service.domain.trials import CANARY
from service.flow import models, trials
from service.flow.registry import Registry
from service.flow.retraining.history import history
from service.flow.retraining.plan import World
from service.flow.retraining.run import Retrainer
from service.flow.retraining.signals import signals
from service.store import engine as database
from service.store import models as stored
from tests.support.fake_classifier import LABELS
from tests.support.labelled_mail import START, clear, said
from tests.support.model_folders import model_folder
from tests.support.retraining import OPERATOR, WHY, House, mails, with_mail


@pytest.fixture
def house(database: Engine, tmp_path: Path) -> House:
    """With 400 labelled mails."""
    return with_mail(database, tmp_path)


def test_who_passes_the_gate_is_the_challenger(house: House) -> None:
    """Every step is written down; the files are gone, they hold mail."""
    ended = house.run()
    assert ended.outcome == rules.CHALLENGER
    version = ended.facts[rules.TRAIN]["version"]
    assert house.statuses() == {version: CHALLENGER}
    (row,) = history(house.engine)
    assert (row["outcome"], row["reasons"], row["by_agent"]) == ("challenger", WHY, "anna")
    assert row["facts"].keys() == set(rules.STEPS)
    assert all(fact["seconds"] >= 0 for fact in row["facts"].values())
    assert row["facts"][rules.GATE]["champion"] == house.own
    assert list((house.folder / "work").iterdir()) == []
    (entry,) = [e for e in models.described(house.engine, version)["history"] if e["alias"]]
    assert entry["reason"].startswith(f"retraining {row['id']}: No loss is beyond chance")


_DECIDED = text("""
INSERT INTO decisions (email_id, number, category, queue, priority, reason, confidence, scores,
    model_name, model_version, text_version, routing_version, waited_seconds, inference_seconds,
    tokens)
SELECT id, 1, 'claim', 'claims', 1, 'model', 0.9, '{"claim": 0.9}', 'm', 'v', '3', '1', 0, 0, 9
FROM emails
""")
_COUNTED = text("""
INSERT INTO drift_days (model_version, day, since, until, emails, counts, figures)
VALUES ('v', current_date, '1970-01-01', '9999-01-01', 400, '{}', '{}')
""")


def test_a_candidate_is_profiled_on_live_mail(house: House) -> None:
    """As it was lately, without what it learned: drift is measured against that once it decides."""
    said(house.engine, mails(800)[400:], first=START + timedelta(days=20))
    database.run(house.engine, lambda c: c.execute(_DECIDED))
    database.run(house.engine, lambda c: c.execute(_COUNTED))
    ended = house.run()
    version = ended.facts[rules.TRAIN]["version"]
    kept = from_json(database.run(house.engine, lambda c: stored.profile(c, version)))
    assert kept is not None
    sizes = ended.facts[rules.SNAPSHOT]
    assert 100 <= kept.emails <= sizes["validation"] + sizes["test"]
    assert kept.contents is not None
    assert kept.contents.defects is not None


def test_a_candidate_that_is_wrong_is_refused(house: House) -> None:
    """It comes into no store; what it is worth is kept, and its files for who wants to look."""
    house.trainer.turned = 1
    ended = house.run()
    assert ended.outcome == rules.REFUSED
    assert not ended.facts[rules.GATE]["passed"]
    assert any("accuracy is 0.0% against" in x for x in ended.facts[rules.GATE]["reasons"])
    assert house.statuses() == {}
    left = [path.name for path in (house.folder / "work" / f"retraining-{ended.number}").iterdir()]
    assert left == ["models"]
    house.trainer.turned = 0
    house.run()
    assert list((house.folder / "work").iterdir()) == []


def test_the_model_that_decides_already_is_no_candidate(house: House) -> None:
    """The same mail gives the same model; nothing is evaluated."""
    house.trainer.seed = 1
    ended = house.run()
    assert (ended.outcome, ended.step) == (rules.SAME, rules.TRAIN)
    assert house.statuses() == {}


def test_a_policy_may_promote(house: House) -> None:
    """Then the candidate decides at once."""
    ended = house.run(promotes=True)
    assert ended.outcome == rules.CHAMPION
    assert house.statuses() == {ended.facts[rules.TRAIN]["version"]: CHAMPION}


def test_past_models_are_judged_and_compared_with(house: House) -> None:
    """A better one of the past stands in the way; who cannot be loaded does not."""
    keeper = Registry(house.engine, house.store, LABELS)
    for seed, turned in ((3, 0), (4, 1)):
        model_folder(house.folder / str(seed), seed, turned=turned)
        keeper.add(house.folder / str(seed), OPERATOR, "")
    worse = model_folder(house.folder / "worse", 9, turned=2)
    keeper.add(house.folder / "worse", OPERATOR, "")
    keeper.promote(worse, CHAMPION, OPERATOR, "")
    house.trainer.turned = 3
    ended = house.run()
    assert ended.outcome == rules.REFUSED
    reasons = " ".join(ended.facts[rules.GATE]["reasons"])
    good = load_classifier(house.folder / "3").version
    assert f"Model {good}, which is in the store, is better" in reasons
    assert house.own not in reasons


def test_golden_mail_teaches_nobody(house: House) -> None:
    """However it is spaced; and every model is judged on it."""
    golden = house.folder / "golden.jsonl"
    rows = [{"category": label, "subject": "S", "text": words} for words, label in mails(90)]
    golden.write_bytes(b"\n".join(map(orjson.dumps, rows)))
    seen: list[bytes] = []

    def look() -> None:
        folder = house.trainer.calls[-1]
        seen.append(b"".join(path.read_bytes() for path in folder.glob("*.jsonl")))

    house.trainer.before = look
    ended = house.run(golden=golden)
    assert ended.outcome == rules.CHALLENGER
    assert ended.facts[rules.EVALUATE]["emails"]["golden"] == 90
    assert b"worda" not in seen[0]
    assert seen[0].count(b"\n") == 310


def test_signals_count_what_was_labelled_since_the_last_one(house: House) -> None:
    """And how long ago that was; a champion without a profile shows no drift."""
    now = START + timedelta(days=50)
    before = signals(house.engine, house.own, now)
    assert (before.labels, before.in_all, before.drift, before.accuracy) == (400, 400, (), None)
    assert before.days == pytest.approx(50)
    world = World(house.engine, house.store, house.trainer, load_classifier, lambda: now)
    Retrainer(world, house.plan, OPERATOR).run(WHY)
    said(house.engine, mails(20), first=now + timedelta(days=1))
    after = signals(house.engine, house.own, now + timedelta(days=10))
    assert (after.labels, after.in_all) == (20, 420)
    assert (after.days, after.tried) == (pytest.approx(10), False)
    trials.start(house.engine, CANARY, 0.1, OPERATOR, "is it ready?")
    assert signals(house.engine, house.own, now).tried


_DRIFTS = text("""
INSERT INTO drift_days (model_version, day, since, until, emails, counts, figures)
SELECT :version, current_date - n, clock_timestamp(), clock_timestamp(), 400, '{}',
    CAST('{"features": {"words": {"index": 1, "bound": 0.1}}}' AS jsonb)
FROM generate_series(0, 1) AS n
""")


@pytest.mark.parametrize("engine", ["", "+torch"])
def test_what_is_known_of_the_champion_counts_whatever_engine_runs_it(
    house: House, engine: str
) -> None:
    """Decisions name an engine behind the version; drift and accuracy are reasons all the same."""
    clear(house.engine)
    now = datetime.now(UTC)
    said(house.engine, mails(50), first=now - timedelta(days=3), version=f"{house.own}{engine}")
    database.run(house.engine, lambda c: c.execute(_DRIFTS, {"version": f"{house.own}{engine}"}))
    found = signals(house.engine, house.own)
    assert found.accuracy is not None
    assert [sentence.startswith("Drift since ") for sentence in found.drift] == [True]
