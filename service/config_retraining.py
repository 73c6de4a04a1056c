"""Retraining's part of the settings: when, how, how long, and who hears of it."""

import tempfile
from pathlib import Path

from croniter import croniter
from environs import FileAwareEnv
from marshmallow import ValidationError, validate

STRATEGIES = ("auto", "full", "few", "linear")


def retraining_values(env: FileAwareEnv) -> dict[str, object]:
    """The values of `Settings.retrain_*`, `golden_set` and `alert_addresses`."""
    share, none = validate.Range(0.0, 1.0), validate.Range(min=0)
    seconds = validate.Range(min=1.0)
    return {
        "golden_set": env.path("AIGUILLEUR_GOLDEN_SET", None),
        "retrain_work": env.path(
            "AIGUILLEUR_RETRAIN_WORK", Path(tempfile.gettempdir()) / "aiguilleur-retraining"
        ),
        "retrain_strategy": env.str(
            "AIGUILLEUR_RETRAIN_STRATEGY", "auto", validate=validate.OneOf(STRATEGIES)
        ),
        "retrain_labels": env.int("AIGUILLEUR_RETRAIN_LABELS", 500, validate=none),
        "retrain_accuracy": env.float("AIGUILLEUR_RETRAIN_ACCURACY", 0.0, validate=share),
        "retrain_days": env.float("AIGUILLEUR_RETRAIN_DAYS", 90.0, validate=none),
        "retrain_drift": env.bool("AIGUILLEUR_RETRAIN_DRIFT", True),
        "retrain_promotes": env.bool("AIGUILLEUR_RETRAIN_PROMOTES", False),
        "retrain_train_seconds": env.float(
            "AIGUILLEUR_RETRAIN_TRAIN_SECONDS", 21_600.0, validate=seconds
        ),
        "retrain_step_seconds": env.float(
            "AIGUILLEUR_RETRAIN_STEP_SECONDS", 3_600.0, validate=seconds
        ),
        "retrain_schedule": env.str("AIGUILLEUR_RETRAIN_SCHEDULE", None, validate=_schedule),
        "alert_addresses": tuple(
            env.list("AIGUILLEUR_ALERT_ADDRESSES", [], validate=_addresses) or ()
        ),
    }


def _schedule(given: str) -> None:
    if not croniter.is_valid(given):
        raise ValidationError("must be a schedule as cron has it, such as 0 3 * * *")


def _addresses(given: list[str]) -> None:
    for address in given:
        local, at, domain = address.strip().rpartition("@")
        if not (local and at and domain) or any(c.isspace() or c in '<>,;"' for c in address):
            raise ValidationError(f"{address!r} is no address such as ops@insurer.example")
