"""The chart takes what `aiguilleur new` writes for it."""

from pathlib import Path

import yaml

from service.kit.chart_text import values_text
from service.kit.routing_text import routing_text
from service.kit.taxonomy import taxonomy
from tests.chart.rendering import CHART, helm, of_kind, pods


def test_the_chart_installs_a_service_of_ones_own(tmp_path: Path) -> None:
    """With its routing, its model and its secrets; workers read all three."""
    routing = routing_text(taxonomy(["Résiliation", "Sinistre"]).categories, {}, 0.95)
    (tmp_path / "values.yaml").write_text(values_text("courrier", "Courrier"), encoding="utf-8")
    given = yaml.safe_dump({"routing": routing}, allow_unicode=True)  # as --set-file has it
    (tmp_path / "routing.yaml").write_text(given, encoding="utf-8")
    files = [word for name in ("values", "routing") for word in ("-f", f"{tmp_path}/{name}.yaml")]
    done = helm("template", "courrier", str(CHART), "--namespace", "mail", *files)
    assert done.returncode == 0, done.stderr
    objects = tuple(found for found in yaml.safe_load_all(done.stdout) if found)
    assert (
        of_kind(objects, "ConfigMap")["routing"]["data"]["routing.yaml"].strip() == routing.strip()
    )
    claims = [x.get("persistentVolumeClaim") for x in pods(objects)["worker"].spec["volumes"]]
    assert {"claimName": "courrier-models", "readOnly": True} in claims
