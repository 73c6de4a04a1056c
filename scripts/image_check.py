"""Runs the built images against real servers: `python -m scripts.image_check`.

    sizes, user, what can be written -> migrate -> api, worker, sweep -> one mail -> stop

With Docker the root file system is read-only, as in the chart. Where there is no Docker, BUILDER
may name another program whose `run IMAGE COMMAND...` runs a command in an image, in this machine's
network.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

import psutil  # type: ignore[import-untyped]

from scripts.forward import forwarded
from service.local.places import remove
from service.local.servers import EmbeddedServers

SMOKE = Path(__file__).resolve().parent.parent / "helm" / "files" / "smoke.py"
PORT, METRICS, USER = 18080, 19100, 10001
LIMITS_MB = {"api": 300, "worker": 600}
WRITABLE = {"/tmp", "/var/tmp", "/run/lock"}  # noqa: S108  # as in Debian; the chart closes two of them


class CheckError(Exception):
    """What is wrong with an image, in a sentence."""


@dataclass(frozen=True, slots=True)
class Images:
    """How images are run, and the environment that their processes get."""

    builder: str
    prefix: str
    tag: str
    environment: Mapping[str, str]

    def command(self, image: str, *words: str, **extra: str) -> list[str]:
        """A command line that runs `words` in an image, without its entry point."""
        name, variables = f"{self.prefix}/{image}:{self.tag}", {**self.environment, **extra}
        builder = shlex.split(self.builder)
        if Path(builder[0]).name in {"docker", "podman"}:
            given = [word for k, v in variables.items() for word in ("--env", f"{k}={v}")]
            safe = ["--rm", "--network=host", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL"]
            return [builder[0], "run", *safe, *given, f"--entrypoint={words[0]}", name, *words[1:]]
        given = [f"{k}={v}" for k, v in variables.items()]
        return [*builder, "run", name, "env", *given, *words]

    def output(self, image: str, *words: str, **extra: str) -> str:
        """What a command prints in an image; CheckError if it fails."""
        done = subprocess.run(  # noqa: S603
            self.command(image, *words, **extra), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise CheckError(f"{image}: {shlex.join(words[:3])} failed:\n{done.stderr[-2000:]}")
        return done.stdout

    @contextmanager
    def running(self, image: str, command: str, ready: str, **extra: str) -> Iterator[None]:
        """One of the service's processes, from the moment it says that it is ready."""
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(  # noqa: S603
                self.command(image, "aiguilleur", command, **extra),
                stderr=log,
                start_new_session=True,
            )
            try:
                _await(lambda: f'"event": "{ready}"'.encode() in _said(log), process, log)
                yield
            finally:
                _stop(process)
            if b'"event": "stopped"' not in _said(log) and command != "api":
                raise CheckError(f"{command} did not end in good order:\n{_tail(log)}")


def _said(log: object) -> bytes:
    return os.pread(log.fileno(), 1 << 20, 0)  # type: ignore[attr-defined]


def _tail(log: object) -> str:
    return _said(log).decode(errors="replace")[-2000:]


def _await(done: Callable[[], bool], process: "subprocess.Popen[bytes]", log: object) -> None:
    ends = time.monotonic() + 90
    while not done():
        if process.poll() is not None or time.monotonic() > ends:
            raise CheckError(f"A process is not ready:\n{_tail(log)}")
        time.sleep(0.1)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        os.kill(_inmost(process.pid), signal.SIGTERM)
    try:
        process.wait(40)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def _inmost(pid: int) -> int:
    """The service's process, where it is below the builder's; else the builder's own."""
    for child in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # it may have ended since
            if child.name().startswith("python"):
                return int(child.pid)
    return pid


