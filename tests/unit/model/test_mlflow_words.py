"""What names a model of MLflow, and what opens its server; the exchange itself meets a real one."""

import re
from pathlib import Path

import pytest

from model.artifact import ArtifactError
from model.mlflow.pull import pull
from model.mlflow.push import artifacts_path, numbers, push
from model.mlflow.server import MlflowError, opened
from model.mlflow.types import Reference, model_name, reference
from tests.support.fake_mlflow import answering
from tests.support.model_folders import model_folder
from tests.support.processes import free_port


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("courrier", Reference("courrier")),
        ("mon courrier@champion", Reference("mon courrier", alias="champion")),
        ("courrier/3", Reference("courrier", number="3")),
    ],
)
def test_a_reference_is_a_name_an_alias_or_a_number(text: str, meant: Reference) -> None:
    """As MLflow's own models:/ addresses have them."""
    assert reference(text) == meant


@pytest.mark.parametrize("text", ["", "a/b", "a@b@c", "a@", "a/1/2", "models:/a/1", "a@../x"])
def test_what_is_no_reference_is_told(text: str) -> None:
    """With what one looks like."""
    with pytest.raises(ArtifactError, match="give NAME, NAME@champion or NAME/3"):
        reference(text)


def test_a_model_is_pushed_under_a_name_alone() -> None:
    """Its number is MLflow's to give."""
    with pytest.raises(ArtifactError, match="give the name of the registered model"):
        model_name("courrier/3")


@pytest.mark.parametrize(
    ("uri", "sentence"),
    [
        ("", "MLFLOW_TRACKING_URI is not set"),
        ("sqlite:///mlflow.db", "reached through `mlflow server` alone"),
        ("mlruns", "must be the http:// or https:// address"),
        ("http://me:secret@mlflow.example", "must hold no password"),
    ],
)
def test_what_is_no_server_is_told(uri: str, sentence: str) -> None:
    """And no password is repeated."""
    with pytest.raises(MlflowError, match=re.escape(sentence)) as told:
        opened({"MLFLOW_TRACKING_URI": uri})
    assert "secret" not in str(told.value)


def test_a_server_that_is_away_is_told() -> None:
    """With its address, and soon."""
    url = f"http://127.0.0.1:{free_port()}"
    server = opened({"MLFLOW_TRACKING_URI": url, "MLFLOW_TRACKING_TOKEN": "secret"})
    with pytest.raises(MlflowError, match=f"The MLflow server at {url} cannot be asked") as told:
        server.ask("registered-models/get", name="courrier")
    assert "secret" not in str(told.value)


def test_artifacts_that_clients_would_have_to_store_themselves_are_refused() -> None:
    """Behind the server's proxy they have a path; anywhere else this needs MLflow's libraries."""
    assert artifacts_path("mlflow-artifacts:/1/ab/artifacts") == "1/ab/artifacts"
    assert artifacts_path("mlflow-artifacts://host:5000/1/ab") == "1/ab"
    with pytest.raises(MlflowError, match="its clients go to s3 themselves"):
        artifacts_path("s3://bucket/1/ab")


def test_figures_are_flat_and_finite() -> None:
    """Trees of them become paths; texts, truths and what is no number stay away."""
    tree = {"served": {"f1": 0.5, "interval": [0.25, 1]}, "on": "mails", "ok": True, "x": 1e400}
    assert dict(numbers(tree)) == {
        "served.f1": 0.5,
        "served.interval.0": 0.25,
        "served.interval.1": 1.0,
    }


@pytest.mark.parametrize("otherwise", [
    b"{}", b'{"model_versions": 7}', b'{"model_versions": [{"name": "a", "version": "x"}]}',
    b'{"model_versions": [7]}', b'{"model_version": 3}', b'{"model_version": {"version": null}}',
    b'{"model_version": {"name": "a", "version": "1", "tags": [{}]}, "registered_model": {}}',
    b'{"model_version": {"name": "a", "version": "1", "tags": 7}, "registered_model": {}}',
    b'{"experiment": [], "model_versions": [], "registered_model": 0}', b"[]", b"<html>",
])  # fmt: skip
@pytest.mark.parametrize("wanted", ["a", "a@champion", "a/1"])
def test_what_answers_otherwise_than_mlflow_is_told(
    otherwise: bytes, wanted: str, tmp_path: Path
) -> None:
    """In a sentence, whatever it is."""
    model_folder(tmp_path / "model")
    with answering({}, otherwise) as url:
        server = opened({"MLFLOW_TRACKING_URI": url})
        with pytest.raises(ArtifactError):
            pull(server, reference(wanted), tmp_path)
        with pytest.raises(ArtifactError):
            push(server, tmp_path / "model", "a", ["champion"], ["champion"])
