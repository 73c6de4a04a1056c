"""Models, as the service knows them."""

from sqlalchemy import Engine

from model.types import Classifier
from service.metrics.deciding import show_model
from service.store import engine as database
from service.store import models


def introduce(engine: Engine, classifier: Classifier, runs_on: str) -> None:
    """Write down which model this worker serves, and show it among the metrics.

    Raises:
        Unavailable: PostgreSQL cannot be asked.

    """
    database.run(
        engine,
        lambda c: models.seen(
            c, classifier.version, classifier.name, classifier.labels, classifier.profile
        ),
    )
    show_model(classifier.name, classifier.version, runs_on)
