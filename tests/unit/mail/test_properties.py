"""What holds for every message there can be."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.fingerprint import fingerprint
from mail.html import html_text
from mail.parse import from_fields, parse
from mail.segment import segment
from mail.text import MODEL_CHARS, model_input
from tests.unit.mail.invariants import assert_sound, assert_storable
from tests.unit.mail.strategies import fields, raw_messages, texts

PIECES = [
    *(
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "</b>",
        "<a href=x>",
        "<font color=white>",
        "</font>",
    ),
    *("<div style='display:none'>", "<blockquote>", "<pre>", "<ul><li>", "</ul>", "<svg>", "<td>"),
    *(
        "<object>",
        "<tr>",
        "<h1>",
        "</h2>",
        "<!-- x -->",
        "<br>",
        "x",
        "a < b",
        "&amp;",
        "<span hidden>",
    ),
]

common = settings(
    deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


def assert_readable(raw: bytes) -> None:
    """The whole way from bytes to model input holds its promises."""
    email = parse(raw)
    assert_sound(email)
    read = model_input(email)
    assert_storable(read)
    assert len(read) <= MODEL_CHARS
    assert len(fingerprint(raw)) == 32


@settings(common, max_examples=1500)
@given(raw_messages)
def test_any_bytes_are_read(raw: bytes) -> None:
    """No bytes raise, and what comes out is sound."""
    assert_readable(raw)


@settings(common, max_examples=500)
@given(fields)
def test_any_fields_are_read(given_fields: dict[str, object]) -> None:
    """No mapping raises, whatever its values are."""
    assert_sound(from_fields(given_fields))


@settings(common, max_examples=1500)
@given(texts)
def test_segments_cover_any_text(text: str) -> None:
    """Every character is in exactly one segment, in order, and messages count from zero."""
    found = segment(text)
    assert "".join(text[part.start : part.end] for part in found.segments) == text
    assert all(part.start < part.end and part.message >= 0 for part in found.segments)


@settings(common, max_examples=1000)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_a_balanced_page_goes_on_after_any_mixture(pieces: list[str]) -> None:
    """Whatever a cell holds, the next cell is read, and no quotation outlives its cell."""
    page = f"<table><tr><td>{''.join(pieces)}</td></tr></table><p>Bonjour</p>"
    assert html_text(page).split("\n")[-1] == "Bonjour"


@settings(common, max_examples=300)
@given(texts)
def test_quoting_everything_moves_it_one_message_back(text: str) -> None:
    """A reply that quotes a text says only what is new."""
    quoted = "\n".join(f"> {line}" for line in text.split("\n"))
    attribution = "Le 5 mars 2024 à 10:20, Jean <jean@exemple.fr> a écrit :"
    assert segment(f"Entendu\n\n{attribution}\n{quoted}").whole(0) == "Entendu"


@settings(common, max_examples=300)
@given(raw_messages)
def test_reading_twice_gives_the_same(raw: bytes) -> None:
    """Parsing is a function of the bytes alone."""
    assert parse(raw) == parse(raw)


@settings(common, max_examples=300)
@given(raw_messages, st.sampled_from([b"Received: x\r\n", b"ARC-Seal: y\r\n z\r\n"]))
def test_a_hop_leaves_the_fingerprint(raw: bytes, trace: bytes) -> None:
    """Any message keeps its fingerprint when one more server stamps it."""
    mail = b"Subject: x\r\n" + raw
    assert fingerprint(trace + mail) == fingerprint(mail)


@pytest.mark.full
@pytest.mark.timeout(3600)
@settings(common, max_examples=100_000)
@given(raw_messages)
def test_a_hundred_thousand_inputs_are_read(raw: bytes) -> None:
    """The long run of the first property."""
    assert_readable(raw)
