"""The pipeline is one that GitLab takes, and does nothing that cannot be done by hand."""

import re
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.chart.rendering import ROOT, pods, render

FILE = ROOT / ".gitlab-ci.yml"
GLOBAL = {"stages", "workflow", "variables", "default"}
PIPELINE: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
JOBS = {n: job for n, job in PIPELINE.items() if n not in GLOBAL and not n.startswith(".")}


def inherited(name: str, key: str) -> Any:
    """What a job says, or what it extends says."""
    job = JOBS[name]
    return job[key] if key in job else PIPELINE[job["extends"]].get(key)


def conditions(name: str) -> list[str]:
    """When a job runs."""
    return [rule["if"] for rule in JOBS[name].get("rules", [])]


def test_gitlab_takes_the_pipeline() -> None:
    """By its published schema."""
    command = ["check_jsonschema", "--builtin-schema", "vendor.gitlab-ci", str(FILE)]
    done = subprocess.run(
        [sys.executable, "-m", *command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", sorted(JOBS))
def test_a_job_runs_verbs_of_the_makefile_alone(name: str) -> None:
    """What fails in the pipeline can be run by hand."""
    verbs = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    for line in JOBS[name]["script"]:
        command, *words = line.split()
        assert command == "make"
        assert {word for word in words if "=" not in word} <= verbs


def test_every_step_is_there_in_order() -> None:
    """Checks, images, publication, deployment."""
    stages = {name: inherited(name, "stage") for name in JOBS}
    assert {name for name, stage in stages.items() if stage == "check"} == {
        "lint", "types", "tests", "chart", "full",
    }  # fmt: skip
    assert PIPELINE["stages"] == ["check", "build", "publish", "deploy"]
    assert set(stages.values()) == set(PIPELINE["stages"])


def test_the_tests_have_both_servers_in_the_oldest_versions() -> None:
    """Those that the chart's values name as the least."""
    images = [service["name"] for service in JOBS["tests"]["services"]]
    assert images == ["postgres:15", "redis:6.2"]
    values = (ROOT / "helm" / "values.yaml").read_text(encoding="utf-8")
    assert "PostgreSQL 15 or newer" in values
    assert "Redis 6.2 or newer" in values


def test_what_takes_long_runs_by_schedule_and_delivers_nothing() -> None:
    """Once a night, beside the checks."""
    assert conditions("full") == ['$CI_PIPELINE_SOURCE == "schedule"']
    for name in ("build-push", "staging"):
        assert any('$CI_PIPELINE_SOURCE != "schedule"' in one for one in conditions(name))


def test_only_a_tag_is_published_and_reaches_production() -> None:
    """And only when somebody says so; what reached it can be taken back."""
    for name in ("publish", "production", "production-rollback"):
        assert conditions(name) == ["$CI_COMMIT_TAG"]
    for name in ("production", "production-rollback"):
        assert [rule["when"] for rule in JOBS[name]["rules"]] == ["manual"]
    assert JOBS["production-rollback"]["script"][0].startswith("make rollback ")


def test_a_deployment_that_fails_leaves_what_was_there() -> None:
    """One at a time, never cut short, undone by Helm as a whole."""
    (condition,) = conditions("staging")
    assert condition.startswith("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH ")
    for name in ("staging", "production"):
        assert inherited(name, "interruptible") is False
        assert JOBS[name]["resource_group"] == name
    assert re.search(r"helm upgrade --install .* --atomic ", MAKEFILE)


def test_a_tag_of_digits_alone_is_a_tag() -> None:
    """One short commit in forty has no letter: `--set` would make a number of it."""
    asked = ["make", "-n", "deploy", "TAG=12345678", "IMAGE=registry.test/a"]
    done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--set-string image.tag=12345678" in done.stdout


def test_the_test_of_a_deployment_is_there_for_its_logs() -> None:
    """Helm 3 deletes by `hook-succeeded` before `helm test --logs` reads, and fails."""
    assert re.search(r"helm test .* --logs", MAKEFILE)
    annotations = pods(render("minimal"))["test"].owner["metadata"]["annotations"]
    assert annotations["helm.sh/hook-delete-policy"] == "before-hook-creation"
