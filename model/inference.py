"""The served engine: ONNX Runtime on one CPU thread, without torch."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from model.artifact import MODEL, Artifact, ArtifactError, load
from model.classifier import EngineClassifier, warmed
from model.grouping import SHORT_TOKENS, equal_length_groups

KNOWN_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})
FLOAT = "fp32"


class OnnxEngine:
    """A session of ONNX Runtime over the artifact's graph."""

    def __init__(self, session: ort.InferenceSession) -> None:
        self._session = session
        self._inputs = tuple(x.name for x in session.get_inputs())

    def run(self, ids: NDArray[np.int64]) -> NDArray[Any]:
        """See `model.classifier.Engine`."""
        feeds = {
            "input_ids": ids,
            "attention_mask": np.ones_like(ids),
            "token_type_ids": np.zeros_like(ids),
        }
        (output,) = self._session.run(None, {name: feeds[name] for name in self._inputs})
        return np.asarray(output)


def load_classifier(path: Path, threads: int = 1) -> EngineClassifier:
    """Verify, load and warm the artifact in a folder; `ArtifactError` says what is wrong."""
    artifact = load(path)
    # Dynamic int8 takes its scale over a whole run, so a text's scores would depend on the texts
    # beside it and no decision could be reproduced: each runs alone.
    short = SHORT_TOKENS if artifact.manifest.precision == FLOAT else 0
    has_network = MODEL in artifact.manifest.files
    engine = OnnxEngine(_session(artifact, threads)) if has_network else None
    return warmed(
        EngineClassifier(artifact, engine, partial(equal_length_groups, short=short)), artifact
    )


def _session(artifact: Artifact, threads: int) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # lengths vary from run to run
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    path = artifact.path / MODEL
    try:
        session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its errors have no common class
        raise ArtifactError(f"ONNX Runtime cannot load {path}: {error}") from error
    unknown = {x.name for x in session.get_inputs()} - KNOWN_INPUTS
    if unknown or len(session.get_outputs()) != 1:
        raise ArtifactError(
            f"{path} must take input_ids and give logits alone; it is another model."
        )
    return session