def check_contents(images: Images, image: str) -> None:
    """Size, user, places that can be written, and what must not be inside."""
    # what its user may not read is a few empty directories
    du = "du -sx --block-size=1000000 / 2>/dev/null || true"
    size = int(images.output(image, "sh", "-c", du).split()[0])
    _say(f"{image}: {size} MB, at most {LIMITS_MB[image]}")
    if size > LIMITS_MB[image]:
        raise CheckError(f"{image} has {size} MB.")
    if int(images.output(image, "id", "-u")) != USER:
        raise CheckError(f"{image} does not run as user {USER}.")
    find = "find / -xdev -writable -type d -not -path '/dev*' 2>/dev/null || true"
    writable = set(images.output(image, "sh", "-c", find).split())
    if not writable <= WRITABLE:
        raise CheckError(f"{image}: its user can write {sorted(writable - WRITABLE)}.")
    _absent(images, image, {"api": ["onnxruntime", "numpy", "torch"], "worker": ["torch"]}[image])


def _absent(images: Images, image: str, packages: Sequence[str]) -> None:
    code = f"import importlib.util as u; print(*filter(u.find_spec, {[*packages, 'pip']!r}))"
    if found := images.output(image, "python", "-c", code).strip():
        raise CheckError(f"{image} holds {found}, which it does not run.")


def check_processes(images: Images) -> None:
    """One mail goes through the processes of the images, which then end on SIGTERM."""
    images.output("api", "aiguilleur", "migrate")
    with ExitStack() as stack:
        for place, (image, command, ready) in enumerate(
            [("api", "api", "listening"), ("api", "sweep", "ready"), ("worker", "worker", "ready")]
        ):
            port = {"AIGUILLEUR_METRICS_PORT": str(METRICS + place)}
            stack.enter_context(images.running(image, command, ready, **port))
            kind = "api" if command == "api" else "loop"
            _ask_alive(images, image, kind, port)
            _say(f"{command}: {ready}, alive")
        url = f"http://127.0.0.1:{PORT}"
        _say(images.output("api", "python", "-c", SMOKE.read_text("utf-8"), API_URL=url).strip())
    _say("stopped in good order")


def _ask_alive(images: Images, image: str, kind: str, port: Mapping[str, str]) -> None:
    """As an engine asks: three times, for a process that has just begun to listen may be slow."""
    for left in (2, 1, 0):
        try:
            images.output(image, "python", "-m", "service.alive", kind, **port)
        except CheckError:
            if not left:
                raise
        else:
            return


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """The variables of a PostgreSQL and a Redis that live as long as this check."""
    folder = Path(tempfile.mkdtemp(prefix="aiguilleur-images-"))
    folder.chmod(0o711)
    try:
        with EmbeddedServers(folder, durable=False) as found, ExitStack() as stack:
            database, redis = urlsplit(found.database_url), urlsplit(found.redis_url)
            socket = f"{parse_qs(database.query)['host'][0]}/.s.PGSQL.5432"
            port = stack.enter_context(forwarded(socket))
            place = f"{database.netloc.rpartition('@')[0]}@127.0.0.1:{port}"
            url = urlunsplit((database.scheme, place, database.path, "", ""))
            port = stack.enter_context(forwarded(redis.path))
            yield {"DATABASE_URL": url, "REDIS_URL": f"redis://127.0.0.1:{port}/0"}
    finally:
        remove(folder)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


def main(argv: Sequence[str] | None = None) -> int:
    """0 if all is well, 1 after a sentence if not."""
    parser = argparse.ArgumentParser(prog="python -m scripts.image_check")
    parser.add_argument("--builder", default=os.environ.get("BUILDER", "docker build"))
    parser.add_argument("--prefix", default="aiguilleur", help="of the images' names")
    parser.add_argument("--tag", default="latest")
    arguments = parser.parse_args(argv)
    try:
        with servers() as urls:
            ports = {"AIGUILLEUR_HTTP_PORT": str(PORT)}
            images = Images(arguments.builder, arguments.prefix, arguments.tag, urls | ports)
            for image in LIMITS_MB:
                check_contents(images, image)
            check_processes(images)
    except CheckError as error:
        _say(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
