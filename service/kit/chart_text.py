"""The values of the chart for a new service, and its dashboards under its own name."""

from pathlib import Path
from typing import Any

import orjson

_VALUES = """\
# What the chart needs of this service beside `routing.yaml`, which `--set-file` gives it.
# Every value there is: helm/README.md of Aiguilleur.
image:
  repository: REGISTRY/aiguilleur # where `make image push` put the images
database:
  existingSecret: {name}-database # with the key DATABASE_URL
redis:
  existingSecret: {name}-redis # with the key REDIS_URL

# A claim that holds the folder `model/` under this name, readable from several nodes.
model:
  existingClaim: {name}-models
  path: first

worker:
  replicas: 2
metrics:
  monitors: {{enabled: true}}
  rules: {{enabled: true}}
  dashboards:
    enabled: true
    annotations: {{grafana_folder: {title}}}
"""


def values_text(name: str, title: str) -> str:
    """`name` is that of the release; `title` of the folder of dashboards in Grafana."""
    return _VALUES.format(name=name, title=orjson.dumps(title).decode())


def dashboards(folder: Path, name: str, title: str) -> dict[str, bytes]:
    """The chart's dashboards as files, each with a title and an address of this service's own.

    They lie beside each other in one Grafana with those of another service.
    """
    return {
        path.name.replace("aiguilleur", name, 1): _renamed(path, name, title)
        for path in sorted(folder.glob("*.json"))
    }


def _renamed(path: Path, name: str, title: str) -> bytes:
    page: dict[str, Any] = orjson.loads(path.read_bytes())
    page["uid"] = page["uid"].replace("aiguilleur", name, 1)
    page["title"] = page["title"].replace("Aiguilleur", title, 1)
    page["tags"] = [*page["tags"], name]
    return orjson.dumps(page, option=orjson.OPT_INDENT_2) + b"\n"
