"""What the corpus is made of: the skeleton that somebody wrote and the example made from it."""

from collections.abc import Mapping
from dataclasses import dataclass

CATEGORIES = (
    "claim",
    "cancellation",
    "new_contract",
    "contract_change",
    "certificate",
    "payment",
    "account",
    "complaint",
    "other",
)
LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Template:
    """One hand-written skeleton.

    `id` is `category/language/hash of the text`, so that it survives reordering of the file.
    `tags`: `hard` (looks like another category), `bare` (complete as it is: no greeting, closing
    or distractor is added).
    """

    id: str
    language: str
    category: str
    subjects: tuple[str, ...]
    body: str
    tags: frozenset[str]


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled mail. `shape`: plain, reply, forward or reminder (the dress of the skeleton)."""

    subject: str
    body: str
    sender: str
    language: str
    category: str
    template_id: str
    shape: str
    hard: bool

    def fields(self) -> Mapping[str, object]:
        """The mail as the fields that `mail.parse.from_fields` takes."""
        return {"subject": self.subject, "from": self.sender, "text": self.body}
