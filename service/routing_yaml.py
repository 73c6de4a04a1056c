"""The text of `routing.yaml`, and where in it a fault lies."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from marshmallow import ValidationError

from service.errors import StartupError

_TOO_DEEP = "nested too deeply"


@dataclass(frozen=True, slots=True)
class Source:
    """The file as read: its bytes as text, its values, and the nodes that know their lines."""

    path: Path
    text: str
    data: Any
    node: yaml.Node | None

    def refusal(self, error: ValidationError) -> StartupError:
        """One sentence for all that is wrong, each fault with its line and the path of its key."""
        faults = [
            f"line {self._line(where)}: {'.'.join(map(str, where)) or 'file'}: {text}"
            for where, text in _leaves(error.messages, ())
        ]
        return StartupError(f"{self.path} is wrong: " + "; ".join(faults))

    def _line(self, where: tuple[Any, ...]) -> int:
        """The line of the deepest node on the path that exists, counted from 1."""
        node = self.node
        line = 1 if node is None else node.start_mark.line + 1
        for step in where:
            child = _child(node, step)
            if child is None:
                break
            line, node = child[0].start_mark.line + 1, child[1]
        return line


def read(path: Path) -> Source:
    """Read the file.

    Raises:
        StartupError: it cannot be read, is not YAML or has a key twice; with the line.

    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StartupError(f"ROUTING_PATH {path} cannot be read: {error.strerror}") from error
    try:
        text = raw.decode("utf-8")
        node = yaml.compose(text, Loader=_Loader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506  # a SafeLoader
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise _not_yaml(path, line, "not UTF-8") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _not_yaml(
            path, line, f"a character that may not stand there: {error.reason}"
        ) from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "unreadable"
        raise _not_yaml(path, mark.line + 1 if mark else 1, problem) from error
    except RecursionError as error:
        raise _not_yaml(path, 1, _TOO_DEEP) from error
    for key in _repeated(node):
        line = key.start_mark.line + 1
        raise StartupError(
            f"{path} is wrong: line {line}: {key.value}: stands there twice; keep one of them"
        )
    return Source(path, text, data, node)


class _Loader(yaml.SafeLoader):
    """YAML's plain values; a value that Python cannot make (such as 2026-02-30) has its line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(
                None, None, str(error), node.start_mark
            ) from error


def _not_yaml(path: Path, line: int, problem: str) -> StartupError:
    return StartupError(f"{path} is not YAML: line {line}: {' '.join(problem.split())}")


def _repeated(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """Keys that stand in their mapping before already; YAML itself would keep the last."""
    seen: set[int] = set()  # a node may hold itself, by an alias
    left = [root]
    while left:
        node = left.pop()
        if node is None or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            left += [value for _, value in reversed(node.value)]
            yield from _twice(key for key, _ in node.value)
        elif isinstance(node, yaml.SequenceNode):
            left += reversed(node.value)


def _twice(keys: Iterator[yaml.Node]) -> Iterator[yaml.Node]:
    known: set[tuple[str, str]] = set()
    for key in keys:
        name = (key.tag, str(key.value))
        if name in known:
            yield key
        known.add(name)


def _leaves(messages: Any, where: tuple[Any, ...]) -> list[tuple[tuple[Any, ...], str]]:
    if isinstance(messages, dict):
        # marshmallow puts the faults of a mapping's entry below "key" or "value"
        return [
            leaf
            for key, below in messages.items()
            for leaf in _leaves(
                below, where if key in ("key", "value", "_schema") else (*where, key)
            )
        ]
    return [(where, " ".join(map(str, messages)).rstrip("."))]


def _child(node: yaml.Node | None, step: Any) -> tuple[yaml.Node, yaml.Node] | None:
    """The node that a step leads to, with the one (its key) whose line names it."""
    if isinstance(node, yaml.MappingNode):
        return next(((k, v) for k, v in node.value if k.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step], node.value[step]
    return None
