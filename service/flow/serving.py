"""The classifier that decides in this process; another may take its place between model batches."""

from model.types import Classifier


class Serving:
    """Holds one classifier.

    Who decides takes it once a model batch, so that every decision names the model that was asked;
    who changes it replaces it whole, so that no batch sees a mixture.
    """

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier

    def now(self) -> Classifier:
        """The one that decides from here on."""
        return self._classifier

    def replace(self, classifier: Classifier) -> None:
        """Let another decide; the one before goes when the batch that has it is done."""
        self._classifier = classifier
