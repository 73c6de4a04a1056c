"""Labelled mail goes to Label Studio and Argilla and comes back as it was, or as people said."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data import DataError
from model.exchange import argilla, label_studio
from model.exchange.agreement import agreed

ROW = {
    "category": "claim",
    "subject": "Dégât",
    "text": "Ma voiture [PLATE]",
    "group": "0f",
    "date": "2026-11-19T00:00:00+00:00",
    "email_id": "01a1fc1c-c35f-7103-b23b-7bca3294be55",
    "previous_category": "other",
    "model": "m/1",
    "as_read": "3",
}
many = st.lists(
    st.fixed_dictionaries(
        {name: st.text() for name in ROW if name != "category"} | {"category": st.text(min_size=1)}
    )
)
TOOLS = [(label_studio.tasks, label_studio.rows), (argilla.records, argilla.rows)]


@pytest.mark.parametrize(("there", "back"), TOOLS, ids=["label-studio", "argilla"])
@given(rows=many)
def test_what_nobody_changed_comes_back_as_it_was(there: Any, back: Any, rows: Any) -> None:
    """Every field of every row, through JSON."""
    exported = orjson.loads(orjson.dumps(list(there(rows))))
    assert list(back(exported)) == rows


def test_a_task_has_label_studios_form() -> None:
    """As its guide shows tasks with annotations and predictions."""
    (task,) = label_studio.tasks([ROW])
    choice = {"from_name": "category", "to_name": "text", "type": "choices"}
    assert task == {
        "data": {name: value for name, value in ROW.items() if name != "category"},
        "annotations": [{"result": [{**choice, "value": {"choices": ["claim"]}}]}],
        "predictions": [
            {"model_version": "m/1", "result": [{**choice, "value": {"choices": ["other"]}}]}
        ],
    }
    assert '<Choice value="claim"/>' in label_studio.configuration(["claim"])


def test_an_export_of_label_studio_is_read() -> None:
    """Most annotators win, a tie and a skipped task are left out, what was cancelled is not read.

    The fields are those of an export by Label Studio 1.x.
    """
    assert [row["category"] for row in label_studio.rows(exported_tasks())] == ["payment"]


def exported_tasks() -> list[dict[str, Any]]:
    def annotation(choice: str, *, cancelled: bool = False) -> dict[str, Any]:
        return {
            "id": 1,
            "completed_by": 7,
            "was_cancelled": cancelled,
            "ground_truth": False,
            "created_at": "2026-11-21T09:00:00Z",
            "lead_time": 3.2,
            "result": [
                {
                    "id": "x1",
                    "from_name": "category",
                    "to_name": "text",
                    "type": "choices",
                    "origin": "manual",
                    "value": {"choices": [choice]},
                }
            ],
        }

    def task(*annotations: dict[str, Any]) -> dict[str, Any]:
        data = {"text": "t", "subject": "s"}
        return {"id": 3, "inner_id": 1, "data": data, "annotations": list(annotations), "meta": {}}

    return [
        task(annotation("payment"), annotation("payment"), annotation("claim")),
        task(annotation("payment"), annotation("claim")),
        task(annotation("claim", cancelled=True)),
        task(),
    ]


def test_a_record_has_argillas_form() -> None:
    """As `records.to_json` writes it."""
    (record,) = argilla.records([ROW])
    assert record == {
        "id": ROW["email_id"],
        "status": "pending",
        "fields": {"subject": "Dégât", "text": "Ma voiture [PLATE]"},
        "metadata": {
            name: value
            for name, value in ROW.items()
            if name not in {"category", "subject", "text"}
        },
        "suggestions": {"category": {"value": "claim", "score": None, "agent": "people"}},
        "responses": {},
        "vectors": {},
    }


def test_answers_at_argilla_outrank_what_was_said_before() -> None:
    """Most of them; one that was discarded counts for nothing, a machine's suggestion neither."""
    (record,) = argilla.records([ROW])
    user = "01a1fc1c-c35f-7103-b23b-7bca3294be55"

    def answered(*values: tuple[str | None, str]) -> dict[str, Any]:
        given = [{"value": v, "user_id": user, "status": status} for v, status in values]
        return {**record, "responses": {"category": given}}

    machine = {"category": {"value": "claim", "score": 0.9, "agent": "a-model"}}
    found = argilla.rows(
        [
            answered(("payment", "submitted"), ("claim", "discarded"), ("claim", "draft")),
            answered((None, "submitted")),
            answered(("payment", "submitted"), ("other", "submitted")),
            {**record, "suggestions": machine},
        ]
    )
    assert [row["category"] for row in found] == ["payment"]


@pytest.mark.parametrize("back", [label_studio.rows, argilla.rows])
@pytest.mark.parametrize(
    "wrong",
    [
        {},
        "x",
        [1],
        [{"data": 1}],
        [{"data": {}, "annotations": [1]}],
        [{"fields": []}],
        [{"data": {}, "annotations": [{"result": [{"type": "choices"}]}], "fields": {},
          "responses": {"category": [1]}}],
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused(back: Any, wrong: Any) -> None:
    """With a sentence, never a traceback."""
    with pytest.raises(DataError):
        list(back(wrong))


def test_agreement_needs_a_majority_over_the_next() -> None:
    """Two against one is one; a tie and silence are none."""
    assert [agreed(x) for x in (["a", "b", "a"], ["a", "b"], ["a"], [])] == ["a", None, "a", None]


def test_what_people_say_counts_before_a_column_of_the_same_name() -> None:
    """Tasks and records may come from elsewhere, with categories of their own."""
    (task,) = label_studio.tasks([ROW])
    task["data"]["category"] = "other"
    (record,) = argilla.records([ROW])
    record["metadata"] |= {"category": "other", "text": "another"}
    for (row,) in (list(label_studio.rows([task])), list(argilla.rows([record]))):
        assert (row["category"], row["text"]) == ("claim", "Ma voiture [PLATE]")
