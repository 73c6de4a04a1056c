"""Which store of models a name stands for."""

from pathlib import Path

from model.artifact import ArtifactError
from model.artifact_store import ArtifactStore, FolderStore


def open_store(where: str, cache: Path) -> ArtifactStore:
    """The store that AIGUILLEUR_MODEL_STORE names: a folder, or a bucket (s3://bucket/prefix).

    What comes from a bucket is kept in `cache`.

    Raises:
        ArtifactError: the bucket's name is none, or its library is not installed.

    """
    if "://" not in where:
        return FolderStore(Path(where))
    try:
        from model.object_store import BucketStore  # noqa: PLC0415  # an optional library
    except ImportError as error:
        raise ArtifactError(
            f"A store such as {where} needs {error.name}, which is not installed: "
            "pip install -r requirements/bucket.txt."
        ) from error
    return BucketStore(where, cache)
