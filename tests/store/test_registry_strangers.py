"""Models that somebody else made, or changed: what is not what it says does not come in."""

from pathlib import Path

import orjson
import pytest
from sqlalchemy import Engine, text

from model.artifact import MANIFEST, ArtifactError
from model.artifact_store import FolderStore
from service.domain.items import Actor
from service.domain.models import Refused
from service.flow.registry import Registry
from tests.support.fake_classifier import LABELS
from tests.support.model_folders import model_folder

OPERATOR = Actor("", "operator", "anna")


@pytest.fixture
def registry(database: Engine, tmp_path: Path) -> Registry:
    """Over empty tables and an empty store."""
    with database.begin() as connection:
        connection.execute(text("TRUNCATE models, model_changes"))
    return Registry(database, FolderStore(tmp_path / "store"), LABELS)


@pytest.mark.parametrize("named", ["another's", "champion", "../x", "x\u001b[2J"])
def test_a_version_stands_for_its_files(registry: Registry, tmp_path: Path, named: str) -> None:
    """A manifest that says otherwise, whoever wrote it, is that of no model that we know."""
    from_hand = tmp_path / "b"
    version = model_folder(tmp_path / "a", 1) if named == "another's" else named
    model_folder(from_hand, 2)
    manifest = orjson.loads((from_hand / MANIFEST).read_bytes())
    (from_hand / MANIFEST).write_bytes(orjson.dumps(manifest | {"version": version}))
    with pytest.raises((Refused, ArtifactError), match=r"are those of another|of one line"):
        registry.add(from_hand, OPERATOR, "")
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("where", [{"profile": {"a": "\0"}}, {"metrics": {"a\0": 1}}])
def test_a_text_that_cannot_be_kept_is_told(
    registry: Registry, tmp_path: Path, where: dict[str, object]
) -> None:
    """In a sentence, whoever wrote it."""
    model_folder(tmp_path / "m")
    manifest = orjson.loads((tmp_path / "m" / MANIFEST).read_bytes())
    (tmp_path / "m" / MANIFEST).write_bytes(orjson.dumps(manifest | where))
    with pytest.raises(Refused, match="such as NUL: pack the model anew"):
        registry.add(tmp_path / "m", OPERATOR, "")
