"""The four dashboards."""

from monitoring.pages.classifier import CLASSIFIER
from monitoring.pages.queues import QUEUES
from monitoring.pages.service import SERVICE
from monitoring.pages.workers import WORKERS

PAGES = (SERVICE, CLASSIFIER, QUEUES, WORKERS)
