"""`python -m monitoring [--check]`: write the rule file and the dashboards, or compare them."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from monitoring.grafana import as_json
from monitoring.objectives import OBJECTIVES, alerts, recordings
from monitoring.pages import PAGES
from monitoring.rules import Alert, Recording, rule_file
from monitoring.symptoms import GROUPS
from scripts import drift

FILES = Path(__file__).resolve().parent.parent / "helm" / "files"


def files() -> Mapping[Path, str]:
    """What is written where."""
    groups: dict[str, Sequence[Recording | Alert]] = {
        "aiguilleur-objectives": [rule for one in OBJECTIVES for rule in recordings(one)],
        "aiguilleur-burn": [rule for one in OBJECTIVES for rule in alerts(one)],
        **GROUPS,
    }
    rules = {FILES / "rules.yaml": rule_file(groups)}
    pages = {FILES / "dashboards" / f"{p.uid}.json": as_json(p) for p in PAGES}
    return {**rules, **pages}


if __name__ == "__main__":
    sys.exit(max(drift.keep(path, text, "monitoring") for path, text in files().items()))
