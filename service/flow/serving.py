"""The classifiers that decide in this process; others take their place between model batches."""

from dataclasses import dataclass, replace

from model.types import Classifier
from service.domain.models import plain_version


@dataclass(frozen=True, slots=True)
class Held:
    """What decides one model batch: the champion, and the canary beside it while there is one."""

    champion: Classifier
    canary: Classifier | None = None

    @property
    def every(self) -> tuple[Classifier, ...]:
        """Each of them."""
        return (self.champion,) if self.canary is None else (self.champion, self.canary)

    def of(self, stamp: str | None) -> Classifier:
        """The one that decides mail of this stamp: the champion, unless the canary is meant.

        So is mail decided whose canary is over, or cannot be loaded here: never later, and under
        the name of the model that was asked.
        """
        if self.canary is not None and stamp == plain_version(self.canary.version):
            return self.canary
        return self.champion


class Serving:
    """Holds them.

    Who decides takes them once a model batch, so that every decision names the model that was
    asked; who changes them replaces them whole, so that no batch sees a mixture.
    """

    def __init__(self, classifier: Classifier, canary: Classifier | None = None) -> None:
        self._held = Held(classifier, canary)

    def now(self) -> Classifier:
        """The champion, which decides from here on what is not stamped."""
        return self._held.champion

    def held(self) -> Held:
        """All that decide from here on."""
        return self._held

    def replace(self, classifier: Classifier) -> None:
        """Let another be champion; the one before goes when the batch that has it is done."""
        self._held = replace(self._held, champion=classifier)

    def try_out(self, canary: Classifier | None) -> None:
        """Let another be canary, or none."""
        self._held = replace(self._held, canary=canary)
