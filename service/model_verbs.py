"""What the verbs of `aiguilleur model` have in common."""

import argparse
from collections.abc import Callable
from pathlib import Path

from model.artifact import ArtifactError, read_manifest
from model.artifact_store import ArtifactStore
from model.stores import open_store
from service import routing_file
from service.config import Settings
from service.domain.models import Refused
from service.errors import StartupError
from service.flow.registry import Registry
from service.store.engine import make_engine

VERSION = "a version, champion or challenger"
_LONGEST_REASON = 1000

Do = Callable[[Settings, argparse.Namespace], int]


def verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, text: str, do: Do
) -> argparse.ArgumentParser:
    """Add a verb; what refuses it says so to the operator."""
    parser = verbs.add_parser(name, help=text, description=text)
    parser.add_argument("--json", action="store_true", help="one JSON value instead of text")
    parser.set_defaults(run=_refusing(do), own_settings=False)
    return parser


def reason(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """Add `--reason`."""
    text = "kept with your name, for ever"
    parser.add_argument("--reason", type=_sentence, required=required, default="", help=text)


def opened_store(settings: Settings) -> ArtifactStore:
    """The registry's store of models.

    Raises:
        StartupError: none is named.
        ArtifactError: it cannot be opened.

    """
    if not settings.model_store:
        raise StartupError(
            "AIGUILLEUR_MODEL_STORE is not set: name the folder or the bucket that keeps the "
            "registry's models, the same for this command and for the workers."
        )
    return open_store(settings.model_store, settings.model_cache)


def opened_registry(settings: Settings) -> Registry:
    """The registry over that store, by the categories of the routing.

    Raises:
        StartupError, ArtifactError: as above, or the routing is wrong.

    """
    store = opened_store(settings)
    categories = routing_file.load(settings.routing_path).categories
    return Registry(make_engine(settings.database_url), store, categories.keys())


def own_version(settings: Settings) -> str | None:
    """The version of the model of MODEL_PATH; None where nobody can tell."""
    try:
        return read_manifest(settings.model_path).version
    except ArtifactError:
        return None


def is_tried(folder: Path) -> bool:
    """Whether the model answers here; False where no engine is installed that could ask it.

    Raises:
        ArtifactError: it cannot answer: it is refused before workers meet it.

    """
    try:
        from model.inference import load_classifier  # noqa: PLC0415  # the API's image has no engine
    except ImportError:
        return False
    load_classifier(folder)
    return True


def _sentence(given: str) -> str:
    if len(given) > _LONGEST_REASON:
        raise argparse.ArgumentTypeError(f"must have {_LONGEST_REASON} characters at most")
    return given


def _refusing(do: Do) -> Do:
    def run(settings: Settings, arguments: argparse.Namespace) -> int:
        try:
            return do(settings, arguments)
        except (Refused, ArtifactError) as error:
            raise StartupError(str(error)) from error

    return run
