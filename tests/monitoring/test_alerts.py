"""Every alert fires at its fault and keeps quiet beside it: Prometheus' own `promtool` says so."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from monitoring.__main__ import FILES, files
from monitoring.objectives import OBJECTIVES, alerts
from monitoring.rules import RUNBOOKS, Alert
from monitoring.symptoms import GROUPS
from tests.monitoring.alert_cases import CASES, Case

ROOT = Path(__file__).resolve().parents[2]
RULES = FILES / "rules.yaml"
EVERY = [rule for group in GROUPS.values() for rule in group] + [
    alert for objective in OBJECTIVES for alert in alerts(objective)
]


def promtool(*arguments: object) -> "subprocess.CompletedProcess[str]":
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed (Debian: prometheus)")
    return subprocess.run(
        [found, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def as_test(case: Case) -> str:
    """A test file of promtool; how many fire is asked of Prometheus' own series of alerts."""
    firing = f'count(ALERTS{{alertname="{case.alert}",alertstate="firing"}}) or vector(0)'
    expected = [{"labels": "{}", "value": case.fires}]
    asked = {"expr": firing, "eval_time": f"{case.minutes}m", "exp_samples": expected}
    test = {
        "interval": "1m",
        "input_series": [{"series": k, "values": v} for k, v in case.series.items()],
        "promql_expr_test": [asked],
    }
    return yaml.safe_dump({"rule_files": [str(RULES)], "tests": [test]})


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.alert}: {case.why}")
def test_the_alert_knows_its_fault(case: Case, tmp_path: Path) -> None:
    """Fires where it should, keeps quiet where it should not."""
    (tmp_path / "test.yaml").write_text(as_test(case), encoding="utf-8")
    done = promtool("test", "rules", tmp_path / "test.yaml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_prometheus_takes_the_rules() -> None:
    """As they are committed."""
    done = promtool("check", "rules", RULES)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_is_seen_firing_and_quiet() -> None:
    """An alert that nobody tried is none."""
    names = {alert.name for alert in EVERY}
    assert {case.alert for case in CASES if case.fires} == names
    assert {case.alert for case in CASES if not case.fires} == names


@pytest.mark.parametrize("alert", EVERY, ids=lambda alert: f"{alert.name}-{alert.lasts}")
def test_every_alert_has_a_page(alert: Alert) -> None:
    """What it means, how bad it is, what to look at, what to do."""
    page = ROOT / "docs" / "runbooks" / f"{alert.name}.md"
    assert alert.as_rule()["annotations"]["runbook_url"] == f"{RUNBOOKS}/{page.name}"
    text = page.read_text(encoding="utf-8")
    for heading in ("## What it means", "## Look", "## Act", "## Followed"):
        assert heading in text


def test_no_page_is_of_an_alert_that_is_gone() -> None:
    """Nor does one lack its link in the index."""
    folder = ROOT / "docs" / "runbooks"
    pages = {page.stem for page in folder.glob("Aiguilleur*.md")}
    assert pages == {alert.name for alert in EVERY}
    index = (folder / "README.md").read_text(encoding="utf-8")
    assert all(f"({name}.md)" in index for name in pages)


@pytest.mark.parametrize("path", list(files()), ids=lambda path: path.name)
def test_what_is_committed_is_what_is_generated(path: Path) -> None:
    """`python -m monitoring` writes it."""
    assert path.read_text(encoding="utf-8") == files()[path]
