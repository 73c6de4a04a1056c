"""The store of models: whole or not at all, known by what they hold, refused when changed."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tiny_onnx import edit, tiny_artifact

from model.artifact import CARD, MANIFEST, MODEL, ArtifactError, load, sha256
from model.artifact_store import FolderStore


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model as training leaves it, with a file that is no part of it."""
    tiny_artifact(tmp_path / "model")
    (tmp_path / "model" / "checkpoint.bin").write_bytes(b"x")
    return tmp_path / "model"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "store"


def published(root: Path) -> list[str]:
    """What the store shows, sorted."""
    return sorted(path.name for path in root.iterdir())


def test_what_was_published_is_fetched(folder: Path, root: Path) -> None:
    """It loads, without what was no part of the model; its address is its manifest's hash."""
    address = FolderStore(root).publish(folder)
    fetched = FolderStore(root).fetch(address)
    assert address == sha256(folder / MANIFEST)
    assert load(fetched).manifest == load(folder).manifest
    assert not (fetched / "checkpoint.bin").exists()


@pytest.fixture(params=[0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """What the publisher's account keeps from others."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_others_may_read_it(folder: Path, root: Path, umask: int) -> None:
    """A worker runs under another account than who publishes, however careful that one is."""
    fetched = FolderStore(root).fetch(FolderStore(root).publish(folder))
    assert fetched.stat().st_mode & 0o055 == 0o055
    assert all(path.stat().st_mode & 0o044 == 0o044 for path in fetched.iterdir())


def test_publishing_again_changes_nothing(folder: Path, root: Path) -> None:
    """The same address, the same files, nothing left beside."""
    first = FolderStore(root).publish(folder)
    before = (root / first / MODEL).stat()
    assert FolderStore(root).publish(folder) == first
    assert (root / first / MODEL).stat() == before
    assert published(root) == [first]


def test_models_that_differ_lie_side_by_side(folder: Path, root: Path, tmp_path: Path) -> None:
    """Even where they differ in the manifest alone."""
    first = FolderStore(root).publish(folder)
    edit(folder / MANIFEST, profile={"labels": {}})
    second = FolderStore(root).publish(folder)
    assert published(root) == sorted([first, second])


def test_a_broken_folder_is_refused(folder: Path, root: Path) -> None:
    """With the sentence of whoever loads it; the store shows nothing of it."""
    (folder / MODEL).write_bytes(b"other")
    with pytest.raises(ArtifactError, match=f"{MODEL} is not the file its manifest describes"):
        FolderStore(root).publish(folder)
    assert not root.exists()


@pytest.mark.parametrize("name", [MANIFEST, CARD])
def test_what_was_changed_in_the_store_is_refused(folder: Path, root: Path, name: str) -> None:
    """By its hash, when it is fetched or loaded; publishing it again says what to do."""
    store = FolderStore(root)
    address = store.publish(folder)
    with (root / address / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ArtifactError, match=r"not what was published|not the file its manifest"):
        load(store.fetch(address))
    with pytest.raises(ArtifactError, match=r"is damaged: .* Remove that folder and add"):
        store.publish(folder)
    assert published(root) == [address]


@pytest.mark.parametrize("address", ["0" * 64, "../model", ""])
def test_an_address_that_leads_nowhere_is_refused(folder: Path, root: Path, address: str) -> None:
    """Nothing outside the store is read."""
    FolderStore(root).publish(folder)
    with pytest.raises(ArtifactError, match=r"has no model|is no address"):
        FolderStore(root).fetch(address)


@pytest.mark.parametrize("place", ["model/model.onnx/store", "nowhere/store"])
def test_a_store_that_cannot_be_made_is_named(folder: Path, tmp_path: Path, place: str) -> None:
    """A volume that is not mounted is not made up for by an empty folder."""
    with pytest.raises(ArtifactError, match=f"The store {tmp_path / place} cannot be written: "):
        FolderStore(tmp_path / place).publish(folder)


def test_what_a_killed_publisher_left_goes_after_a_day(folder: Path, root: Path) -> None:
    """What another one writes right now stays."""
    for name in (".part-old", ".part-new"):
        (root / name).mkdir(parents=True)
    os.utime(root / ".part-old", (0, 0))
    address = FolderStore(root).publish(folder)
    assert published(root) == [".part-new", address]


def test_a_publisher_that_ends_meanwhile_stops_no_other(folder: Path, root: Path) -> None:
    """What was listed may be gone when its age is asked, as a link that leads nowhere is."""
    root.mkdir(parents=True)
    (root / ".part-gone").symlink_to("nowhere")
    assert FolderStore(root).publish(folder) in published(root)


def test_many_publish_one_model_at_once(folder: Path, root: Path) -> None:
    """Whoever finds it finds it whole; all get one address."""
    addresses: list[str] = []
    found: list[str] = []
    done = threading.Event()

    def look() -> None:
        store, address = FolderStore(root), sha256(folder / MANIFEST)
        while not done.is_set():
            if (root / address).exists():
                found.append(load(store.fetch(address)).manifest.version)

    def publish() -> None:
        addresses.extend(FolderStore(root).publish(folder) for _ in range(5))

    reader = threading.Thread(target=look)
    writers = [threading.Thread(target=publish) for _ in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    assert len(set(addresses)) == 1
    assert len(addresses) == 20
    assert published(root) == addresses[:1]
    assert set(found) <= {load(folder).manifest.version}
