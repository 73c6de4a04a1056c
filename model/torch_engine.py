"""The engine for a GPU: torch over the same artifact. Imported only where it is chosen.

Texts of one length share a run, as many as a budget of tokens allows: a GPU is busy only with many
tokens at once, and its memory bounds how many.
"""

from functools import partial
from pathlib import Path

import torch

from model.artifact import MODEL, ArtifactError, load
from model.classifier import EngineClassifier, warmed
from model.grouping import token_batches
from model.torch_graph import GraphError, TorchGraph


def load_classifier(path: Path, device: str, tokens: int) -> EngineClassifier:
    """Verify, load and warm the artifact in a folder.

    Args:
        path: the folder.
        device: as torch names it: `cuda`, `cuda:1`, `cpu`.
        tokens: at most so many in one run; a longer text runs alone.

    Raises:
        ArtifactError: a sentence that says what is wrong with the folder, or with the device.

    """
    artifact = load(path)
    try:
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError) as error:  # torch without CUDA asserts
        raise ArtifactError(f"torch cannot use the device {device}: {error}") from error
    try:
        has_network = MODEL in artifact.manifest.files
        graph = TorchGraph(artifact.path / MODEL, device) if has_network else None
    except GraphError as error:
        raise ArtifactError(str(error)) from error
    classifier = EngineClassifier(artifact, graph, partial(token_batches, budget=tokens), "+torch")
    return warmed(classifier, artifact)
