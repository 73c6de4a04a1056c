"""Every pattern is tried on the examples it carries."""

import importlib
import pkgutil

import pytest

import mail
from mail.pattern import Pattern, pattern


def carried() -> dict[str, Pattern]:
    """Every pattern of the package, tuples of patterns included, by module and name."""
    found: dict[str, Pattern] = {}
    for module in pkgutil.iter_modules(mail.__path__, "mail."):
        for value in vars(importlib.import_module(module.name)).values():
            group = value if isinstance(value, tuple) else (value,)
            found |= {item.name: item for item in group if isinstance(item, Pattern)}
    return found


@pytest.mark.parametrize("example", carried().values(), ids=carried().keys())
def test_examples(example: Pattern) -> None:
    """It matches what it says it matches and spares what it says it spares."""
    assert [text for text in example.matches if not example.found_in(text)] == []
    assert [text for text in example.spares if example.found_in(text)] == []


def test_a_pattern_without_examples_is_refused() -> None:
    """Nobody can add a pattern without saying what it is for."""
    with pytest.raises(ValueError, match="no examples"):
        pattern("bare", "x", matches=("x",), spares=())
