"""Data flows one way: the import arrows of the design, read from the code itself."""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from service.errors import ServiceError

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("mail", "model", "service")

# What each part of the service may import of the service; a name stands for all below it.
COMMON = {"service", "service.errors", "service.log", "service.config", "service.domain"}
MAY_IMPORT = {
    "service.domain": {"service.domain"},
    "service.store": COMMON | {"service.store"},
    "service.jobs": {"service", "service.log"},
    "service.metrics": {"service.metrics"},
    "service.flow": COMMON | {"service.flow", "service.store", "service.jobs", "service.metrics"},
    "service.api": COMMON | {"service.api", "service.flow", "service.store", "service.jobs"},
    "service.console": COMMON | {"service.console", "service.flow", "service.store"},
    "service.tasks": set(),
    "service.outbound": COMMON | {"service.outbound", "service.store", "service.metrics_port"},
    "service.webhooks": COMMON | {"service.webhooks", "service.outbound", "service.store"},
    "service.post": {"service.post"},  # a client: it knows the API alone
    "service.reinject": COMMON
    | {"service.reinject", "service.outbound", "service.store", "service.routing_file"},
    "service.kit": COMMON | {"service.kit", "service.routing_file"},
    "service.lmtp": COMMON
    | {"service.lmtp", "service.flow", "service.store", "service.jobs"}
    | {"service.routing_file", "service.metrics_port"},
}


@cache
def modules() -> dict[str, Path]:
    """Every module of the three packages by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imports(module: str) -> frozenset[str]:
    """The project's modules that a module imports anywhere, inside functions too."""
    found = set()
    for node in ast.walk(ast.parse(modules()[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {
                name if (name := f"{node.module}.{alias.name}") in modules() else node.module
                for alias in node.names
            }
    return frozenset(name for name in found if name in modules() and name != module)


def inside(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


def test_packages_import_downwards_only() -> None:
    """The service imports the model, which imports mail; never back."""
    order = {"mail": 0, "model": 1, "service": 2}
    wrong = [
        f"{module} -> {other}"
        for module in modules()
        for other in imports(module)
        if order[other.split(".")[0]] > order[module.split(".")[0]]
    ]
    assert wrong == []


@pytest.mark.parametrize("place", sorted(MAY_IMPORT))
def test_parts_of_the_service_keep_to_their_arrows(place: str) -> None:
    """A part imports only what the design lets it import."""
    wrong = [
        f"{module} -> {other}"
        for module in modules()
        if inside(module, place)
        for other in imports(module)
        if other.startswith("service")
        and not (other == "service" and "service" in MAY_IMPORT[place])
        and not any(inside(other, allowed) for allowed in MAY_IMPORT[place] - {"service"})
    ]
    assert wrong == []


def test_there_is_no_import_cycle() -> None:
    """Not even one that hides inside a function."""
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, f"cycle: {' -> '.join((*path[path.index(module) :], module))}"
        if module not in done:
            for other in sorted(imports(module)):
                visit(other, (*path, module))
            done.add(module)

    for module in sorted(modules()):
        visit(module, ())


@pytest.mark.parametrize(
    ("module", "banned"),
    [
        ("service.wsgi_parts", {"torch", "transformers", "onnxruntime", "tokenizers"}),
        ("model.inference", {"torch", "transformers", "sklearn"}),
        ("service.worker", {"torch", "transformers", "sklearn"}),
        ("model.training.own", {"torch", "transformers", "onnx"}),
        ("service.domain.routing", {"flask", "redis", "rq", "sqlalchemy", "torch"}),
        ("service.domain.types", {"flask", "redis", "rq", "sqlalchemy", "torch"}),
        ("mail.parse", {"flask", "redis", "sqlalchemy", "numpy", "torch"}),
    ],
)
def test_importing_a_part_does_not_load(module: str, banned: set[str]) -> None:
    """Neither the API nor a serving worker loads torch; the pure parts load no server's client."""
    name = module.replace("service.wsgi_parts", "service.compose, service.api.app")
    code = f"import {name}, sys; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert banned & {name.split(".")[0] for name in loaded.stdout.split()} == set()


def test_nothing_is_pickled() -> None:
    """No module of ours imports pickle or a library that loads it from files."""
    banned = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    wrong = []
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            wrong += [f"{module}: {n}" for n in names if n.split(".")[0] in banned]
    assert wrong == []


def test_every_error_that_the_service_answers_with_has_a_test() -> None:
    """Its code is asserted somewhere that talks to the running service."""
    tests = [p.read_text(encoding="utf-8") for p in (ROOT / "tests/integration").glob("test_*.py")]
    codes = {error.code for error in (ServiceError, *kinds_of(ServiceError))}
    assert {code for code in codes if not any(f'"{code}"' in test for test in tests)} == set()


def kinds_of(error: type[ServiceError]) -> list[type[ServiceError]]:
    return [kind for child in error.__subclasses__() for kind in (child, *kinds_of(child))]
