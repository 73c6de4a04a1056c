"""A model folder out of an MLflow registry: verified before anybody takes it for a model.

model version -> where its files lie -> manifest, by the hash in its tags -> the files it names
"""

from pathlib import Path

from model.artifact import (
    LABELS,
    MANIFEST,
    MAX_JSON_BYTES,
    ArtifactError,
    load,
    read_manifest,
    sha256,
)
from model.mlflow import registered
from model.mlflow.push import artifacts_path
from model.mlflow.server import MlflowError, Server, understood
from model.mlflow.types import ADDRESS_TAG, Reference, Version

MOST_BYTES = 8 << 30  # of one file


@understood()
def pull(server: Server, wanted: Reference, folder: Path) -> Version:
    """Fetch a version into an empty folder; nothing in it is run or unpickled.

    Raises:
        ArtifactError: there is no such version, or its files are not those that were pushed.

    """
    found = registered.find(server, wanted)
    if not found.address:
        raise MlflowError(
            f"{found} of MLflow was not pushed by Aiguilleur (it has no tag {ADDRESS_TAG}), so "
            "nobody knows what its files should be."
        )
    place = _place(server, found)
    server.get(f"{place}/{MANIFEST}", folder / MANIFEST, MAX_JSON_BYTES)
    if sha256(folder / MANIFEST) != found.address:
        raise ArtifactError(f"{MANIFEST} of {found} in MLflow is not what was pushed.")
    server.get(f"{place}/{LABELS}", folder / LABELS, MAX_JSON_BYTES)
    for name in read_manifest(folder).files:
        if name != LABELS:
            server.get(f"{place}/{name}", folder / name, MOST_BYTES)
    load(folder)
    return found


def _place(server: Server, found: Version) -> str:
    at = server.ask("model-versions/get-download-uri", name=found.name, version=found.number)
    return artifacts_path(str(at["artifact_uri"]))
