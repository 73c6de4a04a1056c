"""From a posted item to a `Submission` or a `Rejection`: checks that need no database."""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError

from mail.fingerprint import fingerprint
from service.api.problems import field_errors
from service.api.request_schemas import FieldsEmail, RawEmail
from service.api.shape import oversized
from service.domain import callbacks
from service.domain.duplicates import raw_key
from service.domain.types import Kind, Principal, Priority, Rejection, Submission

_RAW, _FIELDS = RawEmail(), FieldsEmail()
_OPTIONS = frozenset({"id", "mailbox", "priority", "callback_url"})
DEFAULT_MAILBOX = "default"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the deployment allows of a mail."""

    max_message_bytes: int
    callbacks: bool
    callback_http: bool


class _Refused(Exception):
    def __init__(self, field: str, code: str, detail: str) -> None:
        super().__init__(detail)
        self.field, self.code, self.detail = field, code, detail


def check_items(
    items: Sequence[dict[str, Any]], who: Principal, rules: Rules
) -> tuple[list[Submission], list[Rejection]]:
    """Check every item by itself: the wrong ones do not keep the right ones out."""
    submissions: list[Submission] = []
    rejections: list[Rejection] = []
    for index, item in enumerate(items):
        try:
            submissions.append(_item(index, item, who, rules))
        except _Refused as refused:
            path = ".".join(part for part in ("emails", str(index), refused.field) if part)
            rejections.append(
                Rejection(index, refused.code, refused.detail, path, _external_id(item))
            )
    return submissions, rejections


def check_raw(
    raw: bytes, options: Mapping[str, Any], who: Principal, rules: Rules
) -> Submission | Rejection:
    """Check one raw message with its options."""
    try:
        return _submission(0, raw, options, who, rules)
    except _Refused as refused:
        return Rejection(0, refused.code, refused.detail, refused.field, options.get("id"))


def _item(index: int, item: dict[str, Any], who: Principal, rules: Rules) -> Submission:
    large = oversized(item)
    if large is not None:
        raise _Refused(large[0], "invalid", large[1])
    schema = _RAW if "raw" in item else _FIELDS
    try:
        data = schema.load(item)
    except ValidationError as error:
        first = field_errors(error.messages)[0]
        raise _Refused(first.field, first.code, first.detail) from error
    if "raw" in data:
        return _submission(index, _decode(data["raw"], rules), data, who, rules)
    return _fields_submission(index, data, who, rules)


def _decode(encoded: str, rules: Rules) -> bytes:
    if len(encoded) > rules.max_message_bytes * 4 // 3 + 4:
        raise _too_large(rules)
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise _Refused("raw", "invalid", "Not valid base64") from error


def _submission(
    index: int, raw: bytes, options: Mapping[str, Any], who: Principal, rules: Rules
) -> Submission:
    if not raw:
        raise _Refused("raw", "invalid", "The message is empty")
    if len(raw) > rules.max_message_bytes:
        raise _too_large(rules)
    mailbox = _mailbox(options, who)
    content_hash = fingerprint(raw)
    return Submission(
        index=index,
        kind=Kind.RAW,
        content=raw,
        content_hash=content_hash,
        dedupe_key=raw_key(mailbox, content_hash),
        **_options(options, mailbox, who, rules),
    )


def _fields_submission(
    index: int, data: Mapping[str, Any], who: Principal, rules: Rules
) -> Submission:
    mailbox = _mailbox(data, who)
    mail = {key: value for key, value in data.items() if key not in _OPTIONS}
    if "sender" in mail:
        mail["from"] = mail.pop("sender")
    # canonical: the same fields give the same bytes, whatever order they were posted in
    content = json.dumps(mail, sort_keys=True, separators=(",", ":")).encode()
    if len(content) > rules.max_message_bytes:
        raise _too_large(rules, "")
    content_hash = hashlib.sha256(mailbox.encode() + b"\0" + content).digest()
    key = None
    if "id" in data:
        key = hashlib.sha256(b"id\0" + data["id"].encode()).digest()
    return Submission(
        index=index,
        kind=Kind.FIELDS,
        content=content,
        content_hash=content_hash,
        dedupe_key=key,
        **_options(data, mailbox, who, rules),
    )


def _options(
    options: Mapping[str, Any], mailbox: str, who: Principal, rules: Rules
) -> dict[str, Any]:
    return {
        "mailbox": mailbox,
        "priority": Priority[options.get("priority", "normal").upper()],
        "external_id": options.get("id"),
        "callback_url": _callback(options, who, rules),
    }


def _mailbox(options: Mapping[str, Any], who: Principal) -> str:
    only = next(iter(who.mailboxes)) if len(who.mailboxes) == 1 else "*"
    mailbox: str = options.get("mailbox") or (DEFAULT_MAILBOX if only == "*" else only)
    if not who.may_use(mailbox):
        raise _Refused("mailbox", "mailbox_forbidden", "This key may not use this mailbox")
    return mailbox


def _callback(options: Mapping[str, Any], who: Principal, rules: Rules) -> str | None:
    url: str | None = options.get("callback_url")
    if url is None:
        return None
    if not rules.callbacks:
        raise _Refused("callback_url", "callbacks_off", "This deployment sends no webhooks")
    fault = callbacks.fault(url, who.callback_hosts, allow_http=rules.callback_http)
    if fault is not None:
        raise _Refused("callback_url", "callback_refused", fault)
    return url


def _external_id(item: Mapping[str, Any]) -> str | None:
    """The client's id as far as it can be shown again."""
    external_id = item.get("id")
    if isinstance(external_id, str) and "\0" not in external_id:
        return external_id[:200]
    return None


def _too_large(rules: Rules, field: str = "raw") -> _Refused:
    limit = f"A message may have {rules.max_message_bytes} bytes at most"
    return _Refused(field, "too_large", limit)
