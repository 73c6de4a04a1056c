"""What can be known to be wrong before anything is started."""

from model.artifact import ArtifactError, read_manifest
from service import config
from service.domain.routing import Routing
from service.errors import StartupError
from service.routing_file import load, require_categories


def checked() -> Routing:
    """The routing, once the settings, the routing and the model are found to fit each other.

    Raises:
        StartupError: a sentence naming the variable, the file or the folder.

    """
    settings = config.from_environment(own_servers=True)
    routing = load(settings.routing_path)
    try:
        labels = read_manifest(settings.model_path).labels
    except ArtifactError as error:
        raise StartupError(f"MODEL_PATH {settings.model_path}: {error}") from error
    require_categories(routing, settings.routing_path, labels, settings.model_path)
    return routing
