"""Argilla's records as JSON: a list with `fields`, `metadata`, `suggestions` and `responses`.

The form is that of Argilla 2's `dataset.records.to_json`. A response needs a user of the server
that it goes to, so what people said before is a suggestion, under a name of its own; it stands
where nobody answers.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from model.data import DataError
from model.exchange.agreement import agreed

QUESTION = "category"
PEOPLE = "people"  # the agent of a suggestion that people made before
_FIELDS = ("subject", "text")


def records(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A record for each row; what is no text is metadata."""
    for row in rows:
        label = row.get("category")
        suggestions = {QUESTION: {"value": label, "score": None, "agent": PEOPLE}} if label else {}
        yield {
            "id": str(row.get("email_id") or "") or None,
            "status": "pending",
            "fields": {name: str(row.get(name) or "") for name in _FIELDS},
            "metadata": {
                name: value
                for name, value in row.items()
                if name not in {*_FIELDS, "category"} and value is not None
            },
            "suggestions": suggestions,
            "responses": {},
            "vectors": {},
        }


def rows(exported: object) -> Iterator[dict[str, Any]]:
    """The rows of records that people agree about; answers that were discarded or not sent do not.

    Raises:
        DataError: these are no records of Argilla's.

    """
    if not isinstance(exported, list):
        raise DataError("These are no Argilla records: give what `records.to_json` wrote, a list.")
    for number, record in enumerate(exported, 1):
        try:
            label = _label(record)
            said = {name: str(record["fields"].get(name) or "") for name in _FIELDS}
            # metadata from elsewhere may have a category of its own
            row = {**(record.get("metadata") or {}), "category": label, **said}
        except (AttributeError, KeyError, TypeError) as error:
            raise DataError(f"Record {number} is not as `records.to_json` writes it.") from error
        if label is not None:
            yield row


def _label(record: Mapping[str, Any]) -> str | None:
    responses = (record.get("responses") or {}).get(QUESTION) or []
    if responses:
        given = [one for one in responses if one.get("status") not in {"discarded", "draft"}]
        return agreed([one["value"] for one in given if isinstance(one["value"], str)])
    suggestion = (record.get("suggestions") or {}).get(QUESTION) or {}
    return str(suggestion["value"]) if suggestion.get("agent") == PEOPLE else None
