"""Label Studio's JSON: a list of tasks with `data`, `annotations` and `predictions`.

The form is that of https://labelstud.io/guide/tasks and https://labelstud.io/guide/export.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from model.data import DataError
from model.exchange.agreement import agreed

CONTROL, OBJECT = "category", "text"  # names in the labelling configuration


def configuration(categories: Iterable[str]) -> str:
    """The labelling configuration (XML) of a project for these categories."""
    choices = "".join(f'    <Choice value="{name}"/>\n' for name in categories)
    return (
        '<View>\n  <Header value="$subject"/>\n'
        f'  <Text name="{OBJECT}" value="$text"/>\n'
        f'  <Choices name="{CONTROL}" toName="{OBJECT}" choice="single" required="true">\n'
        f"{choices}  </Choices>\n</View>\n"
    )


def tasks(rows: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """A task for each row, annotated with its category; what was said before is a prediction."""
    for row in rows:
        data = {name: value for name, value in row.items() if name != "category"}
        task: dict[str, Any] = {
            "data": data,
            "annotations": [{"result": [_choice(row["category"])]}] if row.get("category") else [],
            "predictions": [],
        }
        if row.get("previous_category"):
            said = {"result": [_choice(row["previous_category"])]}
            task["predictions"] = [{"model_version": str(row.get("model") or ""), **said}]
        yield task


def rows(exported: object) -> Iterator[dict[str, Any]]:
    """The rows of tasks that people agree about; annotations that were cancelled do not count.

    Raises:
        DataError: this is no export of Label Studio's.

    """
    if not isinstance(exported, list):
        raise DataError("This is no Label Studio export: give the one named JSON, a list of tasks.")
    for number, task in enumerate(exported, 1):
        data = task.get("data") if isinstance(task, dict) else None
        if not isinstance(data, dict):
            raise DataError(f"Task {number} has no 'data': give Label Studio's export named JSON.")
        label = agreed([label for one in _annotations(task, number) for label in one])
        if label is not None:
            yield {**data, "category": label}  # data from elsewhere may have one of its own


def _annotations(task: Mapping[str, Any], number: int) -> Iterator[list[str]]:
    """The single choice of each annotation that was not cancelled."""
    try:
        for annotation in task.get("annotations") or []:
            if not annotation.get("was_cancelled"):
                yield [
                    str(choice)
                    for result in annotation["result"]
                    if result["type"] == "choices" and result["from_name"] == CONTROL
                    for choice in result["value"]["choices"][:1]
                ]
    except (AttributeError, KeyError, TypeError) as error:
        raise DataError(f"Task {number} has an annotation of an unknown form.") from error


def _choice(category: str) -> dict[str, Any]:
    return {
        "from_name": CONTROL,
        "to_name": OBJECT,
        "type": "choices",
        "value": {"choices": [category]},
    }
