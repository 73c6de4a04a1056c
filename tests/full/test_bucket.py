"""The registry's store in S3: a server of its own kind, the command line, a real worker.

Needs `moto_server` on the PATH (`pip install moto[server]`, in an environment of its own: it wants
other versions of what the service pins).
"""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from tests.support.client import Client
from tests.support.model_folders import model_folder
from tests.support.processes import Cluster, free_port
from tests.support.waiting import until

MOTO = shutil.which("moto_server")
pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(MOTO is None, reason="moto_server is not installed"),
]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """A server that speaks S3, with the bucket `models`."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen([str(MOTO), "-H", "127.0.0.1", "-p", str(port)])
    try:
        until(lambda: answers(url), "the S3 server")
        assert urllib3.request("PUT", f"{url}/models").status == 200
        yield url
    finally:
        server.kill()
        server.wait()


def answers(url: str) -> bool:
    """Whether it is up."""
    try:
        return urllib3.request("GET", url, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


@pytest.fixture
def cluster(postgres_url: str, redis_url: str, endpoint: str, tmp_path: Path) -> Iterator[Cluster]:
    """An API and a sweeper, with a registry in the bucket."""
    model_folder(tmp_path / "0", 0)
    settings = {
        "MODEL_PATH": str(tmp_path / "0"),
        "AIGUILLEUR_MODEL_STORE": "s3://models/aiguilleur",
        "AIGUILLEUR_MODEL_CACHE": str(tmp_path / "cache"),
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    with Cluster(tmp_path, postgres_url, redis_url, **settings) as made:
        for process in [made.launch(name) for name in ("api", "sweep")]:
            process.ready()
        yield made


def test_a_worker_takes_up_a_champion_out_of_a_bucket(
    cluster: Cluster, endpoint: str, tmp_path: Path
) -> None:
    """Added by the command line, fetched by the worker, verified on its own disk."""
    version = model_folder(tmp_path / "1", 1)
    client = Client(cluster.url, cluster.key("--client=g", "--role=gateway", "--mailbox=*"))
    cluster.start("model-worker")
    added = json.loads(cluster.command("model", "add", str(tmp_path / "1"), "--json"))
    assert added == {"version": version, "changed": True, "tried": True}
    shutil.rmtree(tmp_path / "cache")  # of this machine: the worker stands for another one
    cluster.command("model", "promote", version, "--reason=test")

    def decided_by() -> str:
        (email_id,) = client.post_texts("label:claim")
        return str(client.decision(email_id)["model"]["version"])

    until(lambda: decided_by() == version, "the champion", 10)
    (fetched,) = (tmp_path / "cache").iterdir()
    listed = urllib3.request("GET", f"{endpoint}/models?list-type=2").data.decode()
    assert f"aiguilleur/{fetched.name}/manifest.json" in listed
