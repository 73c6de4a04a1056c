"""The shape of a posted batch, bounded before it is looked into.

The schema's library reports a fault for every element, so a list of a million wrong ones would
cost a gigabyte; its size is checked first.
"""

from typing import Any

from marshmallow import ValidationError

from service.api import request_schemas as requests
from service.api.problems import field_errors
from service.errors import FieldError, InvalidRequest

_MOST_NAMES = 30  # of an object
_MOST_VALUES = 5000  # of a list or an object inside an e-mail


def posted_items(value: Any) -> list[dict[str, Any]]:
    """The items of a batch, each an object, not yet checked.

    Raises:
        InvalidRequest: it is no batch, or too many.

    """
    if isinstance(value, dict) and len(value) > _MOST_NAMES:
        raise InvalidRequest(errors=[FieldError("", "invalid", "Too many names")])
    emails = value.get("emails") if isinstance(value, dict) else None
    if isinstance(emails, list) and len(emails) > requests.MAX_BATCH:
        most = f"Longer than maximum length {requests.MAX_BATCH}."
        raise InvalidRequest(errors=[FieldError("emails", "invalid", most)])
    try:
        items: list[dict[str, Any]] = requests.Batch().load(value)["emails"]
    except ValidationError as error:
        raise InvalidRequest(errors=field_errors(error.messages)) from error
    return items


def oversized(item: dict[str, Any]) -> tuple[str, str] | None:
    """The name of a value of this item that has too many parts and a sentence; "" is the item."""
    if len(item) > _MOST_NAMES:
        return "", f"More than {_MOST_NAMES} names"
    for name, value in item.items():
        if isinstance(value, list | dict) and len(value) > _MOST_VALUES:
            return name, f"More than {_MOST_VALUES} values"
    return None
