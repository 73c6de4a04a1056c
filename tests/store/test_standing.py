"""What the sweeper tells Prometheus of the tables, asked of the real ones."""

from collections.abc import Iterator

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, text

from model.profile import Answer, as_json, profile
from service.domain.items import Actor
from service.domain.models import CHALLENGER, CHAMPION, PROMOTED, ROLLED_BACK, Change
from service.flow.standing import Standing
from service.store import engine, models, registry, switches

_DECIDED = text("""
INSERT INTO decisions (email_id, number, category, queue, priority, reason, confidence, scores,
    model_name, model_version, text_version, routing_version, waited_seconds, inference_seconds,
    tokens)
SELECT gen_random_uuid(), 1, 'unknown', 'triage', 1, 'below_threshold', :confidence,
    jsonb_build_object(CAST(:label AS text), 0.6, 'other', 0.4), 'm', :version, '1', '1', 0, 0,
    :tokens
FROM generate_series(1, :emails)
""")
_OPEN = text("""
INSERT INTO queue_items (email_id, queue, mailbox, category, priority, entered_at, due_at)
SELECT gen_random_uuid(), 'claims', 'm', 'claim', 1, clock_timestamp() - interval '90 seconds',
    clock_timestamp() + :due * interval '1 second'
""")


@pytest.fixture
def standing(database: Engine) -> Iterator[Standing]:
    """Over empty tables; what it showed is forgotten."""
    with database.begin() as connection:
        connection.execute(text("TRUNCATE decisions, models, model_changes, queue_items"))
    made = Standing()
    yield made
    made.forget()


def answered(database: Engine, version: str, label: str, emails: int) -> None:
    values = {"label": label, "version": version, "confidence": 0.6, "tokens": 40, "emails": emails}
    engine.run(database, lambda c: c.execute(_DECIDED, values))


def introduced(database: Engine, version: str, **labels: int) -> None:
    """A model whose manifest says how often it gave each label."""
    answers = [Answer(label, 0.6, 40) for label, count in labels.items() for _ in range(count)]
    made = as_json(profile(labels, answers))
    engine.run(database, lambda c: models.seen(c, version, "m", list(labels), made))


def shown(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(f"aiguilleur_{name}", labels)


def refresh(database: Engine, standing: Standing) -> None:
    engine.run(database, standing.refresh)


def test_drift_is_measured_by_the_models_own_label(database: Engine, standing: Standing) -> None:
    """Whatever category the rules made of it; a mix that turned over is over 0.25."""
    introduced(database, "v1", claim=400, other=400)
    answered(database, "v1", "claim", 300)
    refresh(database, standing)
    assert shown("drift_emails", model_version="v1") == 300
    assert (shown("drift_psi", feature="category", model_version="v1") or 0) > 0.25
    assert shown("drift_psi", feature="confidence", model_version="v1") == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("count", [-300, 1e30, "many", None])
def test_a_manifest_that_is_nonsense_ends_no_sweep(
    database: Engine, standing: Standing, count: object
) -> None:
    """Whoever wrote it: a sweep that fails judges no canary either, and theirs may be one."""
    made = as_json(profile(["claim", "other"], [Answer("claim", 0.6, 40)] * 400))
    made["labels"]["other"] = count
    engine.run(database, lambda c: models.seen(c, "v1", "m", ["claim", "other"], made))
    answered(database, "v1", "claim", 300)
    refresh(database, standing)
    assert shown("drift_emails", model_version="v1") == 300
    assert shown("drift_psi", feature="category", model_version="v1") is None


def test_two_models_are_measured_apart(database: Engine, standing: Standing) -> None:
    """Each by its own manifest."""
    introduced(database, "v1", claim=400)
    introduced(database, "v2", other=400)
    answered(database, "v1", "claim", 300)
    answered(database, "v2", "other", 300)
    refresh(database, standing)
    for version in ("v1", "v2"):
        index = shown("drift_psi", feature="category", model_version=version)
        assert index == pytest.approx(0, abs=0.05)


def test_too_few_mails_and_unknown_models_have_no_drift(
    database: Engine, standing: Standing
) -> None:
    """They are counted, so that one sees why."""
    introduced(database, "few", claim=400)
    answered(database, "few", "claim", 199)
    answered(database, "unheard-of", "claim", 300)
    refresh(database, standing)
    for version, emails in (("few", 199), ("unheard-of", 300)):
        assert shown("drift_emails", model_version=version) == emails
        assert shown("drift_psi", feature="category", model_version=version) is None


def test_a_model_that_got_a_profile_later_is_measured_by_it(
    database: Engine, standing: Standing
) -> None:
    """`python -m model profile` changes no version; the worker's next start tells."""
    engine.run(database, lambda c: models.seen(c, "v1", "m", ["claim"], {}))
    introduced(database, "v1", claim=400)
    answered(database, "v1", "claim", 300)
    refresh(database, standing)
    assert shown("drift_psi", feature="category", model_version="v1") is not None


def test_open_mail_is_told_by_queue_and_promise(database: Engine, standing: Standing) -> None:
    """One late, one in time; the older of them is the queue's age."""
    for due in (-1, 3600):
        engine.run(database, lambda c, due=due: c.execute(_OPEN, {"due": due}))  # type: ignore[misc]
    refresh(database, standing)
    assert shown("open_emails", queue="claims", sla="breached") == 1
    assert shown("open_emails", queue="claims", sla="on_time") == 1
    assert (shown("oldest_open_seconds", queue="claims") or 0) >= 90


def test_what_is_switched_off_is_shown(database: Engine, standing: Standing) -> None:
    """By its name, until it is on again or somebody else sweeps."""
    by = Actor("operator", "ops")
    engine.run(database, lambda c: switches.change(c, "model", by, "drill", is_off=True))
    refresh(database, standing)
    assert shown("switched_off", what="model") == 1
    standing.forget()
    assert shown("switched_off", what="model") is None


def test_the_holders_of_aliases_are_shown(database: Engine, standing: Standing) -> None:
    """And nobody else any more; without a champion there is none to show."""
    by = Actor("", "operator", "anna")

    def change(action: str, version: str | None, alias: str) -> float | None:
        made = Change(action, version, alias)
        engine.run(database, lambda c: registry.append(c, made, by, "x"))
        refresh(database, Standing())
        return shown("model_alias", alias=alias, model_version=str(version))

    assert change(PROMOTED, "a", CHAMPION) == change(PROMOTED, "b", CHALLENGER) == 1
    assert change(PROMOTED, "b", CHAMPION) == 1
    assert shown("model_alias", alias=CHAMPION, model_version="a") is None
    change(ROLLED_BACK, None, CHAMPION)
    assert shown("model_alias", alias=CHAMPION, model_version="b") is None
