"""A service that `aiguilleur new` made: `up DIR` runs what is in that folder."""

import os
from pathlib import Path

from model.artifact import MANIFEST
from service.errors import StartupError

_DATA = "AIGUILLEUR_DATA_DIR"


def enter(folder: Path) -> None:
    """Let the environment name the folder's routing, model and store, whatever it named before.

    The data directory lies in the folder, too, unless the environment says otherwise.

    Raises:
        StartupError: the folder holds no service.

    """
    place = folder.absolute()
    model, routing = place / "model", place / "routing.yaml"
    for needed in (routing, model / MANIFEST):
        if not needed.is_file():
            raise StartupError(
                f"{folder} holds no service, {needed} is missing: "
                f"`aiguilleur new {folder} --data mails.csv` makes one where nothing is yet."
            )
    os.environ["ROUTING_PATH"], os.environ["MODEL_PATH"] = str(routing), str(model)
    os.environ["AIGUILLEUR_MODEL_STORE"] = str(place / "models")
    for name in ("ROUTING_PATH", "MODEL_PATH", "AIGUILLEUR_MODEL_STORE"):
        os.environ.pop(f"{name}_FILE", None)
    if not os.environ.get(_DATA, "").strip():
        os.environ[_DATA] = str(place / ".aiguilleur")
