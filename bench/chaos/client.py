"""A gateway that never gives up on a mail, with a log of its own of what was promised to it."""

import http.client
import random
import threading
import time
from dataclasses import dataclass, field

import orjson

_PAUSE_SECONDS = 0.25  # between the posts of one thread


@dataclass(frozen=True, slots=True)
class Promise:
    """One 2xx: the mail's id in the service, when, and whether it is a poison mail."""

    email_id: str
    tag: str
    at: float
    poison: bool


@dataclass
class Gateway:
    """Posts from some threads between `start` and `stop`."""

    port: int
    key: str
    callback: str
    seed: int
    threads: int = 4
    promises: list[Promise] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._number = 0
        self._poison = 0
        self._running = [
            threading.Thread(target=self._post, args=(n,)) for n in range(self.threads)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._running:
            thread.start()

    def stop(self) -> None:
        """End, each thread once its current post is answered or hopeless."""
        self._stop.set()
        for thread in self._running:
            thread.join()

    def poison(self) -> None:
        """Put a mail that kills its worker among the next batch."""
        with self._lock:
            self._poison += 1

    def _post(self, thread: int) -> None:
        chance = random.Random(f"{self.seed}-{thread}")  # noqa: S311  # repeatable
        while not self._stop.wait(_PAUSE_SECONDS * chance.uniform(0.5, 1.5)):
            tags, poison = self._take(chance.randint(1, 6))
            if len(tags) == 1 and not poison:
                self._keep(tags, set(), self._insist(*self._single(tags[0])))
            else:
                self._keep(tags, poison, self._insist(*self._batch(tags, poison)))

    def _take(self, number: int) -> tuple[list[str], set[str]]:
        with self._lock:
            tags = [f"mail-{self._number + n}" for n in range(number)]
            self._number += number
            wanted, self._poison = self._poison, 0
        return tags, set(tags[:wanted])

    def _single(self, tag: str) -> tuple[str, bytes, str]:
        raw = f"From: a@b.example\r\nSubject: {tag}\r\n\r\nA claim.\r\n".encode()
        return f"/v1/emails?id={tag}&callback_url={self.callback}", raw, "message/rfc822"

    def _batch(self, tags: list[str], poison: set[str]) -> tuple[str, bytes, str]:
        emails = [
            {
                "subject": tag,
                "text": "poison" if tag in poison else "A claim.",
                "id": tag,
                "callback_url": self.callback,
            }
            for tag in tags
        ]
        return "/v1/batches", orjson.dumps({"emails": emails}), "application/json"

    def _keep(self, tags: list[str], poison: set[str], answer: bytes | None) -> None:
        if answer is None:
            return
        body = orjson.loads(answer)
        ids = [item["id"] for item in body["items"]] if "items" in body else [body["id"]]
        now = time.time()
        with self._lock:
            self.promises += [
                Promise(i, t, now, t in poison) for i, t in zip(ids, tags, strict=True)
            ]

    def _insist(self, path: str, body: bytes, content_type: str) -> bytes | None:
        """The same request until it is accepted; None where the end came first."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": content_type}
        while not self._stop.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
            try:
                connection.request("POST", path, body, headers)
                answer = connection.getresponse()
                got = answer.read()
                if answer.status in {200, 202}:
                    return got
                self._refused(str(answer.status))
            except (OSError, http.client.HTTPException) as error:
                self._refused(type(error).__name__)
            finally:
                connection.close()
            self._stop.wait(0.5)
        return None

    def _refused(self, why: str) -> None:
        with self._lock:
            self.refusals[why] = self.refusals.get(why, 0) + 1
