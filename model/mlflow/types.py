"""What is pushed, and what a registered model is called there."""

import re
from dataclasses import dataclass

from model.artifact import ArtifactError

# Tags of a model version: by them a model is found again, and every byte of it known.
VERSION_TAG, ADDRESS_TAG = "aiguilleur.version", "aiguilleur.manifest_sha256"
FOLDER = "model"  # of a run's artifacts
_REFERENCE = re.compile(r"([^@/:]{1,200})(?:@([\w-]{1,100})|/(\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class Reference:
    """NAME, NAME@ALIAS or NAME/NUMBER; with neither, the newest version is meant."""

    name: str
    alias: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a registered model: its number there, and what its tags and aliases say."""

    name: str
    number: str
    version: str
    address: str
    aliases: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.name}/{self.number}"


def reference(text: str) -> Reference:
    """A reference as people type it.

    Raises:
        ArtifactError: it is none.

    """
    found = _REFERENCE.fullmatch(text.strip())
    if not found:
        raise ArtifactError(
            f"{text!r} names no model of MLflow: give NAME, NAME@champion or NAME/3."
        )
    return Reference(found[1], found[2] or "", found[3] or "")


def model_name(text: str) -> str:
    """The name of a registered model.

    Raises:
        ArtifactError: it is none, or says which version as well.

    """
    found = reference(text)
    if found.alias or found.number:
        raise ArtifactError(f"{text!r} names a version: give the name of the registered model.")
    return found.name
