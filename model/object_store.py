"""A store of models in a bucket: an object for each file, under its model's address.

publish: folder -> verified -> objects, the manifest last
fetch: manifest -> the files it names -> verified -> kept in a folder of this machine, served there

Region, endpoint and credentials come from the environment as the AWS tools have it
(AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_WEB_IDENTITY_TOKEN_FILE, ...); needs
requirements/bucket.txt.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import obstore
from obstore.exceptions import BaseError
from obstore.store import from_url

from model.artifact import LABELS, MANIFEST, ArtifactError, load, read_manifest, sha256
from model.artifact_store import FolderStore, checked

# Without TLS only where the endpoint says so: what comes is verified by its hash.
_PATIENCE = {"connect_timeout": "5s", "timeout": "60s", "allow_http": True}
_RETRIES = {"max_retries": 3, "retry_timeout": timedelta(seconds=30)}
_LONGEST_REASON = 300
_KEPT = 4  # models in the folder of this machine


class BucketStore:
    """`where` is s3://bucket/prefix; `cache` a folder of this machine, made if missing.

    An object appears whole or not at all, and an address without a manifest is no model.
    """

    def __init__(self, where: str, cache: Path) -> None:
        self._where = where
        self._root = cache
        self._cache = FolderStore(cache)
        with self._asking("used"):
            self._objects = from_url(where, client_options=_PATIENCE, retry_config=_RETRIES)

    def publish(self, folder: Path) -> str:
        """See `ArtifactStore`."""
        files = load(folder).manifest.files
        address = sha256(folder / MANIFEST)
        with self._asking("written"):
            for name in (*files, MANIFEST):
                obstore.put(self._objects, f"{address}/{name}", folder / name)
        return address

    def fetch(self, address: str) -> Path:
        """See `ArtifactStore`; what was fetched whole before is not asked for again."""
        folder = self._root / checked(address)
        try:
            load(self._cache.fetch(address))
        except ArtifactError:
            shutil.rmtree(folder, ignore_errors=True)
            self._bring(address)
        os.utime(folder)
        return folder

    def _bring(self, address: str) -> None:
        self._make_room()
        with tempfile.TemporaryDirectory() as place:
            part = Path(place)
            self._download(address, part, MANIFEST)
            if sha256(part / MANIFEST) != address:
                raise ArtifactError(
                    f"{self._where}/{address}/{MANIFEST} is not what was published."
                )
            self._download(address, part, LABELS)
            for name in read_manifest(part).files:
                self._download(address, part, name)
            self._cache.publish(part)

    def _make_room(self) -> None:
        """Forget the models that nobody asked for the longest; whoever loads one has it newest."""
        kept = [path for path in self._root.glob("*") if not path.name.startswith(".")]
        for old in sorted(kept, key=_used)[: -(_KEPT - 1)]:
            shutil.rmtree(old, ignore_errors=True)

    def _download(self, address: str, part: Path, name: str) -> None:
        with self._asking("read"), (part / name).open("wb") as file:
            for chunk in obstore.get(self._objects, f"{address}/{name}").stream():
                file.write(chunk)

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as error:
            reason = " ".join(str(error).partition("Debug source")[0].split())[:_LONGEST_REASON]
            raise ArtifactError(f"The store {self._where} cannot be {what}: {reason}.") from error


def _used(folder: Path) -> float:
    return folder.stat().st_mtime
