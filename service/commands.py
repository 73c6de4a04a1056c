"""The long-running processes, one function each: build from settings, run until stopped."""

import os
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import FrameType

from model.types import Classifier
from service import compose, log, metrics_files, metrics_port, progress
from service.config import Settings
from service.errors import ServiceError, StartupError
from service.flow.shadow import Shadow
from service.store.migrate import require_served
from service.watchdog import watched

# Below every process that a mail waits for; and how often it looks where there is nothing to do.
_SHADOW_NICENESS, _SHADOW_SECONDS = 19, 1.0

_log = log.get("service")


def api(settings: Settings) -> int:
    """Become gunicorn (`exec`), so that signals reach it directly."""
    parts = compose.api_parts(settings)
    require_served(parts.engine)
    parts.engine.dispose()
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics_files.make())
    command = [sys.executable, "-m", "gunicorn", "-c", "python:service.gunicorn_conf"]
    os.execv(sys.executable, [*command, "service.wsgi:app"])  # noqa: S606  # no shell is wanted


def worker(settings: Settings) -> int:
    """Load the model, then decide mail until SIGTERM."""
    # here, because only a worker needs what this pulls in
    from model.artifact import ArtifactError  # noqa: PLC0415

    try:
        made = compose.worker(settings, classifier_loader(settings))
    except ArtifactError as error:
        raise StartupError(f"MODEL_PATH {settings.model_path}: {error}") from error
    progress.expose()
    with metrics_port.serving(settings):
        made.run(lambda: _log.info("ready"))
    _log.info("stopped")
    return 0


def classifier_loader(settings: Settings) -> Callable[[Path], Classifier]:
    """Loads the model into the engine that was chosen; no other is imported."""
    if settings.engine == "onnx":
        from model.inference import load_classifier  # noqa: PLC0415

        return load_classifier
    try:
        from model import torch_engine  # noqa: PLC0415
    except ImportError as error:
        raise StartupError(
            f"AIGUILLEUR_ENGINE=torch needs {error.name}, which is not installed: "
            "pip install -r requirements/training.txt"
        ) from error
    device, tokens = settings.torch_device, settings.torch_batch_tokens
    return lambda path: torch_engine.load_classifier(path, device, tokens)


def sweep(settings: Settings) -> int:
    """Sweep until SIGTERM."""
    stop = stop_event()
    progress.expose()
    counting = compose.counting(settings)
    with compose.sweeper(settings) as sweeper, metrics_port.serving(settings):
        _log.info("ready")
        while not stop.wait(settings.sweep_seconds):
            progress.mark()
            try:
                if sweeper.sweep().held:
                    counting.step()
            except ServiceError as error:
                _log.warning("sweep_failed", error=error.code)
        counting.stop()
    _log.info("stopped")
    return 0


def shadow(settings: Settings) -> int:
    """Let the challenger of a shadow trial predict decided mail until SIGTERM."""
    os.nice(_SHADOW_NICENESS)
    stop = stop_event()
    made = compose.shadow(settings, classifier_loader(settings))
    progress.expose()
    with metrics_port.serving(settings):
        _log.info("ready")
        while not stop.is_set():
            progress.mark()
            if not _shadow_step(made, settings.stuck_seconds):
                stop.wait(_SHADOW_SECONDS)
    _log.info("stopped")
    return 0


def _shadow_step(made: Shadow, stuck_seconds: float) -> bool:
    try:
        with watched(stuck_seconds):
            return made.step()
    except ServiceError as error:
        _log.warning("shadow_waits", error=error.code)
        return False


def schedule(settings: Settings) -> int:
    """Ask whether to retrain whenever it is time, until SIGTERM.

    Raises:
        StartupError: there is no schedule, or nowhere to put a model.

    """
    from service.schedule import Schedule  # noqa: PLC0415  # no other process needs RQ's cron

    if not settings.retrain_schedule:
        raise StartupError(
            "AIGUILLEUR_RETRAIN_SCHEDULE is missing: say when, as cron does, such as 0 3 * * *"
        )
    if not settings.model_store:
        raise StartupError(
            "AIGUILLEUR_RETRAIN_SCHEDULE needs AIGUILLEUR_MODEL_STORE: the folder or the bucket "
            "that a candidate is added to"
        )
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()
        raise SystemExit(0)  # a retraining at work ends with this process, and is gone on with

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    with metrics_port.serving(settings), suppress(SystemExit):
        _log.info("ready")
        Schedule(settings.redis_url, settings.retrain_schedule).run(stop)
    _log.info("stopped")
    return 0


def stop_event() -> threading.Event:
    """Set by SIGTERM and SIGINT."""
    stop = threading.Event()

    def on_signal(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    return stop
