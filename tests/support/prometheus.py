"""The real Prometheus, on loopback, over the service's own processes and the committed rules."""

import json
import shutil
import subprocess
import urllib.parse
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import yaml

from tests.support.processes import free_port
from tests.support.waiting import until


def missing() -> str | None:
    """Why it cannot run here."""
    return None if shutil.which("prometheus") else "Prometheus is not installed"


class Prometheus:
    """Scrapes every second; `targets` are the addresses of metrics by component."""

    def __init__(self, folder: Path, rules: Path, targets: Mapping[str, list[str]]) -> None:
        self._folder = folder
        self._port = free_port()
        jobs = [
            {
                "job_name": component,
                "static_configs": [{"targets": places, "labels": self._labels(component)}],
            }
            for component, places in targets.items()
        ]
        pace = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        made = {"global": pace, "rule_files": [str(rules)], "scrape_configs": jobs}
        (folder / "prometheus.yml").write_text(yaml.safe_dump(made), encoding="utf-8")

    @staticmethod
    def _labels(component: str) -> dict[str, str]:
        return {
            "app": "aiguilleur",
            "namespace": "demo",
            "release": "aiguilleur",
            "component": component,
        }

    def __enter__(self) -> Self:
        with (self._folder / "prometheus.log").open("wb") as log:
            self._child = subprocess.Popen(
                [
                    "prometheus",
                    f"--config.file={self._folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={self._folder / 'data'}",
                    f"--web.listen-address=127.0.0.1:{self._port}",
                ],
                stderr=log,
                stdout=log,
            )
        until(self._answers, "Prometheus", 30)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._child.kill()
        self._child.wait(10)

    def query(self, expr: str) -> list[dict[str, Any]]:
        """The series that a query gives now."""
        found: list[dict[str, Any]] = self._ask("query", query=expr)["result"]
        return found

    def wait_for_all(self, targets: Mapping[str, list[str]]) -> None:
        """Until each was scraped: rates are seen of what happens between two scrapes."""
        count = sum(map(len, targets.values()))
        until(lambda: len(self.query("up == 1")) == count, "every target", 60)

    def firing(self) -> set[str]:
        """The names of the alerts that fire now."""
        return {name for name, state in self._alerts() if state == "firing"}

    def active(self) -> set[str]:
        """The names of the alerts whose fault is seen, long enough to fire or not yet."""
        return {name for name, _state in self._alerts()}

    def _alerts(self) -> list[tuple[str, str]]:
        alerts = self._ask("alerts")["alerts"]
        return [(alert["labels"]["alertname"], alert["state"]) for alert in alerts]

    def _ask(self, what: str, **values: str) -> Any:
        query = urllib.parse.urlencode(values)
        url = f"http://127.0.0.1:{self._port}/api/v1/{what}?{query}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            return json.load(answer)["data"]

    def _answers(self) -> bool:
        with suppress(OSError):  # not listening, or not ready, which is 503
            urllib.request.urlopen(f"http://127.0.0.1:{self._port}/-/ready", timeout=10).close()
            return True
        return False
