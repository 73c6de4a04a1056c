# ruff: noqa: INP001  # no package: the text of a pod's command
"""Post one mail, poll until it is decided: what `helm test` runs, in a pod of the API's image.

The mail is an automatic answer, which goes to the queue for such mail: no agent gets it as work.
The key is made for this run and revoked at its end.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
import uuid

API = os.environ["API_URL"]
SECONDS = 120
MAIL = {
    "id": f"helm-test-{uuid.uuid4()}",
    "mailbox": "helm-test",
    "subject": "Out of office: helm test",
    "from": "helm-test@example.com",
    "text": "I am out of office. This mail was sent by the test of a deployment.",
    "headers": {"Auto-Submitted": "auto-replied"},
}


def aiguilleur(*arguments: str) -> str:
    """What an operator's command prints."""
    command = [sys.executable, "-m", "service", "key", *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return done.stdout.strip()


def ask(token: str, path: str, body: object = None) -> dict:
    """The JSON answer to a GET, or to a POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{API}{path}", data, headers)  # noqa: S310  # from the chart
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


def main() -> int:
    """0 once the mail is decided, 1 if it is not in time."""
    token = aiguilleur("create", "--client=helm-test", "--role=gateway", "--mailbox=helm-test")
    try:
        batch = ask(token, "/v1/batches", {"emails": [MAIL]})
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends:
            found = ask(token, f"/v1/batches/{batch['id']}?wait=10")
            if found["status"] == "done":
                sys.stdout.write(f"decided: {json.dumps(found['results'][0])}\n")
                return 0
        sys.stderr.write("not decided in time: are workers and the sweeper running?\n")
        return 1
    finally:
        aiguilleur("revoke", token.split("_")[1])


if __name__ == "__main__":
    sys.exit(main())
