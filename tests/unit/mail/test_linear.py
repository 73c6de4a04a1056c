"""Twice the input costs at most about twice the work, counted in calls; then in seconds."""

import subprocess
import sys
from collections.abc import Callable
from types import FrameType

import pytest

from mail.html import html_text
from mail.parse import parse
from mail.segment import segment
from tests.unit.mail.adversarial import LINES, PAGES, RAW, page_of, raw_of, text_of


def work(function: Callable[[], object]) -> int:
    """How many calls and lines of Python a function runs."""
    count = 0

    def trace(_frame: FrameType, _event: str, _argument: object) -> Callable[..., object]:
        nonlocal count
        count += 1
        return trace

    sys.settrace(trace)
    try:
        function()
    finally:
        sys.settrace(None)
    return count


def assert_linear(run: Callable[[int], object], times: int = 300) -> None:
    """Four times the input costs at most five times the work."""
    small, large = work(lambda: run(times)), work(lambda: run(4 * times))
    assert large <= 5 * small


@pytest.mark.parametrize("name", LINES)
def test_segmenting_is_linear(name: str) -> None:
    """In the number of lines, whatever they pretend to be."""
    assert_linear(lambda times: segment(text_of(name, times)).main)


@pytest.mark.parametrize("name", RAW)
def test_parsing_is_linear(name: str) -> None:
    """In the bytes of headers and of structure."""
    assert_linear(lambda times: parse(raw_of(name, times)))


@pytest.mark.parametrize("name", PAGES)
def test_reading_html_is_linear(name: str) -> None:
    """In the length of the page."""
    assert_linear(lambda times: html_text(page_of(name, times)))


def test_no_input_burns_the_processor() -> None:
    """Counting calls does not see time within a regular expression or a library: a limit does."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.unit.mail.reading_all"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1:] == ["all"], done.stderr
