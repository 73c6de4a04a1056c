"""Dresses a skeleton as a mail.

Skeleton -> filled -> greeting, context, distractor, closing, signature -> noise -> reply or forward
around it. Nothing here depends on the category, except that a distractor speaks of another one: the
dress must not give the label away.
"""

import random
import textwrap

from model.corpus.data import lists
from model.corpus.noise import spoil
from model.corpus.slots import Filler
from model.corpus.types import CATEGORIES, Example, Template

# plain; a reply with history below; an adviser's forward; a reminder whose history says it all.
_SHAPES = (("plain", 74), ("reply", 12), ("forward", 10), ("reminder", 4))


class Composer:
    """Writes one mail; every random choice comes from `rng`."""

    def __init__(self, template: Template, rng: random.Random) -> None:
        self._template = template
        self._rng = rng
        self._phrases = lists("phrases", template.language)
        self._filler = Filler(template.language, rng)

    def compose(self) -> Example:
        """The skeleton as a whole mail."""
        bare = "bare" in self._template.tags
        shape = "plain" if bare else self._weighted(_SHAPES)
        core = self._filler.fill(self._template.body)
        own = core if bare else spoil(self._dress(core), self._template.language, self._rng)
        return Example(
            subject=self._subject(shape),
            body=self._wrapped(own, shape),
            sender=self._sender(shape),
            language=self._template.language,
            category=self._template.category,
            template_id=self._template.id,
            shape=shape,
            hard="hard" in self._template.tags,
        )

    def _weighted(self, table: tuple[tuple[str, int], ...]) -> str:
        return self._rng.choices([name for name, _ in table], [weight for _, weight in table])[0]

    def _pick(self, name: str) -> str:
        return self._filler.fill(self._rng.choice(self._phrases[name]))

    def _maybe(self, name: str, chance: float) -> list[str]:
        return [self._pick(name)] if self._rng.random() < chance else []

    def _dress(self, core: str) -> str:
        # Stories name things of every category, so that a noun alone does not decide.
        before = [*self._maybe("context", 0.22), *self._maybe("story", 0.2)]
        before += [core, *self._maybe("urgency", 0.07)]
        if self._rng.random() < 0.2:
            before.insert(self._rng.choice((0, len(before))), self._distractor())
        separator = self._rng.choice((" ", "\n", "\n\n"))
        parts = [*self._maybe("greeting", 0.85), separator.join(before)]
        parts += self._maybe("attachment", 0.07) + self._maybe("closing", 0.78)
        parts += self._maybe("signature", 0.75) + self._maybe("footer", 0.14)
        return self._rng.choice(("\n", "\n\n", "\n\n")).join(parts)

    def _distractor(self) -> str:
        others = [name for name in CATEGORIES if name != self._template.category]
        bank = lists("distractors", self._template.language)
        return self._filler.fill(self._rng.choice(bank[self._rng.choice(others)]))

    def _subject(self, shape: str) -> str:
        subject = self._filler.fill(self._rng.choice(self._template.subjects))
        draw = self._rng.random()
        if draw < 0.12 and "bare" not in self._template.tags:
            subject = self._pick("subject")
        elif draw < 0.17 and "bare" not in self._template.tags:
            return ""
        prefixes = {
            "reply": "reply_prefix",
            "forward": "forward_prefix",
            "reminder": "reply_prefix",
        }
        return f"{self._pick(prefixes[shape])} {subject}" if shape in prefixes else subject

    def _wrapped(self, own: str, shape: str) -> str:
        if shape == "reply":
            return f"{own}\n\n{self._quoted(self._pick('acknowledgement'))}"
        if shape == "forward":
            note, head = self._pick("adviser_note"), self._pick("forward_head")
            return f"{note}\n\n{head.replace('%SUBJECT%', self._pick('subject'))}\n\n{own}"
        if shape == "reminder":
            return f"{self._pick('reminder')}\n\n{self._quoted(own)}"
        return _hard_wrapped(own) if self._rng.random() < 0.1 else own

    def _quoted(self, text: str) -> str:
        lines = text.splitlines() or [""]
        head = self._pick("attribution")
        return "\n".join([head, *(f"> {line}" for line in lines)])

    def _sender(self, shape: str) -> str:
        if shape == "forward":
            return self._pick("adviser_address")
        return f"{self._filler.value('name')} <{self._filler.value('email')}>"


def _hard_wrapped(text: str) -> str:
    return "\n".join(textwrap.fill(line, 72) for line in text.splitlines())
