"""Registered models and their versions, as MLflow has them."""

from collections.abc import Collection, Mapping
from typing import Any

from model.mlflow.server import MISSING, MlflowError, Server
from model.mlflow.types import ADDRESS_TAG, VERSION_TAG, Reference, Version

_MOST_PAGES = 100
_A_PAGE = "200"


def find(server: Server, wanted: Reference) -> Version:
    """The version that is meant.

    Raises:
        MlflowError: there is none.

    """
    if wanted.alias:
        found = server.ask("registered-models/alias", name=wanted.name, alias=wanted.alias)
        number = str(found["model_version"]["version"])
    elif wanted.number:
        number = wanted.number
    else:
        newest = max(versions(server, wanted.name), key=lambda x: int(x.number), default=None)
        if newest is None:
            raise MlflowError(f"MLflow has no version of a model {wanted.name!r}.")
        number = newest.number
    found = server.ask("model-versions/get", name=wanted.name, version=number)
    return _version(server, found["model_version"])


def versions(server: Server, name: str) -> list[Version]:
    """All versions of a registered model; aliases are those the search tells."""
    quoted, token, found = name.replace("'", "''"), "", []
    for _ in range(_MOST_PAGES):
        page = server.ask(
            "model-versions/search",
            filter=f"name='{quoted}'",
            max_results=_A_PAGE,
            **({"page_token": token} if token else {}),
        )
        found += [_plain(x) for x in page.get("model_versions", ())]
        token = page.get("next_page_token", "")
        if not token:
            break
    return found


def ensure(server: Server, name: str) -> None:
    """Make the registered model where there is none."""
    try:
        server.ask("registered-models/get", name=name)
    except MlflowError as error:
        if error.code != MISSING:
            raise
        server.tell("registered-models/create", name=name)


def align(
    server: Server, version: Version, aliases: Collection[str], known: Collection[str]
) -> None:
    """Give a version those aliases, and take from it those of `known` that it shall not have."""
    place = {"name": version.name}
    for alias in aliases:
        server.tell("registered-models/alias", **place, alias=alias, version=version.number)
    for alias in (set(version.aliases) & set(known)) - set(aliases):
        server.tell("registered-models/alias", "DELETE", **place, alias=alias)


def _version(server: Server, raw: Mapping[str, Any]) -> Version:
    """With the aliases of the registered model, which are the ones that count."""
    model = server.ask("registered-models/get", name=str(raw["name"]))["registered_model"]
    held = [x["alias"] for x in model.get("aliases", ()) if x["version"] == raw["version"]]
    return _plain({**raw, "aliases": held})


def _plain(raw: Mapping[str, Any]) -> Version:
    tags = {x["key"]: x["value"] for x in raw.get("tags", ())}
    return Version(
        str(raw["name"]),
        str(raw["version"]),
        tags.get(VERSION_TAG, ""),
        tags.get(ADDRESS_TAG, ""),
        tuple(map(str, raw.get("aliases", ()))),
    )
