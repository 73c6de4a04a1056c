"""The chart, rendered: by `helm` where there is one, else by a stand-in for `helm template`."""

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm"
STAND_IN = ROOT.parent / "shared" / "tools" / "helm"
RELEASE = "mail"

Object = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pod:
    """What a Deployment, Job, CronJob or Pod runs."""

    owner: Object
    metadata: Object
    spec: Object

    @property
    def component(self) -> str:
        """Its component, as the label says."""
        return str(self.metadata["labels"]["app.kubernetes.io/component"])

    @property
    def container(self) -> Object:
        """Its only container."""
        (container,) = self.spec["containers"]
        return container


def has_helm() -> bool:
    """Whether the real one is there."""
    return shutil.which("helm") is not None


def helm(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it; where there is neither, the test is skipped, and fails in CI."""
    if has_helm():
        return _run("helm", *arguments)
    if not STAND_IN.is_file():
        give_up = pytest.fail if os.environ.get("CI") else pytest.skip
        give_up("neither helm nor a stand-in for `helm template` is on this machine")
    # it builds itself at its first use, which two test processes must not do at once
    path = Path(tempfile.gettempdir()) / f"aiguilleur-tests-helm-{os.getuid()}.lock"
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _run(str(STAND_IN), *arguments)


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False)


def try_render(values: str, *sets: str, release: str = RELEASE) -> subprocess.CompletedProcess[str]:
    """Render with one of the chart's ci files; `sets` are key=value."""
    options = [option for one in sets for option in ("--set", one)]
    file = CHART / "ci" / f"{values}-values.yaml"
    return helm("template", release, str(CHART), "--namespace", "prod", "-f", str(file), *options)


@cache
def render(values: str, *sets: str, release: str = RELEASE) -> tuple[Object, ...]:
    """The objects, in the order of the templates' names."""
    done = try_render(values, *sets, release=release)
    assert done.returncode == 0, done.stderr
    return tuple(found for found in yaml.safe_load_all(done.stdout) if found)


def notes(values: str, *sets: str) -> str:
    """What an installation says at its end."""
    options = [option for one in sets for option in ("--set", one)]
    options += ["--namespace", "prod", "-f", str(CHART / "ci" / f"{values}-values.yaml")]
    if has_helm():
        done = helm("install", RELEASE, str(CHART), "--dry-run=client", *options)
    else:
        done = helm("template", RELEASE, str(CHART), *options, "--notes")
    assert done.returncode == 0, done.stderr
    return done.stdout.split("NOTES:\n")[1]


def of_kind(objects: tuple[Object, ...], kind: str) -> dict[str, Object]:
    """Those of one kind, by component."""
    return {component(o): o for o in objects if o["kind"] == kind}


def component(found: Object) -> str:
    """The component that an object belongs to."""
    return str(found["metadata"]["labels"]["app.kubernetes.io/component"])


def pods(objects: tuple[Object, ...]) -> dict[str, Pod]:
    """Every pod that the objects make, by component."""
    return {pod.component: pod for pod in _pods(objects)}


def _pods(objects: tuple[Object, ...]) -> Iterator[Pod]:
    for found in objects:
        match found:
            case {"kind": "Pod", "metadata": metadata, "spec": spec}:
                yield Pod(found, metadata, spec)
            case {"kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": template}}}}:
                yield Pod(found, template["metadata"], template["spec"])
            case {"spec": {"template": template}}:
                yield Pod(found, template["metadata"], template["spec"])


def selects(selector: Object, labels: Object) -> bool:
    """Whether a label selector fits."""
    wanted = selector.get("matchLabels", {})
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        labels.get(one["key"]) in one["values"] for one in selector.get("matchExpressions", [])
    )


def chosen(selector: Object, objects: tuple[Object, ...]) -> set[str]:
    """The components whose pods a selector takes."""
    return {n for n, pod in pods(objects).items() if selects(selector, pod.metadata["labels"])}
