"""From a trained network to the files that are served, gated and calibrated.

Network -> fp32 -> int8 -> what it answers -> gate -> temperature, thresholds
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mail.text import TEXT_VERSION
from model.artifact import Calibration
from model.calibration import fit_temperature, softmax
from model.examples import Labelled
from model.metrics import thresholds_for_precision
from model.packing import Description, pack
from model.training.answering import FP32, PLAIN, libraries, served_logits
from model.training.corpus import sample_texts
from model.training.export import write_fp32, write_int8
from model.training.fit import predict_logits
from model.training.gate import Verdict, gate
from model.training.network import Network
from model.training.smoothing import smoothed
from model.training.truth import truth

TARGET_PRECISION = 0.95


@dataclass(frozen=True, slots=True)
class Export:
    """Served files in `folder`, not yet described; no `verdict` where no data was at hand."""

    folder: Path
    calibration: Calibration
    verdict: Verdict | None


def describe(network: Network, name: str, precision: str) -> Description:
    """What can be said of an artifact before anything is measured."""
    return Description(
        name=name,
        labels=network.labels,
        max_tokens=network.max_tokens,
        precision=precision,
        text_version=TEXT_VERSION,
        training={"base": network.base},
        libraries=libraries(),
        reading=network.reading,
    )


def export(
    network: Network,
    folder: Path,
    description: Description,
    gated_on: Sequence[Labelled] = (),
    calibrated_on: Sequence[Labelled] = (),
    sample: Sequence[str] = (),
) -> Export:
    """Write the files; `GateError` where they answer worse than the network.

    `sample` shows the quantiser what texts are like (default: generated mails). Calibration is
    fitted on what the served engine answers, since that is what is used.
    """
    write_served(network, folder, description.precision, sample or sample_texts())
    pack(folder, description, PLAIN, f"# {description.name}\n")
    verdict = _verdict(network, folder, gated_on) if gated_on else None
    calibration = _calibration(network.labels, folder, calibrated_on) if calibrated_on else PLAIN
    return Export(folder, calibration, verdict)


def write_served(network: Network, folder: Path, precision: str, sample: Sequence[str]) -> None:
    """The weights and the tokenizer as they are served; `sample` shows usual texts."""
    shutil.rmtree(folder, ignore_errors=True)
    if precision == FP32:
        write_fp32(network, folder)
        return
    full = folder.with_name(folder.name + ".fp32")
    write_fp32(smoothed(network, sample), full)
    write_int8(full, folder)
    shutil.rmtree(full)


def _verdict(network: Network, folder: Path, examples: Sequence[Labelled]) -> Verdict:
    reference = predict_logits(network, [x.text for x in examples])
    served = served_logits(folder, examples)
    return gate(truth(network.labels, examples), reference, served, network.labels)


def _calibration(labels: Sequence[str], folder: Path, examples: Sequence[Labelled]) -> Calibration:
    logits, expected = served_logits(folder, examples), truth(labels, examples)
    temperature = fit_temperature(logits, expected)
    scores = softmax(logits / temperature)
    thresholds = thresholds_for_precision(expected, scores, labels, TARGET_PRECISION)
    return Calibration(temperature, TARGET_PRECISION, thresholds)
