"""A model folder into an MLflow registry: nobody finds it there before it is whole.

folder -> verified -> run -> metrics, parameters -> artifacts -> model version -> aliases
"""

import math
import time
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from model.artifact import CARD, MANIFEST, Manifest, load, sha256
from model.mlflow import registered
from model.mlflow.server import MISSING, MlflowError, Server, understood
from model.mlflow.types import ADDRESS_TAG, FOLDER, VERSION_TAG, Reference, Version

_MOST_METRICS = 900  # MLflow takes 1000 a request
_LONGEST_PARAMETER, _LONGEST_CARD = 500, 4_900
SCHEME = "mlflow-artifacts"


@understood()
def push(
    server: Server, folder: Path, name: str, aliases: Collection[str], known: Collection[str]
) -> tuple[Version, bool]:
    """Take a folder to the registered model `name`; its version there, and whether it is new.

    What is there already under its hash stays; its aliases become those given, of those `known`.

    Raises:
        ArtifactError: a sentence that says what is wrong with the folder or the server.

    """
    manifest = load(folder).manifest
    address = sha256(folder / MANIFEST)
    registered.ensure(server, name)
    there = [x for x in registered.versions(server, name) if x.address == address]
    number = there[0].number if there else _made(server, folder, name, manifest, address)
    found = registered.find(server, Reference(name, number=number))
    registered.align(server, found, aliases, known)
    return registered.find(server, Reference(name, number=number)), not there


def _made(server: Server, folder: Path, name: str, manifest: Manifest, address: str) -> str:
    run = _run(server, name, manifest)
    place = artifacts_path(run["artifact_uri"])
    for file in (*manifest.files, MANIFEST):
        server.put(f"{place}/{FOLDER}/{file}", folder / file)
    _end(server, run["run_id"])
    card = (folder / CARD).read_text(encoding="utf-8", errors="replace")
    made = server.tell(
        "model-versions/create",
        name=name,
        source=f"{run['artifact_uri']}/{FOLDER}",
        run_id=run["run_id"],
        description=card[:_LONGEST_CARD],
        tags=_tags({VERSION_TAG: manifest.version, ADDRESS_TAG: address}),
    )
    return str(made["model_version"]["version"])


def _run(server: Server, name: str, manifest: Manifest) -> Mapping[str, Any]:
    made = server.tell(
        "runs/create",
        experiment_id=_experiment(server, name),
        start_time=_now(),
        run_name=f"{name} {manifest.version}",
        tags=_tags({VERSION_TAG: manifest.version}),
    )
    info: Mapping[str, Any] = made["run"]["info"]
    now = _now()
    figures = list(numbers(manifest.metrics))[:_MOST_METRICS]
    server.tell(
        "runs/log-batch",
        run_id=info["run_id"],
        metrics=[{"key": k, "value": v, "timestamp": now, "step": 0} for k, v in figures],
        params=[{"key": k, "value": v} for k, v in _parameters(manifest).items()],
    )
    return info


def _end(server: Server, run: str) -> None:
    server.tell("runs/update", run_id=run, status="FINISHED", end_time=_now())


def _experiment(server: Server, name: str) -> str:
    """Runs of one registered model lie in the experiment of its name."""
    try:
        found = server.ask("experiments/get-by-name", experiment_name=name)
    except MlflowError as error:
        if error.code != MISSING:
            raise
        return str(server.tell("experiments/create", name=name)["experiment_id"])
    return str(found["experiment"]["experiment_id"])


def artifacts_path(uri: str) -> str:
    """Where artifacts lie behind the server's proxy.

    Raises:
        MlflowError: the server leaves its clients to write to the store themselves.

    """
    parts = urlsplit(uri)
    if parts.scheme != SCHEME:
        raise MlflowError(
            f"This MLflow server hands no artifacts on, its clients go to {parts.scheme or 'disk'} "
            "themselves: start it with --serve-artifacts, and make a new experiment."
        )
    return parts.path.strip("/")


def numbers(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, float]]:
    """Every figure in a tree of them, by the path of its keys."""
    for key, value in values.items():
        name = f"{before}{key}"
        if isinstance(value, Mapping):
            yield from numbers(value, f"{name}.")
        elif isinstance(value, list | tuple):
            yield from numbers({str(n): x for n, x in enumerate(value)}, f"{name}.")
        elif (
            isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        ):
            yield name, float(value)


def _parameters(manifest: Manifest) -> dict[str, str]:
    plain = {
        "name": manifest.name,
        "labels": ", ".join(manifest.labels),
        "precision": manifest.precision,
        "text_version": manifest.text_version,
        "data_hash": manifest.data_hash,
        **{f"training.{k}": str(manifest.training[k]) for k in _TOLD if k in manifest.training},
    }
    return {key: value[:_LONGEST_PARAMETER] for key, value in plain.items()}


_TOLD = ("base", "strategy", "form", "seed", "linear_share")


def _tags(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]


def _now() -> int:
    return int(time.time() * 1000)
