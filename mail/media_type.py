"""``Content-Type`` and ``Content-Disposition``: a value and its parameters, RFC 2231 included."""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from mail.charset import decode
from mail.encoded_word import raw_text, value_text

_VALUE_BYTES = 8 * 1024
_TOKEN = re.compile(r"[^\s;,]+")
_TYPE = re.compile(r"[a-z0-9!#$&*^_.+-]{1,100}/[a-z0-9!#$&*^_.+-]{1,100}")
_PARAMETER = re.compile(
    r"[;\s]([^\s=;*\"]{1,60})(?:\*(\d{1,3}))?(\*?)[ \t]*=[ \t]*"
    r"(\"(?:[^\"\\]|\\.)*\"?|[^;\s]*(?:[ \t]+[^;=\s]+(?=;|$))*)"
)
_PARAMETERS = 100
_GUESSED = 2  # parameters of unknown charset that are worth a guess: the file's name, not all 100


@dataclass(frozen=True, slots=True)
class MediaType:
    """A lower-case value such as ``text/html`` or ``attachment``, and its parameters by name."""

    value: str
    parameters: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The parameter ``name``, or an empty string."""
        return self.parameters.get(name, "")


_NOTHING = MediaType("")


def content_type(value: bytes, default: str = "text/plain") -> MediaType:
    """The media type a part declares, or ``default`` where it declares none that can be read."""
    parsed = disposition(value)
    if parsed.value == "text":
        return MediaType("text/plain", parsed.parameters)
    return parsed if _TYPE.fullmatch(parsed.value) else MediaType(default, parsed.parameters)


def disposition(value: bytes) -> MediaType:
    """The value before the first semicolon, and every parameter after it."""
    if not value:
        return _NOTHING
    text = raw_text(value[:_VALUE_BYTES])
    token = _TOKEN.match(text.lstrip())
    return MediaType(token[0].lower() if token else "", _parameters(text) if ";" in text else {})


def _parameters(text: str) -> dict[str, str]:
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for number, match in enumerate(_PARAMETER.finditer(text)):
        if number == _PARAMETERS:
            break
        name, value = match[1].lower(), _unquoted(match[4])
        if match[2] is None and not match[3]:
            plain.setdefault(name, _text(value, guess=number < _GUESSED))
        else:
            section = pieces.setdefault(name, {})
            section.setdefault(int(match[2] or 0), (value, bool(match[3])))
    joined = (_joined(section, number < _GUESSED) for number, section in enumerate(pieces.values()))
    return plain | dict(zip(pieces, joined, strict=True))


def _text(value: str, *, guess: bool) -> str:
    return value_text(value.encode("utf-8", "surrogateescape"), guess=guess)


def _unquoted(value: str) -> str:
    if not value.startswith('"'):
        return value.strip()
    return re.sub(r"\\(.)", r"\1", value[1:].removesuffix('"'))


def _joined(section: dict[int, tuple[str, bool]], guess: bool) -> str:
    """RFC 2231 continuations in their order; the first extended one names the charset."""
    charset, data = None, b""
    for number in sorted(section):
        value, extended = section[number]
        if extended and number == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        raw = value.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if extended else raw
    return decode(data, charset or None, guess=guess)[0]
