"""Models in a bucket: the same promises as in a folder. Here obstore's own local bucket; the full
tests have S3.
"""

import os
import shutil
from pathlib import Path

import pytest
from tiny_onnx import edit, tiny_artifact

from model.artifact import MANIFEST, MODEL, ArtifactError, load, sha256
from model.artifact_store import ArtifactStore
from model.stores import open_store


@pytest.fixture
def bucket(tmp_path: Path) -> Path:
    """What obstore writes and reads as objects."""
    (tmp_path / "bucket").mkdir()
    return tmp_path / "bucket"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def store(bucket: Path, cache: Path) -> ArtifactStore:
    return open_store(f"file://{bucket}", cache)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tiny_artifact(tmp_path / "model")
    return tmp_path / "model"


def test_what_was_published_is_fetched_once(
    store: ArtifactStore, folder: Path, bucket: Path, cache: Path
) -> None:
    """Under its manifest's hash, into the folder of this machine, where it then stays."""
    address = store.publish(folder)
    assert address == sha256(folder / MANIFEST)
    fetched = store.fetch(address)
    assert fetched == cache / address
    assert load(fetched).manifest == load(folder).manifest
    shutil.rmtree(bucket / address)
    assert store.fetch(address) == fetched


@pytest.mark.parametrize("name", [MANIFEST, MODEL])
def test_a_changed_object_is_refused(
    store: ArtifactStore, folder: Path, bucket: Path, cache: Path, name: str
) -> None:
    """Nothing of it is kept."""
    address = store.publish(folder)
    (bucket / address / name).write_bytes(b"{}")
    with pytest.raises(ArtifactError, match=r"not what was published|SHA-256 differs"):
        store.fetch(address)
    assert not (cache / address).exists()


def test_a_model_that_was_damaged_on_this_machine_is_fetched_again(
    store: ArtifactStore, folder: Path
) -> None:
    """The bucket has it whole."""
    address = store.publish(folder)
    (store.fetch(address) / MODEL).write_bytes(b"")
    assert load(store.fetch(address)).manifest == load(folder).manifest


@pytest.mark.parametrize("name", [MANIFEST, MODEL])
def test_half_a_model_is_none(store: ArtifactStore, folder: Path, bucket: Path, name: str) -> None:
    """A publisher that was cut off has not written the manifest; any other lack is told as well."""
    address = store.publish(folder)
    (bucket / address / name).unlink()
    with pytest.raises(ArtifactError, match=r"cannot be read: .*not found"):
        store.fetch(address)


@pytest.mark.parametrize("address", ["../model", "0" * 63, ""])
def test_an_address_that_is_none_is_refused(store: ArtifactStore, address: str) -> None:
    """Nothing outside the store is read."""
    with pytest.raises(ArtifactError, match="is no address"):
        store.fetch(address)


def test_models_that_nobody_asks_for_make_room(
    store: ArtifactStore, folder: Path, cache: Path
) -> None:
    """Four stay on this machine: the one just fetched, and those asked for last."""
    addresses = []
    for number in range(6):
        edit(folder / MANIFEST, training={"number": number})
        addresses.append(store.publish(folder))
        os.utime(store.fetch(addresses[-1]), (number, number))
        store.fetch(addresses[0])
    assert {path.name for path in cache.iterdir()} == {addresses[0], *addresses[3:]}


@pytest.mark.parametrize("where", ["nonsense://x", "s3://"])
def test_a_bucket_that_is_none_is_named(where: str, cache: Path) -> None:
    """Before anything is asked."""
    with pytest.raises(ArtifactError, match=f"The store {where} cannot be used: "):
        open_store(where, cache)
